"""Settings of the second step: app, passkeys, recovery codes; and the question before sensitive acts."""

import typing as t

from flask import Blueprint, Response, abort, flash, jsonify, request

from app.core import limits, once, pages
from app.core.database import get_or_none
from app.core.languages import _
from app.core.policy import Me, person, require, ruled, ungated
from app.members import codes, factors, passkeys, passwords, proof, securing
from app.members.doors_page import way_on
from app.members.factors import APP, PASSKEY, SETUP, Factor
from app.members.forms import AppCode, NewPasskey, Password, SecondStep
from app.members.second import say_left, taken
from app.members.settings import mine, sheet

bp = Blueprint("second_settings", __name__)
SEAL_LASTS = 3600


def who() -> Me:
    """Return who is signed in."""
    return t.cast(Me, require("settings.own", person()))


def page(template: str, status: int = 200, **values: t.Any) -> Response:
    """Return a page of the second step; what it shows is kept nowhere."""
    answer = sheet(template, "devices", status, must=factors.must(who()), **values)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.get(SETUP)
@ruled("settings.own")
@ungated
def overview() -> Response:
    """Show what one has: app, passkeys, recovery codes."""
    me = who()
    return page(
        "second.html", apps=factors.of(me.id, APP), keys=factors.of(me.id, PASSKEY), left=factors.codes_left(me.id),
        work=passkeys.work(), short=mine().short,
    )  # fmt: skip


@bp.get(f"{SETUP}/app")
@ruled("settings.own")
@ungated
def app() -> Response:
    """Show a new secret to scan or to type, and ask for the first code."""
    return proof.first(who()) or _app_page(AppCode(formdata=None), codes.new_secret())


def _app_page(form: AppCode, secret: str, status: int = 200) -> Response:
    row = mine()
    form.seal.data = codes.sealed(f"{row.id}:{secret}")
    return page(
        "app.html", status, form=form, key=codes.in_fours(secret), drawn=codes.drawn(secret, row.email),
        again=bool(factors.of(row.id, APP)),
    )  # fmt: skip


@bp.post(f"{SETUP}/app")
@ruled("settings.own")
@ungated
def app_on() -> Response:
    """Turn the app on, once its first code is right."""
    me, form = who(), AppCode()
    answered = once.earlier(me.id, "settings.second_app")
    asked = None if answered else proof.first(me)
    if answered or asked:
        return asked or pages.see_other(str(answered))
    owner, _colon, secret = codes.opened(form.seal.data or "", SEAL_LASTS).partition(":")
    if owner != str(me.id):
        flash(_("The code on this page was too old. Here is a new one."), "warn")
        return pages.see_other(f"{SETUP}/app")
    step = codes.step_of(secret, form.code.data or "") if form.validate() else 0
    if not step:
        form.code.errors = form.code.errors or [_("This code does not fit. Write the one that shows now.")]
        return _app_page(form, secret, 422)

    def turn_on() -> str:
        securing.turn_on_app(me, secret, step)
        return SETUP if factors.codes_left(me.id) else f"{SETUP}/codes"

    return pages.acted("settings.second_app", turn_on, _("The app is your second step now."))


@bp.get(f"{SETUP}/passkey")
@ruled("settings.own")
@ungated
def passkey() -> Response:
    """Ask for the name of a new passkey."""
    me = who()
    if not passkeys.work():
        return pages.see_other(SETUP)
    return proof.first(me) or page("passkey.html", form=NewPasskey(formdata=None))


@bp.get(f"{SETUP}/passkey/question")
@ruled("settings.own")
@ungated
def passkey_question() -> Response:
    """Return what the browser is asked in order to make a passkey, or to use one; for the page's script."""
    me = who()
    if not passkeys.work():
        return pages.see_other(SETUP)
    use = "use" in request.args
    answer = jsonify(passkeys.to_ask("prove", me.id) if use else passkeys.to_make(mine()))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.post(f"{SETUP}/passkey")
@ruled("settings.own")
@ungated
def passkey_on() -> Response:
    """Keep a new passkey."""
    me, form = who(), NewPasskey()
    answered = once.earlier(me.id, "settings.second_passkey")
    asked = None if answered else proof.first(me)
    if answered or asked:
        return asked or pages.see_other(str(answered))
    found = passkeys.made(me.id, form.credential.data) if form.validate() else None
    if found is None:
        if not form.errors:
            form.form_errors.append(_("The passkey was not made. Try again."))
        return page("passkey.html", 422, form=form)

    def keep() -> str:
        securing.add_passkey(me, *found, form.name.data or "")
        return SETUP if factors.codes_left(me.id) else f"{SETUP}/codes"

    return pages.acted("settings.second_passkey", keep, _("The passkey is kept."))


