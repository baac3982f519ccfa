"""Many invitations at once, for the secretariat: sent again or withdrawn, with what became of each."""

import typing as t
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import Blueprint, Response, current_app, request

from app.arrivals import acts, queries
from app.arrivals.models import Invitation
from app.core import clock, limits, once, pages
from app.core.database import LARGEST_ID
from app.core.languages import _, lazy
from app.core.policy import person, require, ruled
from app.extensions import db

bp = Blueprint("many_invitations", __name__)
HERE, MOST = "/admin/invitations", 100
# By key: what became of one, and how that is drawn.
BECAME: dict[str, tuple[t.Any, str]] = {
    "sent": (lazy("Sent again"), "tag--done"),
    "withdrawn": (lazy("Withdrawn"), "tag--done"),
    "over": (lazy("Not done: it waits no longer"), ""),
    "fresh": (lazy("Not sent: the last mail is less than a day old"), ""),
    "many": (lazy("Not sent: you have sent as many in this hour as one may. Try again later"), "tag--late"),
}
FRESH = 24 * 60 * 60  # seconds in which nobody is written to twice by this page


def _numbers(values: t.Iterable[str]) -> list[int]:
    good = (int(value) for value in values if value.isascii() and value.isdigit() and len(value) < 20)
    return list(dict.fromkeys(number for number in good if number <= LARGEST_ID))[:MOST]


def _chosen() -> list[int]:
    """Return the invitations that are ticked, or all of one state, the first so many."""
    state = request.form.get("all")
    if state in ("", "expired", "unsent"):
        return [row.id for row in queries.waiting_in(state, MOST)]
    return _numbers(request.form.getlist("which"))


@bp.post(f"{HERE}/again")
@ruled("admin.members")
def again() -> Response:
    """Send the chosen ones again."""
    require("admin.members", True)
    earlier = once.earlier(person().id, "invitations.again")
    if earlier:
        return pages.see_other(earlier)
    rows = _rows(_chosen())
    if not rows:
        return pages.see_other(f"{HERE}?none=1")
    who, became, go = person(), {}, []
    for one in rows:
        became[one.id] = _why_not(one)
        if not became[one.id]:
            go.append(one)

    def done() -> str:
        for one in go:
            became[one.id] = "sent" if acts.send_again(who, one) else "over"
        return _result(became)

    return pages.acted("invitations.again", done)


def _rows(numbers: t.Sequence[int]) -> list[Invitation]:
    some = sa.select(Invitation).where(Invitation.id.in_(numbers)).order_by(Invitation.id.desc())
    return list(db.session.scalars(some))


def _why_not(one: Invitation) -> str:
    """Return why an invitation is not sent now, nothing where it is: then it counts."""
    if one.state != "waiting":
        return "over"
    if one.sent_at is not None and (clock.now() - one.sent_at).total_seconds() < FRESH:
        return "fresh"
    most = current_app.config["INVITATIONS_PER_HOUR"]
    return "" if limits.hit("invitations", str(person().id), most, 60) else "many"


@bp.post(f"{HERE}/withdraw")
@ruled("admin.members")
def withdraw() -> Response:
    """Ask, then take the chosen ones back."""
    require("admin.members", True)
    rows = _rows(_numbers(request.form.getlist("which")))
    if not rows and not once.earlier(person().id, "invitations.withdraw"):
        return pages.see_other(f"{HERE}?none=1")
    if request.form.get("sure") != "y":
        return pages.page("arrivals/withdraw_many.html", place="admin", noindex=True, rows=rows, back=HERE)
    who = person()

    def done() -> str:
        became = {one.id: "withdrawn" if acts.withdraw(who, one) else "over" for one in rows}
        return _result(became)

    return pages.acted("invitations.withdraw", done)


def _result(became: dict[int, str]) -> str:
    """Return the address of the page that says what became of each."""
    found: dict[str, list[str]] = {}
    for number, word in became.items():
        found.setdefault(word, []).append(str(number))
    return f"{HERE}/result?{urlencode({word: '.'.join(numbers) for word, numbers in found.items()})}"


@bp.get(f"{HERE}/result")
@ruled("admin.members")
def result() -> Response:
    """Say line by line what became of the chosen ones."""
    require("admin.members", True)
    asked = {word: _numbers(request.args.get(word, "").split(".")) for word in BECAME}
    known = {
        one.id: one for one in _rows([number for numbers in asked.values() for number in numbers][:MOST])
    }
    lines = [(known[n], BECAME[word]) for word, numbers in asked.items() for n in numbers if n in known]
    return pages.page(
        "arrivals/result.html", place="admin", noindex=True, lines=lines,
        counts=[(BECAME[word][0], sum(n in known for n in numbers)) for word, numbers in asked.items() if numbers],
    )  # fmt: skip


def none_chosen() -> t.Any:
    """Return what the list says where nothing was ticked."""
    return _("Tick at least one invitation.") if "none" in request.args else ""
