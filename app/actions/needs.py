"""What an action needs, on its page and as a list; offering something, and answering."""

import typing as t

import sqlalchemy as sa
from flask import Response, request

from app.actions import needed, show, words
from app.actions.forms import NeedForm, PledgeForm
from app.actions.models import UNDER_WAY, Action
from app.actions.need_models import Need, Pledge
from app.actions.pages import found, page
from app.actions.routes import bp, view_words
from app.core import dates, pages, policy
from app.core.audience import Viewer, bound, in_sight
from app.core.database import get_or_none, run, several
from app.core.languages import _
from app.core.panels import panel
from app.core.policy import can, me, person, require, ruled
from app.core.text import slug
from app.extensions import db

MOST = 200
_n, _p, _a = Need.__table__, Pledge.__table__, Action.__table__
_OF = sa.select(_n).where(_n.c.action_id == sa.bindparam("action")).order_by(_n.c.state != "open", _n.c.id)
_PLEDGES = sa.select(_p).where(several(_p.c.need_id, "numbers", sa.BigInteger)).order_by(_p.c.id)
_OPEN = (
    sa.select(_n, _a.c.title.label("whole"), _a.c.language.label("tongue"))
    .join_from(_n, _a, _a.c.id == _n.c.action_id)
    .where(
        _n.c.state == "open",
        ~_a.c.removed,
        in_sight(_a.c.audience_id),
        sa.or_(*(_a.c.state == one for one in UNDER_WAY)),
    )
    .order_by(_n.c.due.is_(None), _n.c.due, _n.c.id.desc())
    .limit(MOST)
)
TOLD = ("accepted", "delivered")  # what all who read the action see


class Offer(t.NamedTuple):
    """An offer as its reader sees it."""

    it: t.Any
    house: show.House
    own: bool


class Asked(t.NamedTuple):
    """A need with the offers that its reader sees, and for whom the reader may offer something."""

    it: t.Any
    until: str
    offers: list[Offer]
    seats: list[t.Any]


def of_action(action: Action, viewer: Viewer, all_offers: bool) -> list[Asked]:
    """Return what an action needs: three statements, however much it is."""
    rows = run(_OF, {"action": action.id}).all()
    pledges = run(_PLEDGES, {"numbers": [row.id for row in rows]}).all() if rows else []
    own = {seat.id: seat for seat in me().seats if seat.may_answer}
    seen = [one for one in pledges if all_offers or one.state in TOLD or one.organisation_id in own]
    houses = show.houses({one.organisation_id for one in seen}, viewer)
    return [
        _asked(
            row, [one for one in seen if one.need_id == row.id and one.organisation_id in houses], houses, own
        )
        for row in rows
    ]


def _asked(row: t.Any, pledges: list[t.Any], houses: dict[int, show.House], own: dict[int, t.Any]) -> Asked:
    offers = [Offer(one, houses[one.organisation_id], one.organisation_id in own) for one in pledges]
    busy = {one.organisation_id for one in pledges if one.state in ("offered", *TOLD)}
    seats = [seat for number, seat in own.items() if number not in busy] if row.state == "open" else []
    return Asked(row, dates.words(row.until), offers, seats)


@panel("action", order=20)
def on_page(action: Action) -> tuple[str, dict[str, t.Any]] | None:
    """The needs of an action, on its page."""
    may = {act: can(f"actions.{act}", action) for act in ("edit", "pledge")}
    rows = of_action(action, me().viewer, may["edit"])
    given = action.__dict__.get("need_forms", {})
    if not rows and not may["edit"]:
        return None
    return "actions/_needs.html", {
        "it": action, "rows": rows, "may": may, "words": words, "form": given.get("need") or NeedForm(formdata=None),
        "offer_form": given.get("pledge") or PledgeForm(formdata=None), "offered_for": given.get("for", 0),
    }  # fmt: skip


