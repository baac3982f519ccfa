"""A document that lies elsewhere on the web is entered by hand, with the copy that an archive keeps of it."""

from flask import Blueprint, Response

from app.core import limits, pages
from app.core.languages import _
from app.core.policy import person, require, ruled
from app.library import acts
from app.library.upload_routes import AN_HOUR, spaces_to_add_to
from app.library.web_forms import OnTheWeb

bp = Blueprint("library_web", __name__)


@bp.get("/library/new/link")
@ruled("library.write")
def new() -> Response:
    """Show the form of a document on the web."""
    require("library.write", True)
    form = OnTheWeb(formdata=None)
    form.offer(person(), spaces_to_add_to())
    return _page(form)


def _page(form: OnTheWeb, status: int = 200) -> Response:
    return pages.page("library/link.html", status, place="library", form=form, error=status != 200)


@bp.post("/library/new/link")
@ruled("library.write", "library.add")
def enter() -> Response:
    """Enter it as a draft; lead on to where it is described and published."""
    who = require("library.write", person())
    form = OnTheWeb()
    form.offer(who, spaces_to_add_to())
    if not form.fits():
        return _page(form, 422)
    space = require("library.add", form.spaces[form.space.data])
    limits.hourly("uploads", who.id, AN_HOUR)

    def act() -> str:
        voice = who.voice(form.organisation.data)
        made = acts.create(who, form.words(), space=space, organisation=voice, quiet=True)
        return f"/library/{made.id}/edit"

    return pages.acted("library.share", act, _("It is a draft now. Publish it when it is described."))
