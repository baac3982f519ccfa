"""What people do in the newsfeed: share an update, take it back, say how far they have looked."""

import typing as t

import sqlalchemy as sa

from app.board import held
from app.board.narrowing import withdrawn
from app.board.words import Written, written
from app.core import audience as audiences
from app.core import clock
from app.core.activity import highest, record
from app.core.apart import Apart
from app.core.audience import MEMBERS, NOBODY, PUBLIC, audience_of, rooms_of, space_room
from app.core.database import atomic, get_or_none, upsert
from app.core.text import excerpt
from app.extensions import db
from app.feed.models import FeedMark, Update
from app.spaces.models import Space

TITLE_LENGTH = 80  # an update is named by its first words


def share_update(
    author: t.Any, *, body: str | Written, language: str, audience: str = "members", space: Space | None = None,
    organisation: t.Any = None,
) -> Update:  # fmt: skip
    """Share a few words with the members, everybody, or one space (`space`)."""
    words = written(author, body, [space_room(space.id) if space and audience == "space" else audience])
    with atomic():
        update = Update(
            audience_id=_audience(audience, space), space_id=space.id if space else None, author_id=author.id,
            organisation_id=organisation.id if organisation else None, by=author.byline(organisation),
            language=language, body=words.body, html=words.html, at=clock.now(),
        )  # fmt: skip
        db.session.add(update)
        db.session.flush()
        record(
            "feed.shared", actor=author, subject=update, organisation=organisation, space_id=update.space_id,
            title=excerpt(words.html, TITLE_LENGTH), excerpt=words.excerpt, data={"mentions": words.mentions},
        )  # fmt: skip
    return update


def _audience(word: str, space: Space | None) -> int:
    if space:
        return space.audience_named(word)
    return audience_of({"public": PUBLIC, "members": MEMBERS}[word])


def narrow(actor: t.Any, space: Space) -> None:
    """Say the updates of a space to whom the space still offers; what is out of sight only comes back to them."""
    before, after = withdrawn(space), space.audience_named(space.offers()[-1])
    rows = db.session.execute(
        sa.select(Update.id, Update.audience_id).where(Update.space_id == space.id)
    ).all()
    every = [f"update:{row.id}" for row in rows]
    refs = [f"update:{row.id}" for row in rows if row.audience_id in before]
    hidden = sa.update(Apart).where(Apart.ref.in_(every), Apart.audience_id.in_(before))
    db.session.execute(hidden.values(audience_id=after))
    audiences.repoint(refs, before, after)
    here = sa.update(Update).where(Update.space_id == space.id, Update.audience_id.in_(before))
    db.session.execute(here.values(audience_id=after))
    db.session.expire_all()
    for number in before:
        lost = [f"update:{row.id}" for row in rows if row.audience_id == number]
        if lost:
            gone = {"refs": lost, "kept": sorted(rooms_of(after))}
            record(audiences.GONE, actor=actor, subject=space.ref, audience_id=number, data=gone)


@held.publishes("update")
def _published(author: t.Any, kept: held.Held, _files: t.Any) -> str:
    space = get_or_none(Space, kept.space_id or 0)
    return share_update(
        author, body=held.words_of(kept), language=kept.language, audience=kept.data["audience"], space=space,
        organisation=author.voice(kept.organisation_id),
    ).url  # fmt: skip


def remove_update(actor: t.Any, update: Update) -> None:
    """Take an update back, everywhere and at once; of its facts only the empty row stays."""
    with atomic():
        db.session.refresh(update)
        if update.removed:
            return
        before = update.audience_id
        update.removed, update.body, update.html = True, "", ""
        update.audience_id = audience_of(NOBODY)
        db.session.flush()
        audiences.silence(update.ref)
        audiences.readdress(update.ref, update.audience_id)
        record("feed.removed", actor=actor, subject=update, space_id=update.space_id)
        record(
            audiences.GONE, actor=actor, subject=update.ref, audience_id=before,
            data={"refs": [update.ref], "kept": sorted(rooms_of(update.audience_id))},
        )  # fmt: skip


def look(person: t.Any, number: int) -> None:
    """Remember how far somebody has looked through the newsfeed; never back, and never beyond what is there."""
    with atomic():
        row = upsert(FeedMark).values(person_id=person.id, fact_id=min(number, highest()), at=clock.now())
        db.session.execute(
            row.on_conflict_do_update(
                index_elements=["person_id"],
                set_={"fact_id": row.excluded.fact_id, "at": row.excluded.at},
                where=FeedMark.fact_id < row.excluded.fact_id,
            )
        )
