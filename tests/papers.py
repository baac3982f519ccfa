"""What tests of the library do again and again, in the name of a seat."""

import io

import sqlalchemy as sa

from app.core import files
from app.core.activity import Activity
from app.extensions import db
from app.library import acts
from app.library.models import Document
from app.spaces.models import Space

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def entered(
    cast, who, *, space="network", sight="members", data=PDF, name="paper.pdf", official=False, **fields
):
    """Enter a draft in the name of a seat; return its number."""
    values = {
        "title": "Housing for all",
        "abstract": "What ten cities did.",
        "language": "en",
        "sight": sight,
    }
    with cast.app.app_context():
        me, place = who.me(), db.session.get(Space, getattr(cast.spaces, space))
        kept = files.keep(io.BytesIO(data), name) if data else None
        voice = me.seats[0] if official else None
        return acts.create(me, {**values, **fields}, space=place, organisation=voice, file=kept).id


def published(cast, who, **more):
    """Enter a document and publish it; return its number."""
    number = entered(cast, who, **more)
    acted(cast, who, acts.publish, number)
    return number


def acted(cast, who, deed, number, *args, **more):
    """Let somebody do an act to a document; return what it returns."""
    with cast.app.app_context():
        return deed(who.me(), db.session.get(Document, number), *args, **more)


def revised(cast, who, number, data=b"%PDF-1.4\nanother\n%%EOF\n", name="paper.pdf", **more):
    """Put in a new version; return its number."""
    with cast.app.app_context():
        kept = files.keep(io.BytesIO(data), name)
        return acts.add_version(who.me(), db.session.get(Document, number), kept, **more).number


def document(cast, number):
    """Return a document as it is now."""
    with cast.app.app_context():
        db.session.expire_all()
        return db.session.get(Document, number)


def sees(cast, who, number):
    """Say whether somebody may see a document."""
    with cast.app.app_context():
        found = db.session.get(Document, number)
        return found is not None and found.readable_by(who.me().viewer)


def facts(cast, verb):
    """Return the facts of one verb."""
    with cast.app.app_context():
        return db.session.execute(sa.select(Activity.__table__).where(Activity.verb == verb)).all()
