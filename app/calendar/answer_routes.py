"""Answering an event, and the list of who comes for those who host it."""

import typing as t

from flask import Response

from app.calendar import answering, coming, shown
from app.calendar.attendance import GOING, HERE, ONLINE, WAITING, WAYS, WORDS
from app.calendar.forms import Answer
from app.calendar.models import Event
from app.calendar.routes import bp, found, page
from app.core import pages, tables
from app.core.attaching import sent
from app.core.languages import _, ngettext
from app.core.panels import panel
from app.core.policy import can, me, person, ruled
from app.extensions import db

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.post("/events/<int:number>/answer")
@ruled("calendar.answer")
def answer(number: int) -> t.Any:
    """Take an answer: going, maybe or no."""
    event, form = found(number, "calendar.answer"), sent(Answer)
    if not form.validate():
        return page(event, 422, answer=form, error=True)
    who = person()
    way = form.way.data if form.way.data in ways(event) else ways(event)[0]

    def act() -> str:
        answering.answer(who, event, form.word.data, way, shown=bool(form.shown.data))
        return f"{event.url}#answer"

    try:
        return pages.acted("calendar.answer", act, _("Your answer is saved."))
    except answering.Late:
        db.session.rollback()
        return pages.see_other(f"/events/{number}")


def ways(event: Event) -> list[str]:
    """Return how one can take part: in person, online, or either."""
    return [HERE] * bool(event.place or not event.link) + [ONLINE] * bool(event.link)


@panel("event", order=5, column="side")
def asked(event: Event) -> tuple[str, dict[str, t.Any]] | None:
    """Whether the reader comes, how many do, and who shows it."""
    numbers, who = coming.counts(event.id), me()
    open_ = not shown.is_past(event) and event.cancelled is None
    if event.outside or (not who.is_authenticated and not any(numbers)):
        return None
    mine = coming.mine(event.id, who.id)
    return "calendar/_answer.html", {
        "it": event, "mine": mine, "numbers": numbers, "open": open_ and can("calendar.answer", event), "words": WORDS,
        "ways": [(way, WAYS[way]) for way in ways(event)], "going": GOING, "said": _said(mine, event),
        "people": coming.published(event.id) if who.is_authenticated else [], "may_list": can("calendar.answers", event),
        "limits": [(WAYS[way], most) for way in ways(event) if (most := answering.limit(event, way)) is not None],
    }  # fmt: skip


def _said(mine: t.Any, event: Event) -> t.Any:
    """Say how somebody stands who answered."""
    if mine is None or mine.word != GOING:
        return ""
    if mine.state == WAITING:
        turn = coming.turn(event.id, mine)
        return _(
            "You are number %(num)s on the waiting list. When a place is free, it is offered to you for a day.",
            num=turn,
        )
    if mine.until is not None:
        return _("A place is free for you. Take it with “Going” before it is offered to somebody else.")
    return _("You have a place.")


# --- for the hosts ----------------------------------------------------------------------------------------


@bp.get("/events/<int:number>/answers")
@ruled("calendar.answers")
def answers(number: int) -> Response:
    """Show who answered what."""
    event = found(number, "calendar.answers")
    rows = [coming.cells(row) for row in coming.listed(event.id)]
    count = ngettext("%(num)d answer", "%(num)d answers", len(rows))
    return pages.page(
        "calendar/answers.html",
        place="calendar",
        it=event,
        head=coming.head(),
        rows=rows,
        count=count,
        noindex=True,
    )


@bp.get("/events/<int:number>/answers.<any(csv, xlsx):form>")
@ruled("calendar.answers")
def list_of(number: int, form: str) -> Response:
    """Give out the list as a table."""
    event = found(number, "calendar.answers")
    if form == "csv":
        lines = [
            tables.line(coming.head()),
            *(tables.line(coming.cells(row)) for row in coming.listed(event.id)),
        ]
        made = Response("\ufeff" + "".join(lines), mimetype="text/csv")
    else:
        made = Response(coming.workbook(event), mimetype=XLSX)
    made.headers["Content-Disposition"] = f'attachment; filename="event-{event.id}-answers.{form}"'
    made.headers["Cache-Control"] = "no-store"
    return made
