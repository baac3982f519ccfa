"""The second step at the door: a code, a recovery code or a passkey after the password; and a passkey alone."""

import typing as t
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import Blueprint, Response, flash, jsonify
from flask import session as cookie

from app.core import clock, limits, pages, policy
from app.core.languages import ngettext
from app.core.policy import me
from app.extensions import db
from app.members import codes, factors, logins, passkeys, securing, signed_in
from app.members.doors_page import door, way_on
from app.members.forms import PasskeyAnswer, SecondStep, SignIn
from app.members.models import Person

bp = Blueprint("second", __name__)
HALF, LASTS = "half", 600  # seconds between the password and the second step


def begin_or_ask(person: t.Any, keep: bool, *, proved: bool = True) -> Response:
    """Sign in who has no second step; send who has one to it, with what was right so far in the signed cookie.

    Without `proved` this device has not shown who holds it: sensitive acts ask.
    """
    if not person.second:
        logins.begin(person.id, keep=keep, proved=proved)
        return pages.see_other(way_on())
    cookie.clear()
    cookie[HALF] = f"{person.id}|{int(keep)}|{int(clock.now().timestamp())}|{_print(person)}"
    return pages.see_other(f"/sign-in/second?{way_query()}".rstrip("?"))


def way_query() -> str:
    """Return where this visitor wanted to go, as part of an address."""
    return urlencode({"next": way_on()}) if way_on() != "/" else ""


def _print(person: t.Any) -> str:
    """What a new password changes: a half-open door then is shut."""
    return signed_in.hashed(person.password)[:16]


class Halfway(t.NamedTuple):
    """Somebody between the password and the second step."""

    person: Person
    keep: bool


def halfway() -> Halfway | None:
    """Return who stands between the two steps, None where nobody does or it took too long."""
    parts = str(cookie.get(HALF, "")).split("|")
    if len(parts) != 4 or not clock.now().timestamp() - int(parts[2]) < LASTS:
        return None
    person = db.session.scalar(sa.select(Person).where(Person.id == int(parts[0]), Person.state == "active"))
    if person is None or not person.second or _print(person) != parts[3]:
        return None
    return Halfway(person, parts[1] == "1")


@bp.get("/sign-in/second")
@policy.public
@policy.ungated
def ask() -> Response:
    """Ask for the second step."""
    if me().is_authenticated:
        return pages.see_other(way_on())
    half = halfway()
    return _page(half, SecondStep(formdata=None)) if half else pages.see_other("/sign-in")


def _page(half: Halfway, form: SecondStep, status: int = 200, wait: int = 0) -> Response:
    kinds = {row.kind for row in factors.of(half.person.id)}
    form.next.data = way_on()
    return door(
        "members/second.html", status, wait, form=form, app=factors.APP in kinds,
        passkey=factors.PASSKEY in kinds and passkeys.work(),
    )  # fmt: skip


@bp.post("/sign-in/second")
@policy.public
@policy.ungated
def answered() -> Response:
    """Take the second step: counted like every door, each code and each answer once."""
    half, form = halfway(), SecondStep()
    if half is None:
        return pages.see_other(way_on() if me().is_authenticated else "/sign-in")
    if logins.begun(half.person.id):  # the same form once more: its first sending signed in
        logins.begin(half.person.id, keep=half.keep)
        return pages.see_other(way_on())
    if not form.validate():
        return _page(half, form, 422)
    wait = limits.door(half.person.email)
    if wait:
        return _page(half, form, wait=wait)
    used = taken(half.person.id, form)
    if not used:
        return _page(half, form, 422)
    limits.opened(half.person.email)
    logins.begin(half.person.id, keep=half.keep)
    if used == "recovery":
        say_left(securing.recovered(half.person.id))
    return pages.see_other(way_on())


def taken(person_id: int, form: SecondStep, purpose: str = "second") -> str:
    """Return how the second step was taken: app, passkey or recovery; nothing, and words at the field, where not."""
    if form.credential.data:
        if passkeys.use(purpose, form.credential.data, person_id):
            return "passkey"
        form.passkey_wrong()
        return ""
    typed = form.code.data
    if len(codes.plain(typed)) < 8 and codes.use_app(person_id, typed):
        return "app"
    if len(codes.plain(typed)) >= 8 and codes.use_recovery(person_id, typed):
        return "recovery"
    form.wrong()
    return ""


def say_left(left: int) -> None:
    """Say on the next page how many recovery codes are left."""
    flash(
        ngettext(
            "A recovery code was used. %(num)d is left.", "A recovery code was used. %(num)d are left.", left
        ),
        "warn",
    )


@bp.get("/sign-in/second/passkey")
@policy.public
@policy.ungated
def ask_passkey() -> Response:
    """Return the question to the passkeys of who stands between the two steps; for the page's script."""
    half = halfway()
    return _question(passkeys.to_ask("second", half.person.id)) if half else pages.see_other("/sign-in")


@bp.get("/sign-in/passkey")
@policy.public
@policy.ungated
def ask_anybody() -> Response:
    """Return the question to whatever passkey signs in here; for the page's script."""
    return _question(passkeys.to_ask("sign-in")) if passkeys.work() else pages.see_other("/sign-in")


def _question(options: dict[str, t.Any]) -> Response:
    answer = jsonify(options)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.post("/sign-in/passkey")
@policy.public
@policy.ungated
def by_passkey() -> Response:
    """Sign in with a passkey alone: it holds the device, and has asked for finger, face or PIN."""
    form = PasskeyAnswer()
    wait = limits.door("")
    person_id = 0 if wait else passkeys.use("sign-in", form.credential.data or "")
    if not person_id:
        sign_in = SignIn(formdata=None, next=way_on())
        return door(
            "members/sign_in.html", 422, wait, form=sign_in, bad_passkey=not wait, passkeys=passkeys.work()
        )
    logins.begin(person_id, keep=False)
    return pages.see_other(way_on())
