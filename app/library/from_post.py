"""A file that somebody hung on a post becomes a draft in the library by one button."""

import typing as t

from flask import Blueprint, Response, abort, flash
from markupsafe import Markup

from app.core import links, pages
from app.core.audience import MEMBERS, PUBLIC
from app.core.database import atomic, get_or_none, locate
from app.core.files import Attachment, Kept
from app.core.policy import person, require, ruled
from app.extensions import db
from app.library import acts, guessing, upload_limits, upload_words
from app.library.models import Document
from app.spaces.models import Space

bp = Blueprint("library_from_post", __name__)
TIE = "from"


@bp.post("/library/from-file/<int:number>")
@ruled("library.add")
def add(number: int) -> Response:
    """Make a draft of a file of one's own, in the group of what it hangs on; once made, lead to it."""
    file = require("file.read", get_or_none(Attachment, number))
    thing = locate(file.root)
    if file.by_id != person().id or file.state != "ready" or not getattr(thing, "space_id", None):
        abort(403)
    space = require("library.add", db.session.get_one(Space, thing.space_id))
    taken = upload_limits.accepts(file.name)
    if not taken or file.size > upload_limits.largest_of(file.name):
        flash(Markup(upload_words.sentence("size" if taken else "type", file.name)), "bad")
        return pages.see_other(thing.url)
    return pages.acted("library.from_file", lambda: _drafted(person(), file, thing, space))


def _drafted(author: t.Any, file: Attachment, thing: t.Any, space: Space) -> str:
    with atomic():
        known = _known(author, file)
        if known is not None:
            return known.url
        guess = guessing.of(file.name)
        said = {
            "title": guess.title,
            "language": guess.language or thing.language,
            "date": guess.date,
            "sight": _sight(file),
        }
        kept = Kept(file.hash, file.size, file.name, file.type)
        voice = author.voice(thing.organisation_id)
        document = acts.create(author, said, space=space, organisation=voice, file=kept, quiet=True)
        links.tie(document.ref, TIE, file.ref, author.id)
        return f"/library/{document.id}/edit"


def _known(author: t.Any, file: Attachment) -> Document | None:
    """Return what was made of the file before, as long as it is there."""
    made = (locate(row.source) for row in links.to(file.ref, TIE))
    return next((one for one in made if one is not None and one.readable_by(author.viewer)), None)


def _sight(file: Attachment) -> str:
    rooms = file.rooms
    return "public" if PUBLIC in rooms else "members" if MEMBERS in rooms else "space"
