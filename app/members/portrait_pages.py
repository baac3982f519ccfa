"""Pages of a photo or a logo: send one, choose the square, take it away."""

import typing as t

from flask import Blueprint, Response, request

from app.core import files, pages
from app.core.languages import _
from app.core.policy import person, ruled
from app.members import portraits
from app.members.entries import looked_after
from app.members.models import Organisation
from app.members.settings import mine

bp = Blueprint("portraits", __name__)


def _page(owner: portraits.Owner, base: str, status: int = 200, wrong: t.Any = "") -> Response:
    own = isinstance(owner, Organisation)
    return pages.page(
        "members/portrait.html", status, place="members" if own else "", one=owner, base=base, logo=own, noindex=True,
        error=status != 200, wrong=wrong, sent=portraits.waiting(owner, person().id), squares=portraits,
    )  # fmt: skip


def _sent(owner: portraits.Owner, base: str) -> Response:
    who, upload = person(), request.files.get("picture")
    try:
        kept = files.keep(t.cast(t.BinaryIO, upload.stream), upload.filename or "") if upload else None
    except files.TooLarge:
        return _page(owner, base, 422, _("This picture is too large. Choose a smaller one."))
    except files.Empty:
        kept = None
    if kept is None or kept.type not in files.PICTURES:
        return _page(owner, base, 422, _("Choose a picture: PNG, JPEG, GIF or WebP."))
    picture = kept

    def send() -> str:
        portraits.send(who, owner, picture)
        return base

    return pages.acted("portrait.send", send)


def _cut(owner: portraits.Owner, base: str) -> Response:
    square, sent = request.form.get("square", ""), portraits.waiting(owner, person().id)
    if not portraits.is_square(square):
        return _page(owner, base, 422, _("Choose a square."))
    if sent is None or sent.state != "ready":
        return pages.see_other(base)  # cut already, or still being prepared: the page says which

    def choose() -> str:
        portraits.choose(sent, square)
        return base

    return pages.acted("portrait.cut", choose, _("The square is being cut. It shows in a moment."))


def _removed(owner: portraits.Owner, base: str) -> Response:
    who = person()

    def remove() -> str:
        portraits.remove(who, owner)
        return base

    return pages.acted("portrait.remove", remove, _("The picture is taken away."))


PHOTO = "/settings/photo"


@bp.get(PHOTO)
@ruled("settings.own")
def photo() -> Response:
    """Show one's photo, and what can be done with it."""
    return _page(mine(), PHOTO)


@bp.post(PHOTO)
@ruled("settings.own")
def photo_sent() -> Response:
    """Send a photo of oneself."""
    return _sent(mine(), PHOTO)


@bp.post(f"{PHOTO}/cut")
@ruled("settings.own")
def photo_cut() -> Response:
    """Choose the square of one's photo."""
    return _cut(mine(), PHOTO)


@bp.post(f"{PHOTO}/remove")
@ruled("settings.own")
def photo_removed() -> Response:
    """Take one's photo away."""
    return _removed(mine(), PHOTO)


@bp.get("/members/<int:number>/logo")
@ruled("organisation.edit")
def logo(number: int) -> Response:
    """Show an organisation's logo, and what can be done with it."""
    return _page(looked_after(number), f"/members/{number}/logo")


@bp.post("/members/<int:number>/logo")
@ruled("organisation.edit")
def logo_sent(number: int) -> Response:
    """Send a logo."""
    return _sent(looked_after(number), f"/members/{number}/logo")


@bp.post("/members/<int:number>/logo/cut")
@ruled("organisation.edit")
def logo_cut(number: int) -> Response:
    """Choose the square of a logo."""
    return _cut(looked_after(number), f"/members/{number}/logo")


@bp.post("/members/<int:number>/logo/remove")
@ruled("organisation.edit")
def logo_removed(number: int) -> Response:
    """Take a logo away."""
    return _removed(looked_after(number), f"/members/{number}/logo")
