"""One's own settings: profile, devices, password; and the language, for visitors too."""

import typing as t

from flask import Blueprint, Response, abort, current_app, flash, g, request

from app.core import languages, limits, pages, policy
from app.core.languages import _
from app.core.policy import me, person, require, ruled
from app.extensions import db
from app.members import acts, factors, goals, logins, passwords, profile_forms, proof, queries, sight
from app.members.forms import ChangePassword
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
    row = mine()
    form = profile_forms.own_form(row, queries.seats_of(row.id), formdata=None)
    return _profile(form)


def _profile(form: t.Any, status: int = 200) -> Response:
    return sheet("profile.html", "profile", status, form=form, sees=sight.FIELDS)


@bp.post("/settings")
@ruled("settings.own")
def profile_saved() -> Response:
    """Change one's entry."""
    row, who = mine(), person()
    seats = queries.seats_of(row.id)
    form = profile_forms.own_form(row, seats)
    if not form.validate():
        return _profile(form, 422)
    plain = ("name", "about", "helps", "seeks", "pronouns", "language", "timezone", "shortcuts", "themes")
    values = {name: form[name].data for name in plain}
    values["commitments"] = goals.kept(form.commitments.data, goals.COMMITMENTS)

    def change() -> str:
        acts.change_profile(
            who, theme=form.theme.data or "", shown=profile_forms.shown(form), spoken=profile_forms.spoken(form),
            roles=profile_forms.roles(form, seats), **values,
        )  # fmt: skip
        return "/settings"

    g.language = values["language"]  # the message on the next page is in the new language
    return pages.acted("settings.profile", change, _("Your profile is saved."))


@bp.post("/settings/hint/hide")
@ruled("settings.own")
def hide_hint() -> Response:
    """Put the hint away that says what a profile could still tell."""
    who = require("settings.own", person())

    def hide() -> str:
        acts.hide_hint(who)
        return str(who.url)

    return pages.acted("settings.hint", hide)


@bp.get("/settings/devices")
@ruled("settings.own")
def devices() -> Response:
    """Show where one is signed in."""
    row = mine()
    return sheet(
        "devices.html", "devices", row=row, open=logins.rows(row.id), words=logins,
        steps={one.kind for one in factors.of(row.id)}, codes_left=factors.codes_left(row.id) if row.second else 0,
    )  # fmt: skip


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
    """Ask for the current and a new password; who has a second step proves it first."""
    who, row = person(), mine()
    asked = proof.first(who) if who.second else None
    return asked or sheet("password.html", "devices", form=ChangePassword(formdata=None), row=row)


@bp.post("/settings/password")
@ruled("settings.own")
def password_saved() -> Response:
    """Set a new password; every other session ends. The current one is a door like any other: tries are counted."""
    form, row, who = ChangePassword(), mine(), person()
    form.about, form.shortest = about(row), passwords.shortest(who.second)
    asked = proof.first(who) if who.second else None
    if asked:
        return asked
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
    made, short = passwords.made(form.password.data), passwords.is_short(form.password.data)
    acts.set_password(row.id, made, short=short, but=who.login_token)
    flash(_("Your new password is saved. All other devices are signed out."), "ok")
    return pages.see_other("/settings/devices")


@bp.post("/language")
@policy.public
@policy.ungated
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
