"""Members that are named in a form, by name or by @handle: what is written is read again as the same member."""

import sqlalchemy as sa

from app.core.audience import Viewer
from app.extensions import db
from app.members.models import Organisation

HANDLE = "@"


def named(said: str, viewer: Viewer, form: str = "") -> int | None:
    """Return the member that a name or a handle means, of one kind if it is named; None where there is none."""
    word = said.removeprefix(HANDLE)
    called = Organisation.handle == word.lower()
    alike = sa.or_(
        called, Organisation.name == said, sa.and_(Organisation.form == "city", Organisation.place == said)
    )
    known = sa.select(Organisation.id).where(alike, Organisation.visible_to(viewer))
    if form:
        known = known.where(Organisation.form == form)
    return db.session.scalar(known.order_by(Organisation.id).limit(1))


def written(number: int | None, viewer: Viewer, form: str = "") -> str:
    """Return how a form names a member: by its name, by its handle where another one is called so; unseen, not at all."""
    one = seen(number, viewer)
    if one is None:
        return ""
    return one.name if named(one.name, viewer, form) == one.id else f"{HANDLE}{one.handle}"


def seen(number: int | None, viewer: Viewer) -> Organisation | None:
    """Return a member by its number, if a viewer sees its page."""
    one = db.session.get(Organisation, number) if number else None
    return one if one is not None and one.readable_by(viewer) else None


def kept(before: int | None, after: int | None, viewer: Viewer) -> int | None:
    """Return which member is meant by who could not see the one that stood there before, and named no other."""
    return before if after is None and seen(before, viewer) is None else after
