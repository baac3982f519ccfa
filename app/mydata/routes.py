"""Settings, My data: ask for a copy and fetch it; ask for the erasure of the account and take it back."""

import typing as t

from flask import Blueprint, Response, abort, send_file

from app.core import files, limits, pages
from app.core.database import get_or_none
from app.core.languages import _
from app.core.policy import Me, person, require, ruled, ungated
from app.members import proof
from app.mydata import acts, copies
from app.mydata.forms import Leave
from app.mydata.models import DataCopy

bp = Blueprint("mydata", __name__)
PAGE = "/settings/data"
COPIES_A_DAY, FETCHES_A_DAY, DAY = 3, 20, 24 * 60


def _who() -> Me:
    return t.cast(Me, require("settings.own", person()))


@bp.get(PAGE)
@ruled("settings.own")
@ungated
def index() -> Response:
    """Show the copies that there are, and what can be asked for."""
    return _page()


def _page(status: int = 200, notice: t.Any = None) -> Response:
    who = _who()
    answer = pages.page(
        "mydata/index.html", status, tab="data", noindex=True, copies=copies.of(who.id), erasure=acts.open_for(who.id),
        days=acts.pause().days, more=[notice] if notice else [], error=status >= 400,
    )  # fmt: skip
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.post(f"{PAGE}/copies")
@ruled("settings.own")
@ungated
def ask_copy() -> Response:
    """Ask for a copy; who has not proved lately who it is does so first."""
    who = _who()
    first = proof.first(who)
    if first:
        return first
    if not limits.hit("data-copy", str(who.id), COPIES_A_DAY, DAY):
        hours = max(1, limits.left_seconds("data-copy", str(who.id), COPIES_A_DAY, DAY) // 3600)
        return _page(
            429, _("You have asked for several copies today. Ask again in %(hours)s hours.", hours=hours)
        )

    def done() -> str:
        copies.ask(who.id)
        return PAGE

    return pages.acted(
        "mydata.copy", done, _("The copy is being made. A notice and a mail say when it is ready.")
    )


@bp.get(f"{PAGE}/copies/<int:number>")
@ruled("settings.own")
@ungated
def fetch(number: int) -> Response:
    """Send a copy to its owner alone, who proved lately who it is."""
    who, one = _who(), get_or_none(DataCopy, number)
    if one is None or one.person_id != who.id or one.state != "ready":
        abort(404)
    first = proof.first(who)
    if first:
        return first
    if not limits.hit("data-fetch", str(who.id), FETCHES_A_DAY, DAY):
        abort(429)
    try:
        body = files.store().open(one.hash)
    except OSError:
        abort(503)
    name = f"my-data-{one.at:%Y-%m-%d}.zip"
    answer = send_file(
        body, mimetype="application/zip", as_attachment=True, download_name=name, etag=False, max_age=0
    )
    answer.content_length = one.size
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.get(f"{PAGE}/erase")
@ruled("settings.own")
@ungated
def leaving() -> Response:
    """Say what an erasure does, and ask."""
    who = _who()
    if acts.open_for(who.id) is not None:
        return pages.see_other(PAGE)
    return proof.first(who) or _leave_page(Leave(formdata=None, words="keep"))


def _leave_page(form: Leave, status: int = 200, notice: t.Any = None) -> Response:
    return pages.page(
        "mydata/leave.html", status, noindex=True, form=form, days=acts.pause().days, more=[notice] if notice else [],
        error=status >= 400,
    )  # fmt: skip


@bp.post(f"{PAGE}/erase")
@ruled("settings.own")
@ungated
def leave() -> Response:
    """Ask for the erasure of one's own account."""
    who, form = _who(), Leave()
    first = proof.first(who)
    if first:
        return first
    if not form.validate():
        return _leave_page(form, 422)

    def done() -> str:
        acts.ask(who, form.words.data or "keep")
        return PAGE

    try:
        return pages.acted("mydata.erase", done)
    except acts.LastOne:
        return _leave_page(form, 409, last_one())


def last_one() -> t.Any:
    """Say why the only person of the secretariat cannot go."""
    return _("This is the only person of the secretariat. Make somebody else part of it first.")


@bp.post(f"{PAGE}/erase/take-back")
@ruled("settings.own")
@ungated
def take_back() -> Response:
    """Keep the account after all."""
    who = _who()

    def done() -> str:
        acts.take_back(who)
        return PAGE

    return pages.acted("mydata.take_back", done, _("Your account stays."))