@bp.get(f"{SETUP}/codes")
@ruled("settings.own")
@ungated
def sheet_of_codes() -> Response:
    """Say what recovery codes are for, and offer new ones."""
    me = who()
    if not me.second:
        return pages.see_other(SETUP)
    return proof.first(me) or page("codes.html", left=factors.codes_left(me.id), made=None)


@bp.post(f"{SETUP}/codes")
@ruled("settings.own")
@ungated
def new_codes() -> Response:
    """Make new codes and show them, this once."""
    me = who()
    if not me.second:
        return pages.see_other(SETUP)
    asked = proof.first(me)
    if asked:
        return asked
    fresh = codes.new_sheet()
    kept, shown = codes.hashes(fresh), []

    def keep() -> str:
        securing.keep_codes(me, kept)
        shown.extend(fresh)
        return SETUP

    once.once(me.id, "settings.second_codes", keep)
    return page("codes.html", made=shown, left=factors.codes_left(me.id))


@bp.route(f"{SETUP}/<int:number>/remove", methods=["GET", "POST"])
@ruled("settings.own")
def remove(number: int) -> Response:
    """Ask, then take one second step away."""
    me = who()
    answered = once.earlier(me.id, "settings.second_remove") if request.method == "POST" else None
    if answered:
        return pages.see_other(answered)
    row = get_or_none(Factor, number)
    if row is None or row.person_id != me.id:
        abort(404)
    last = len(factors.of(me.id)) == 1
    asked = proof.first(me) or (_longer_first() if last and mine().short else None)
    if asked:
        return asked
    if request.method == "GET":
        return _remove_page(row, last)

    def away() -> str:
        securing.remove(me, number)
        return SETUP

    return pages.acted("settings.second_remove", away, _("Removed."))


def _longer_first() -> Response:
    flash(
        _("Your password is short. Choose one of at least 15 characters, then remove the second step."),
        "warn",
    )
    return pages.see_other("/settings/password")


def _remove_page(row: t.Any, last: bool) -> Response:
    what = (
        _("Remove the authenticator app?")
        if row.kind == APP
        else _("Remove the passkey %(name)s?", name=row.name)
    )
    text = _("Your password alone will open your account. Your recovery codes will stop working.") if last else _(
        "Your other second step stays."
    )  # fmt: skip
    return pages.page(
        "ui/confirm.html", title=what, text=text, url=f"{SETUP}/{row.id}/remove", deed=_("Remove"), keep=_("Keep it"),
        back=SETUP, noindex=True,
    )  # fmt: skip


# --- the question before sensitive acts -----------------------------------------------------------------------


@bp.get(proof.PAGE)
@ruled("settings.own")
@ungated
def prove() -> Response:
    """Ask once more who is there: the second step of who has one, else the password."""
    me = who()
    if proof.fresh(me):
        return pages.see_other(way_on())
    return _prove_page(SecondStep(formdata=None) if me.second else Password(formdata=None))


def _prove_page(form: t.Any, status: int = 200, wait: int = 0) -> Response:
    row = mine()
    form.next.data = way_on()
    kinds = {one.kind for one in factors.of(row.id)}
    answer = page(
        "prove.html", 429 if wait else status, form=form, wait=wait, row=row, second=bool(kinds),
        passkey=PASSKEY in kinds and passkeys.work(),
    )  # fmt: skip
    if wait:
        answer.headers["Retry-After"] = str(wait)
    return answer


@bp.post(proof.PAGE)
@ruled("settings.own")
@ungated
def proved() -> Response:
    """Take the answer: counted like every door."""
    me, row = who(), mine()
    form: t.Any = SecondStep() if me.second else Password()
    if proof.fresh(me):
        return pages.see_other(way_on())
    if not form.validate():
        return _prove_page(form, 422)
    wait = limits.door(row.email)
    if wait:
        return _prove_page(form, wait=wait)
    used = taken(me.id, form, "prove") if me.second else _password_fits(row, form)
    if not used:
        return _prove_page(form, 422)
    limits.opened(row.email)
    proof.given(me.login_id)
    if used == "recovery":
        say_left(securing.recovered(me.id))
    return pages.see_other(way_on())


def _password_fits(row: t.Any, form: Password) -> str:
    if passwords.fits(row.password, form.password.data or ""):
        return "password"
    form.password.errors = [_("This is not your current password.")]
    return ""
