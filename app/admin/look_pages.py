"""The page where the secretariat sets how the site looks; the style sheet and the logo that follow from it."""

import typing as t

from flask import Blueprint, Response, redirect, request
from werkzeug.datastructures import CombinedMultiDict

from app.admin import acts
from app.admin.look_forms import form_for, kept
from app.core import languages, look, pages, switches
from app.core.languages import _
from app.core.policy import person, public, require, ruled

bp = Blueprint("looks", __name__)
PAGE = "/admin/settings"


@bp.get(PAGE)
@ruled("admin.settings")
def index() -> Response:
    """Show the form with what is set."""
    require("admin.settings", True)
    codes = languages.offered()
    return _page(form_for(codes)(data=kept(codes)), 200)


@bp.post(PAGE)
@ruled("admin.settings")
def save() -> Response:
    """Set name, colours, logo and texts; what is wrong is said beside its field, the rest stays as written."""
    require("admin.settings", True)
    form = form_for(languages.offered())(CombinedMultiDict([request.form, request.files]))
    if not form.validate():
        return _page(form, 422)
    logo = b"" if form.no_logo.data else form.png

    def done() -> str:
        acts.set_look(person(), form.values(), logo)
        return PAGE

    return pages.acted("admin.settings", done, _("Saved. Every page shows it from now on."))


def _page(form: t.Any, status: int) -> Response:
    names = [(code, languages.own_name(code), languages.direction(code)) for code in languages.offered()]
    return pages.page(
        "admin/settings.html",
        status,
        place="admin",
        form=form,
        languages=names,
        error=status == 422,
        has_logo=look.has_logo(),
        rooms=switches.rooms(),
        off=switches.off(),
    )


@bp.post(f"{PAGE}/rooms")
@ruled("admin.settings")
def rooms() -> Response:
    """Switch rooms on and off: those that are ticked are on."""
    require("admin.settings", True)
    on = request.form.getlist("room")
    off = [room.key for room in switches.rooms() if room.key not in on]

    def done() -> str:
        acts.switch(person(), off)
        return f"{PAGE}#rooms"

    return pages.acted("admin.rooms", done, _("Saved. It holds everywhere within a second."))


@bp.get("/site.css")
@public
def style() -> Response:
    """Give out the site's own colours, as the design's tokens."""
    return _kept(Response(look.style(), mimetype="text/css"))


@bp.get("/site-logo.png")
@public
def logo() -> Response:
    """Give out the logo; without one lead to the platform's mark."""
    png = look.logo()
    if not png:
        return t.cast(Response, redirect(pages.asset("mark.svg")))
    return _kept(Response(png, mimetype="image/png"))


def _kept(answer: Response) -> Response:
    """The address changes with what it gives: with the right one it is kept for ever."""
    right = request.args.get("v") == look.version() != ""
    answer.headers["Cache-Control"] = "public, max-age=31536000, immutable" if right else "no-cache"
    return answer
