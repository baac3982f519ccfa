"""Settings: another e-mail address, asked for and taken."""

import typing as t

import sqlalchemy as sa
from flask import Blueprint, Response, flash

from app.core import limits, pages
from app.core.languages import _
from app.core.policy import person, ruled
from app.extensions import db
from app.members import addresses, proof
from app.members.addresses import PAGE
from app.members.forms import NewAddress
from app.members.settings import mine, sheet

bp = Blueprint("addresses", __name__)
ASKED_AN_HOUR, DEVICES = 5, "/settings/devices"


@bp.get(PAGE)
@ruled("settings.own")
def ask() -> Response:
    """Ask for the new address; who has not proved lately who it is does so first."""
    row = mine()
    return proof.first(person()) or _page(row, NewAddress(formdata=None))


def _page(row: t.Any, form: NewAddress, status: int = 200, **more: t.Any) -> Response:
    return sheet("address.html", "devices", status, row=row, form=form, **more)


@bp.post(PAGE)
@ruled("settings.own")
def asked() -> Response:
    """Mail a link to the new address. Whether somebody has it already is not told."""
    row, form = mine(), NewAddress()
    first = proof.first(person())
    if first:
        return first
    form.old = row.email
    if not form.validate():
        return _page(row, form, 422)
    if not limits.hit("address", str(row.id), ASKED_AN_HOUR, 60):
        wait = limits.left_seconds("address", str(row.id), ASKED_AN_HOUR, 60)
        return _page(row, form, 429, wait=wait)

    def done() -> str:
        addresses.ask(row, form.email.data or "")
        return DEVICES

    said = _(
        "A link is on its way to %(address)s. The new address holds when you open it.",
        address=form.email.data,
    )
    return pages.acted("settings.address", done, said)


@bp.get(f"{PAGE}/<secret>")
@ruled("settings.own")
def opened(secret: str) -> Response:
    """Show one button: programs that open the links of mails must change nothing."""
    row = mine()
    new = addresses.read(row, secret)
    if not new:
        return _old(row)
    return proof.first(person()) or sheet("new_address.html", "devices", row=row, new=new)


def _old(row: t.Any) -> Response:
    wait = limits.door(row.email)
    answer = sheet("new_address.html", "devices", 429 if wait else 404, row=row, new="", wait=wait)
    if wait:
        answer.headers["Retry-After"] = str(wait)
    return answer


@bp.post(f"{PAGE}/<secret>")
@ruled("settings.own")
def taken(secret: str) -> Response:
    """Use the new address from now on."""
    row, who = mine(), person()
    new = addresses.read(row, secret)
    if not new:
        return pages.see_other(DEVICES) if addresses.done(row, secret) else _old(row)
    first = proof.first(who)
    if first:
        return first
    try:
        good = addresses.change(row, new, but=who.login_token)
    except sa.exc.IntegrityError:
        db.session.rollback()
        good = False
    if not good:
        return _old(mine())
    flash(_("Your new address holds from now on. All other devices are signed out."), "ok")
    return pages.see_other(DEVICES)
