"""Saying that something is wrong, and what became of it."""

import typing as t

from flask import Blueprint, Response, request

from app.board import held
from app.board.models import Post, Thread
from app.calendar.models import Event
from app.calendar.poll_models import TimePoll
from app.core import limits, pages
from app.core.database import locate, setting
from app.core.languages import _
from app.core.policy import me, person, require, ruled
from app.library.models import Document
from app.library.models.documents import OPEN
from app.messages.models import Message
from app.moderation import acts, desk, queries, words
from app.moderation.forms import ReportForm

bp = Blueprint("moderation_reports", __name__)
KINDS = (
    "post",
    "thread",
    "message",
    "update",
    "document",
    "event",
    "times",
    "action",
    "person",
    "organisation",
)


def reported() -> t.Any:
    """Return the thing that the address names, if who looks may see and report it; a first post is its discussion."""
    ref = request.values.get("ref", "")[:60]
    thing = locate(ref) if ref.partition(":")[0] in KINDS else None
    thing = None if getattr(thing, "state", "") == "invited" else thing  # whom nobody knows yet
    thing = thing.thread if isinstance(thing, Post) and thing.number == 1 else thing
    thing = require("board.read", thing)
    gone = getattr(thing, "removed", False) or (isinstance(thing, Document) and thing.state not in OPEN)
    return require("moderation.report", None if gone else thing)


@bp.get("/report")
@ruled("moderation.report")
def ask() -> Response:
    """Ask what is wrong."""
    return _page(reported(), ReportForm().offer())


def _page(thing: t.Any, form: ReportForm, status: int = 200, notice: t.Any = None) -> Response:
    more = [notice] if notice else []
    name = thing.thread.title if thing.kind == "post" else thing.title
    said = isinstance(thing, Thread | Post | Document | Event | TimePoll | Message)
    lang = (thing.thread if thing.kind == "post" else thing).language if said else ""
    copied = isinstance(thing, Message)
    private = said and "members" not in thing.rooms and "public" not in thing.rooms
    return pages.page(
        "moderation/report.html", status, noindex=True, thing=thing, name=name, kind=words.KINDS[thing.kind], form=form, lang=lang,
        more=more, error=status >= 400, private=private, copied=copied, hours=setting("REPORT_SILENCE_HOURS"),
    )  # fmt: skip


@bp.post("/report")
@ruled("moderation.report")
def tell() -> Response:
    """Take a report; who decides goes on to the case at once."""
    thing, form = reported(), ReportForm(request.form).offer()
    if not form.validate():
        return _page(thing, form, 422)
    who = person()
    if not limits.hit("report", str(who.id), setting("REPORTS_PER_HOUR"), 60):
        minutes = max(1, limits.left_seconds("report", str(who.id), setting("REPORTS_PER_HOUR"), 60) // 60)
        notice = _(
            "You have sent many reports. Your words are kept. Send them again in %(minutes)s minutes.",
            minutes=minutes,
        )
        return _page(thing, form, 429, notice)

    def done() -> str:
        case = acts.report(who, thing, form.reason.data or "", form.words.data or "")
        return case.url if case.readable_by(who.viewer) else "/reports"

    desk.recount()
    return pages.acted("moderation.report", done, _("Thank you. Your report was received."))


@bp.get("/reports")
@ruled("moderation.own")
def mine() -> Response:
    """Show what this person reported, and what became of it."""
    who = require("moderation.own", person())
    rows = queries.mine(who)
    return pages.page(
        "moderation/reports.html", noindex=True, rows=rows, ends=queries.ends(rows), words=words
    )


@bp.get("/waiting")
@ruled("moderation.own")
def waiting() -> Response:
    """Show what this person wrote and what waits, and the decisions about it."""
    who = require("moderation.own", person())
    return pages.page(
        "moderation/waiting.html",
        noindex=True,
        rows=held.mine(me().id),
        decisions=queries.about_me(who),
        words=words,
    )
