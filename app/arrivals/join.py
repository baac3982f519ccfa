"""The public door for who asks to join: the form, and the page that says where a request stands."""

import json
import logging
import typing as t

import sqlalchemy as sa
from flask import Blueprint, Response, abort, request

from app.arrivals import asked, asking, words
from app.arrivals.join_forms import NEW, Ask
from app.arrivals.models import JoinRequest
from app.core import effort, jobs, limits, once, pages
from app.core.audience import VISITOR
from app.core.database import get_or_none
from app.core.forms import is_trapped
from app.core.languages import _, language
from app.core.panels import panel
from app.core.policy import me, public
from app.extensions import db
from app.members import queries
from app.members.doors_page import door
from app.members.models import Organisation
from app.spaces.models import Space

log = logging.getLogger(__name__)
bp = Blueprint("join", __name__)
AN_HOUR, WITH_EFFORT = 10, 60  # requests of one neighbourhood: an office behind one address may be many


@bp.get("/join")
@public
def ask() -> Response:
    """Show the form; with ?for= it is for a member that is there."""
    form = _offer(Ask(formdata=None, language=language()))
    home = _member(request.args.get("for", ""))
    if home is not None:
        form.organisation.data, form.form.data, form.country.data = home.name, home.form, home.country
        form.pick.choices, form.pick.data = _choices([home]), str(home.id)
    return _form(form=form)


def _form(status: int = 200, **values: t.Any) -> Response:
    return door("arrivals/join.html", status, effort=effort, **values)


def _offer(form: Ask) -> Ask:
    """Offer the coalitions that everybody sees."""
    known = sorted((row.name, key) for key, row in queries.coalitions(VISITOR).items())
    form.coalition.choices = [("", _("We do not know")), *((key, name) for name, key in known)]
    form.pick.choices = []
    return form


def _member(number: str) -> Organisation | None:
    """Return a member that can be joined, as everybody sees it."""
    home = (
        get_or_none(Organisation, int(number))
        if number.isascii() and number.isdigit() and len(number) < 19
        else None
    )
    good = (
        home is not None
        and home.readable_by(VISITOR)
        and home.standing != "other"
        and home.form != "secretariat"
    )
    return t.cast(Organisation, home) if good else None


def _choices(found: t.Iterable[t.Any]) -> list[tuple[str, t.Any]]:
    return [*((str(row.id), row.name) for row in found), (NEW, _("None of these: it is no member yet"))]


@bp.post("/join")
@public
def send() -> Response:
    """Hand the request to the job process, which looks for the address: nothing here depends on it."""
    form = _offer(Ask())
    found = asked.like(VISITOR, form.organisation.data or "")
    home = _member(form.pick.data or "")
    if home is not None and home.id not in {row.id for row in found}:
        found = [home, *found]
    form.pick.choices = _choices(found) if found else []
    good = form.validate()
    if found and home is None and form.pick.data != NEW:
        form.pick.errors = [_("Say whether it is one of these members.")]
        good = False
    if not good:
        return _form(422, form=form)
    if is_trapped():
        return door("arrivals/join_sent.html", address=form.email.data, days=asking.PROVE.days)
    if not effort.within("join", AN_HOUR, WITH_EFFORT):
        abort(429)
    wait = limits.door(form.email.data or "")
    if wait:
        return _form(form=form, wait=wait)
    try:
        jobs.enqueue("ask-to-join", json.dumps(_said(form, home)), once.form_key())
    except Exception:
        log.exception("a request to join could not be handed on")
        abort(503)
    return door("arrivals/join_sent.html", address=form.email.data, days=asking.PROVE.days)


def _said(form: Ask, home: Organisation | None) -> dict[str, t.Any]:
    """Return the request as it is kept; of a member that is there its own name and kind."""
    said = {
        name: form[name].data or ""
        for name in ("form", "organisation", "country", "name", "title", "words", "language")
    }
    if home is not None:
        said |= {
            "organisation_id": home.id,
            "organisation": home.name,
            "form": home.form,
            "country": home.country,
        }
    elif form.coalition.data:
        said["space_id"] = _space(form.coalition.data)
    return {**said, "email": (form.email.data or "").lower()}


def _space(key: str) -> int | None:
    return db.session.scalar(sa.select(Space.id).where(Space.key == key, Space.form == "coalition"))


def _found(secret: str) -> t.Any:
    """Return a request, or the page for an address that opens none; wrong ones are counted."""
    one = asking.find(secret)
    if one is not None:
        return one
    wait = limits.door("")
    return door("arrivals/join_gone.html", 404, wait=wait)


@bp.get("/join/<secret>")
@public
def stands(secret: str) -> Response:
    """Say where a request stands; programs that open the links of mails change nothing."""
    one = _found(secret)
    if isinstance(one, Response):
        return one
    return door("arrivals/join_stands.html", one=one, secret=secret, words=words)


@bp.post("/join/<secret>")
@public
def deed(secret: str) -> Response:
    """Prove the address, or take the request back."""
    one = _found(secret)
    if isinstance(one, Response):
        return one
    _do(one)
    asked.recount()
    return pages.see_other(f"/join/{secret}")


def _do(one: JoinRequest) -> None:
    if request.form.get("deed") == "withdraw":
        asking.withdraw(one)
    else:
        asking.prove(one)


@panel("organisation", order=90, column="side")
def join_it(one: t.Any) -> tuple[str, dict[str, t.Any]] | None:
    """The way to ask for a seat, for who is not signed in."""
    if me().is_authenticated or _member(str(one.id)) is None:
        return None
    return "arrivals/_join_it.html", {"one": one}
