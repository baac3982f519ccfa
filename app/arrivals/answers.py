"""The pages of who answers requests to join: the list, one request, yes and no."""

import typing as t

from flask import Blueprint, Response, abort, request

from app.arrivals import asked, asking, codes, words
from app.arrivals.join_forms import Approve, Decline, TakeIn
from app.arrivals.models import JoinRequest
from app.arrivals.routes import cursor
from app.core import pages
from app.core.database import get_or_none
from app.core.languages import _
from app.core.panels import panel
from app.core.policy import can, me, person, require, ruled
from app.extensions import db
from app.members import names, queries, regions
from app.members.models import Organisation
from app.spaces.models import Space

bp = Blueprint("requests", __name__)


@bp.get("/requests")
@ruled("arrivals.requests")
def index() -> Response:
    """Show what waits for an answer of who looks."""
    who = require("arrivals.requests", person())
    state, before = request.args.get("show", ""), cursor(request.args.get("before"))
    state = state if state in asked.STATES else ""
    found = asked.requests(who, state, before)
    shown = found[: asked.PAGE]
    here = f"/requests?show={state}" if state else "/requests"
    older = f"{here}{'&' if state else '?'}before={shown[-1].id}" if len(found) > asked.PAGE else ""
    return pages.page(
        "arrivals/requests.html", place="home", noindex=True, rows=shown, show=state, words=words, older=older,
        first=here if before else "", count=asked.waiting(who), who=who,
    )  # fmt: skip


def _found(number: int) -> JoinRequest:
    one = t.cast("JoinRequest | None", get_or_none(JoinRequest, number))
    if one is None or one.state == "unproved" or not can("arrivals.decide", one):
        abort(404)
    return t.cast(JoinRequest, require("arrivals.decide", one))


def _yes(one: JoinRequest, **given: t.Any) -> t.Any:
    """Return the form of a yes: for a new member with its entry."""
    if one.organisation_id:
        return Approve(**{"title": one.title, **given})
    space = db.session.get(Space, one.space_id or 0)
    known = sorted((row.name, key) for key, row in queries.coalitions(me().viewer).items())
    if not me().steward:  # a coalition takes members into itself
        known = [(name, key) for name, key in known if space is not None and key == space.key]
    start = {
        "title": one.title, "role": "focal point", "primary": True, "may_publish": True, "may_answer": True, "kind": one.form,
        "member": one.organisation, "code": codes.free(one.organisation, codes.taken()), "country": one.country,
        "region": regions.of_country(one.country), "coalition": space.key if space else "",
    }  # fmt: skip
    known_place = asked.place_of(me().viewer, one.organisation, one.country)
    if known_place is not None:
        start |= {"lat": known_place.lat, "lon": known_place.lon}
    form = TakeIn(**{**start, **given})
    form.coalition.choices = [("", "–"), *((key, name) for name, key in known)]
    return form


@bp.get("/requests/<int:number>")
@ruled("arrivals.decide")
def one(number: int) -> Response:
    """Show one request with the two answers."""
    return _page(_found(number))


def _page(one: JoinRequest, status: int = 200, yes: t.Any = None, no: t.Any = None) -> Response:
    home = db.session.get(Organisation, one.organisation_id or 0)
    return pages.page(
        "arrivals/request.html", status, place="home", noindex=True, one=one, home=home, words=words, names=names,
        space=db.session.get(Space, one.space_id or 0), late="late" in request.args, error=status != 200,
        like=[] if home else asked.like(me().viewer, one.organisation), url_of=queries.url_of,
        near=None if home else asked.place_of(me().viewer, one.organisation, one.country),
        yes=yes or _yes(one, formdata=None), no=no or Decline(formdata=None),
    )  # fmt: skip


def _answered(one: JoinRequest, act: str, fn: t.Callable[[], bool], said: t.Any) -> Response:
    def done() -> str:
        return f"/requests/{one.id}" if fn() else f"/requests/{one.id}?late=1"

    answer = pages.acted(act, done, said if one.state == "waiting" else None)
    asked.recount()
    return answer


@bp.post("/requests/<int:number>/approve")
@ruled("arrivals.decide")
def approve(number: int) -> Response:
    """Say yes."""
    one = _found(number)
    form = _yes(one)
    if one.state == "waiting" and not form.validate():
        return _page(one, 422, yes=form)
    member = form.entry() if isinstance(form, TakeIn) else None
    return _answered(
        one, "arrivals.approve", lambda: asking.approve(person(), one, seat=form.seat(), member=member),
        _("The answer is yes. The invitation is on its way."),
    )  # fmt: skip


@bp.post("/requests/<int:number>/decline")
@ruled("arrivals.decide")
def decline(number: int) -> Response:
    """Say no."""
    one, form = _found(number), Decline()
    if one.state == "waiting" and not form.validate():
        return _page(one, 422, no=form)
    return _answered(
        one, "arrivals.decline_request", lambda: asking.decline(person(), one, form.reason.data or ""),
        _("The answer is no. The reason is on its way."),
    )  # fmt: skip


@panel("home", order=5, column="side")
def waiting(who: t.Any) -> tuple[str, dict[str, t.Any]] | None:
    """How many requests wait, for who may answer them."""
    count = asked.waiting(who) if who is not None else 0
    return ("arrivals/_waiting.html", {"count": count}) if count else None
