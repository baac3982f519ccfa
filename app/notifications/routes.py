"""Pages of notices: the list, reading one or all, and the number for the bell."""

import itertools
import typing as t

from flask import Blueprint, Response, abort, current_app, request

from app.core import pages, when
from app.core.activity import highest
from app.core.database import LARGEST_ID, get_or_none
from app.core.languages import _
from app.core.policy import Me, person, require, ruled
from app.notifications import acts, queries
from app.notifications.models import Notice
from app.notifications.words import FILTERS, sentence

bp = Blueprint("notifications", __name__, url_prefix="/notifications")


def _me() -> Me:
    return t.cast(Me, require("notices.own", person()))


def _number(value: str | None) -> int | None:
    good = value is not None and value.isascii() and value.isdigit() and len(value) < 20
    return min(int(value), LARGEST_ID) if value and good else None


@bp.get("")
@ruled("notices.own")
def index() -> Response:
    """Show what needs this person, by day."""
    who, show, before = _me(), request.args.get("show", ""), _number(request.args.get("after"))
    show = show if show in FILTERS else ""
    last, most = highest(), current_app.config["FEED_PAGE"]
    rows = queries.notices(who, show, before, most + 1)
    days = itertools.groupby(rows[:most], key=lambda row: when.day(row.at))
    return pages.page(
        "notifications/page.html", place="notifications", last=last, show=show, filters=FILTERS, who=who,
        days=[(words, list(lines)) for words, lines in days], sentence=sentence, upto=last,
        older=rows[most - 1].last_id if len(rows) > most else None,
    )  # fmt: skip


@bp.get("/bell")
@ruled("notices.own")
def bell() -> Response:
    """Answer with the bell as it is now."""
    return pages.fragment("notifications/_bell.html", f={"me": _me()})


@bp.post("/read")
@ruled("notices.own")
def read_all() -> Response:
    """Mark all as read that the page knew of."""
    who, upto = _me(), _number(request.form.get("upto"))
    if upto is None:
        abort(422)

    def done() -> str:
        acts.read_all(who, upto)
        return "/notifications"

    return pages.acted("notices.read_all", done, _("All notices are marked as read."))


@bp.post("/<int:number>/read")
@ruled("notices.own")
def read_one(number: int) -> Response:
    """Mark one as read; somebody else's is not there."""
    who, notice = _me(), get_or_none(Notice, number)
    if notice is None or notice.person_id != who.id:
        abort(404)
    back = pages.safe_next(request.form.get("next"), "/notifications")

    def done() -> str:
        acts.read_one(who, number)
        return back

    return pages.acted("notices.read_one", done)