@bp.get("/actions/needs")
@policy.public
def needs() -> Response:
    """Show what actions need, what is needed first on top."""
    rows = [
        (row, dates.words(row.until), f"/actions/{row.action_id}-{slug(row.whole)}") for row in run(_OPEN, bound(me().viewer))
    ]  # fmt: skip
    views = [(key, url, word, None) for key, url, word in view_words()]
    return pages.page(
        "actions/needs.html",
        place="actions",
        rows=rows,
        words=words,
        views=views,
        may_write=can("actions.write"),
    )


def _back(action: Action, form: t.Any, **more: t.Any) -> Response:
    action.__dict__["need_forms"] = more
    return page(action, 422, wrong_form=form)


@bp.post("/actions/<int:number>/needs")
@ruled("actions.edit")
def ask(number: int) -> Response:
    """Say what an action needs."""
    action, form, who = found(number, "actions.edit"), NeedForm(), person()
    if not form.validate():
        return _back(action, form, need=form)

    def done() -> str:
        needed.ask(who, action, form.form.data, form.what.data or "", form.until.data or "")
        return f"{action.url}#needs"

    try:
        return pages.acted("actions.need", done)
    except needed.Full:
        db.session.rollback()
        form.what.errors = [_("There are as many as fit here. Take one off first.")]
        return _back(action, form, need=form)


def _need(action: Action, which: int) -> Need:
    need = t.cast("Need | None", get_or_none(Need, which))
    return t.cast(
        Need, require("actions.read", need if need is not None and need.action_id == action.id else None)
    )


@bp.post("/actions/<int:number>/needs/<int:which>/<any(met, closed, open):state>")
@ruled("actions.edit")
def settle(number: int, which: int, state: str) -> Response:
    """Say that a need is met, no longer asked for, or open again."""
    action, who = found(number, "actions.edit"), person()
    need = _need(action, which)

    def done() -> str:
        needed.set_open(who, action, need, state)
        return f"{action.url}#needs"

    return pages.acted("actions.need", done)


@bp.post("/actions/<int:number>/needs/<int:which>/offers")
@ruled("actions.pledge")
def offer(number: int, which: int) -> Response:
    """Offer something in the name of an organisation."""
    action, form, who = found(number, "actions.pledge"), PledgeForm(), person()
    need = _need(action, which)
    seat = next(
        (one for one in who.seats if one.may_answer and str(one.id) == request.form.get("organisation")), None
    )
    require("actions.pledge", action if seat is not None else None)
    if not form.validate():
        return _back(action, form, pledge=form, **{"for": need.id})

    def done() -> str:
        needed.offer(who, action, need, seat, form.words.data or "")
        return f"{action.url}#needs"

    return _tried("actions.pledge", done, action, form, _("Thank you. Those who lead the action hear of it."))


@bp.post(
    "/actions/<int:number>/needs/<int:which>/offers/<int:pledge>/<any(accepted, declined, delivered, withdrawn):state>"
)
@ruled("actions.edit", "actions.pledge")
def answer(number: int, which: int, pledge: int, state: str) -> Response:
    """Accept or decline an offer, say that it came, or take it back."""
    action, who = found(number, "actions.pledge" if state == "withdrawn" else "actions.edit"), person()
    need, one = _need(action, which), t.cast("Pledge | None", get_or_none(Pledge, pledge))
    fits = one is not None and one.need_id == need.id
    own = fits and any(
        seat.id == t.cast(Pledge, one).organisation_id and seat.may_answer for seat in who.seats
    )
    require("actions.read", action if fits and (own or state != "withdrawn") else None)

    def done() -> str:
        needed.answer(who, action, need, t.cast(Pledge, one), state)
        return f"{action.url}#needs"

    return _tried("actions.answer", done, action, PledgeForm(formdata=None))


def _tried(act: str, done: t.Callable[[], str], action: Action, form: t.Any, said: t.Any = None) -> Response:
    """Do it, or say that it was settled meanwhile."""
    try:
        return pages.acted(act, done, said)
    except needed.Shut:
        db.session.rollback()
        form.words.errors = [_("It was settled meanwhile. See how it stands now.")]
        return _back(action, form)
