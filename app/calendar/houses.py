"""Members that are named in a form, by name or by @handle."""

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
