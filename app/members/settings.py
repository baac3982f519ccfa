"""One's own settings: profile, devices, password, presence; and the language, for visitors too."""

import typing as t

from flask import Blueprint, Response, abort, current_app, flash, g, request

from app.core import languages, limits, pages, policy
from app.core.languages import _
from app.core.policy import me, person, require, ruled
from app.extensions import db
from app.members import acts, logins, passwords
from app.members.forms import ChangePassword, Presence, Profile
from app.members.models import Person
from app.members.ways_back import about

bp = Blueprint("settings", __name__)
YEAR = 365 * 24 * 3600


def mine() -> Person:
    """Return the row of who is signed in."""
    who = require("settings.own", person())
    return t.cast(Person, db.session.get(Person, who.id))


def sheet(template: str, tab: str, status: int = 200, **values: t.Any) -> Response:
    """Return one of the settings pages."""
    return pages.page(f"settings/{template}", status, tab=tab, noindex=True, error=status != 200, **values)


@bp.get("/settings")
@ruled("settings.own")
def profile() -> Response:
    """Show one's entry."""
    return sheet("profile.html", "profile", form=Profile(formdata=None, obj=mine()))


@bp.post("/settings")
@ruled("settings.own")
def profile_saved() -> Response:
    """Change one's entry."""
    form, who = Profile(), require("settings.own", person())
    if not form.validate():
        return sheet("profile.html", "profile", 422, form=form)
    values = {name: field.data for name, field in form._fields.items() if name != "csrf_token"}
    values["theme"] = values["theme"] or ""

    def change() -> str:
        acts.change_profile(who, **values)
        return "/settings"

    g.language = values["language"]  # the message on the next page is in the new language
    return pages.acted("settings.profile", change, _("Your profile is saved."))


@bp.get("/settings/devices")
@ruled("settings.own")
def devices() -> Response:
    """Show where one is signed in."""
    row = mine()
    return sheet("devices.html", "devices", row=row, open=logins.rows(row.id), words=logins)


@bp.post("/settings/devices/<int:number>/end")
@ruled("settings.own")
def end_device(number: int) -> Response:
    """Sign one device out."""
    row = mine()
    return _ended(lambda: logins.end(row, logins.of(row.id, only=min(number, 2**31 - 1))))


@bp.post("/settings/devices/end-others")
@ruled("settings.own")
def end_others() -> Response:
    """Sign out all devices but this one."""
    row, token = mine(), person().login_token
    return _ended(lambda: logins.end(row, logins.of(row.id, but=token)))


def _ended(fn: t.Callable[[], int]) -> Response:
    def end() -> str:
        fn()
        return "/settings/devices"

    return pages.acted("settings.devices", end, _("Signed out there."))


@bp.get("/settings/password")
@ruled("settings.own")
def password() -> Response:
    """Ask for the current and a new password."""
    return sheet("password.html", "devices", form=ChangePassword(formdata=None), row=mine())


@bp.post("/settings/password")
@ruled("settings.own")
def password_saved() -> Response:
    """Set a new password; every other session ends. The current one is a door like any other: tries are counted."""
    form, row = ChangePassword(), mine()
    form.about = about(row)
    if not form.validate():
        return sheet("password.html", "devices", 422, form=form, row=row)
    wait = limits.door(row.email)
    if wait:
        answer = sheet("password.html", "devices", 429, form=form, row=row, wait=wait)
        answer.headers["Retry-After"] = str(wait)
        return answer
    if not passwords.fits(row.password, form.current.data):
        if passwords.fits(row.password, form.password.data):  # the same form once more: it is done already
            return pages.see_other("/settings/devices")
        form.current.errors = [_("This is not your current password.")]
        return sheet("password.html", "devices", 422, form=form, row=row)
    limits.opened(row.email)
    acts.set_password(row.id, passwords.made(form.password.data), but=person().login_token)
    flash(_("Your new password is saved. All other devices are signed out."), "ok")
    return pages.see_other("/settings/devices")


@bp.get("/settings/notices")
@ruled("settings.own")
def notices() -> Response:
    """Show whether others see that one is here."""
    return sheet("notices.html", "notices", form=Presence(formdata=None, shown=mine().presence))


@bp.post("/settings/notices")
@ruled("settings.own")
def notices_saved() -> Response:
    """Show or hide oneself."""
    who, shown = require("settings.own", person()), bool(Presence().shown.data)

    def change() -> str:
        acts.set_presence(who, shown)
        return "/settings/notices"

    return pages.acted("settings.notices", change, _("Saved."))


@bp.post("/language")
@policy.public
def language() -> Response:
    """Change the language of the pages: in a cookie, and for who is signed in also in the entry."""
    code = request.form.get("language", "")
    if code not in languages.offered():
        abort(422)
    if me().is_authenticated:
        acts.set_language(me(), code)
    answer = pages.see_other(pages.safe_next(request.form.get("next")))
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    answer.set_cookie("language", code, max_age=YEAR, secure=secure, httponly=True, samesite="Lax")
    return answer
