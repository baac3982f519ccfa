"""What people do in the newsfeed: share an update, take it back, say how far they have looked."""

import typing as t

from app.board.words import Written, written
from app.core import audience as audiences
from app.core import clock
from app.core.activity import highest, record
from app.core.audience import MEMBERS, NOBODY, PUBLIC, audience_of, rooms_of, space_room
from app.core.database import atomic, upsert
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
    inside = [space_room(space.id)] if space and audience == "space" else ()
    words = written(author, body, inside)
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
