"""First posts of new people wait until somebody has looked at them, where the setting FIRST_POSTS_HELD asks for it.

What waits is no post yet: it has no number, counts nowhere and hangs on nothing. Published, it is written by the
ordinary act, in the name of its author.
"""

import datetime as dt
import typing as t

import sqlalchemy as sa
import sqlalchemy.orm as so

from app.board import acts
from app.board.models import Thread
from app.board.words import Written
from app.core import clock
from app.core import files as filing
from app.core.activity import Activity
from app.core.audience import Thing, audience_of
from app.core.database import UtcDateTime, atomic, get_or_none, known_as, setting
from app.extensions import Model, db
from app.members.signed_in import as_person
from app.spaces import branch
from app.spaces.models import DECIDING, Space


class Held(Thing, Model):
    """Words that wait: for their author and those who decide alone."""

    __tablename__ = "held"
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    audience_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("audience.id"))
    form: so.Mapped[str] = so.mapped_column(sa.String(12))  # thread, reply, update
    space_id: so.Mapped[int | None] = so.mapped_column(sa.ForeignKey("space.id"), index=True)
    thread_id: so.Mapped[int | None] = so.mapped_column(sa.ForeignKey("thread.id"), index=True)
    author_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("person.id"), index=True)
    organisation_id: so.Mapped[int | None] = so.mapped_column(sa.ForeignKey("organisation.id"), index=True)
    by: so.Mapped[dict[str, str]] = so.mapped_column(sa.JSON)
    title: so.Mapped[str] = so.mapped_column(sa.String(200), default="")
    body: so.Mapped[str] = so.mapped_column(sa.Text)
    html: so.Mapped[str] = so.mapped_column(sa.Text)
    called: so.Mapped[dict[str, str]] = so.mapped_column(sa.JSON, default=dict)  # handle → reference
    language: so.Mapped[str] = so.mapped_column(sa.String(12), default="")
    data: so.Mapped[dict[str, t.Any]] = so.mapped_column(sa.JSON, default=dict)  # topic, audience, reply_to
    state: so.Mapped[str] = so.mapped_column(sa.String(12), default="waiting", index=True)
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)

    kind = "held"

    @property
    def url(self) -> str:
        """Where its author reads that it waits."""
        return "/waiting"


known_as("held", Held)
_h, _f = Held.__table__, Activity.__table__
SAID = ("board.started", "board.replied", "feed.shared")
_on_hold: list[t.Callable[[Held], None]] = []
_publish: dict[str, t.Callable[[t.Any, Held, list[filing.Kept]], str]] = {}


def on_hold(fn: t.Callable[[Held], None]) -> None:
    """Register what happens when something begins to wait, in the same transaction."""
    if fn not in _on_hold:
        _on_hold.append(fn)


def publishes(form: str) -> t.Callable[[t.Any], t.Any]:
    """Register the act that writes what waited: told the author, what waited and its files, it returns the address."""

    def keep(fn: t.Any) -> t.Any:
        _publish[form] = fn
        return fn

    return keep


def wanted(who: t.Any, space_id: int | None) -> bool:
    """Say whether what this person writes has to wait: asks nothing while the setting is off."""
    first = setting("FIRST_POSTS_HELD")
    if not first or who.steward or who.moderator or who.role_in(space_id) in DECIDING:
        return False
    said = sa.select(_f.c.id).where(_f.c.actor_id == who.id, _f.c.verb.in_(SAID), _f.c.title != "")
    return len(db.session.execute(said.limit(first)).all()) < first


def hold(
    who: t.Any, form: str, words: Written, *, space: Space | None, thread: Thread | None = None, title: str = "",
    language: str = "", organisation: t.Any = None, files: t.Sequence[filing.Kept] = (), **data: t.Any,
) -> Held:  # fmt: skip
    """Keep words that wait."""
    with atomic() as session:
        kept = Held(
            audience_id=audience_of(*branch.hidden_from(space, who.id)), form=form, space_id=space.id if space else None,
            thread_id=thread.id if thread else None, author_id=who.id, organisation_id=organisation and organisation.id,
            by=who.byline(organisation), title=title, body=words.body, html=words.html, called=words.called,
            language=language, data=data, at=clock.now(),
        )  # fmt: skip
        session.add(kept)
        session.flush()
        for one in files:
            filing.attach(one, kept, kept, who.id)
        for fn in _on_hold:
            fn(kept)
    return kept


def publish(held: Held) -> str:
    """Write what waited in the name of its author, inside atomic(); return its address."""
    rows = filing.of(held.ref).get(held.ref, [])
    files = [filing.Kept(row.hash, row.size, row.name, row.type) for row in rows]
    url = _publish[held.form](as_person(held.author_id), held, files)
    _end(held, "published")
    return url


def decline(held: Held) -> None:
    """Take away what waited, inside atomic(): its words and files are gone."""
    _end(held, "declined")


def _end(held: Held, state: str) -> None:
    held.state, held.title, held.body, held.html, held.called = state, "", "", "", {}
    filing.forget(held.ref)
    db.session.flush()


def mine(person_id: int | None, thread_id: int | None = None) -> list[Held]:
    """Return what waits of a person, in one discussion or everywhere, oldest first; nothing while nothing is held."""
    if not setting("FIRST_POSTS_HELD") or person_id is None:
        return []
    rows = (
        sa.select(Held)
        .where(_h.c.author_id == person_id, _h.c.state == "waiting")
        .order_by(_h.c.id)
        .limit(50)
    )
    return list(db.session.scalars(rows.where(_h.c.thread_id == thread_id) if thread_id else rows))


def words_of(held: Held) -> Written:
    """Return the words as they were made ready when they were written."""
    return Written(held.body, held.html, dict(held.called))


@publishes("thread")
def _thread(author: t.Any, held: Held, files: list[filing.Kept]) -> str:
    space = db.session.get_one(Space, held.space_id)
    return acts.start_thread(
        author, space, topic=held.data["topic"], title=held.title, body=words_of(held), language=held.language,
        audience=held.data["audience"], organisation=author.voice(held.organisation_id), files=files,
        about=held.data.get("about", ""),
    ).url  # fmt: skip


@publishes("reply")
def _reply(author: t.Any, held: Held, files: list[filing.Kept]) -> str:
    thread = get_or_none(Thread, held.thread_id or 0)
    return acts.post_reply(
        author, thread, words_of(held), reply_to=held.data["reply_to"], language=held.language,
        organisation=author.voice(held.organisation_id), files=files,
    ).url  # fmt: skip
