"""The programme of an event: its page, and working on it."""

import datetime as dt
import typing as t
from urllib.parse import quote

from flask import Response, abort, redirect, request

from app.calendar import acts, houses, ordering, programme, programme_acts, shown
from app.calendar.agenda_models import ROWS, AgendaRow
from app.calendar.deed_forms import Paper
from app.calendar.models import Event
from app.calendar.programme_forms import RowForm, Shift, before
from app.calendar.routes import Deed, bp, document, found
from app.core import pages
from app.core.attaching import sent
from app.core.audience import PUBLIC
from app.core.database import get_or_none
from app.core.languages import _
from app.core.panels import panel
from app.core.policy import can, me, person, ruled
from app.extensions import db


@bp.get("/events/<int:number>/programme")
@bp.get("/events/<int:number>-<tail>/programme")
@ruled("calendar.read", public=True)
def programme_page(number: int, tail: str = "") -> t.Any:
    """Show a programme by days; `track` shows one of those that run side by side."""
    event = found(number)
    if event.removed:
        abort(404)
    if request.path != f"{event.url}/programme":
        query = f"?{request.query_string.decode('latin-1')}" if request.query_string else ""
        return redirect(f"{event.url}/programme{query}", 301 if tail else 302)
    track = request.args.get("track", "")[:80]
    shown_now = programme.of(event, me().viewer, track)
    tracks: list[t.Any] = [("", f"{event.url}/programme", _("Everything"), None)] if shown_now.tracks else []
    tracks += [(name, track_url(event, name), name, None) for name in shown_now.tracks]
    return pages.page(
        "calendar/programme.html", place="calendar", it=event, programme=shown_now, tracks=tracks, track=track,
        when=shown.times(event), may_edit=can("calendar.edit", event), noindex=PUBLIC not in event.rooms,
    )  # fmt: skip


def track_url(event: Event, track: str) -> str:
    """Return the address of one track."""
    return f"{event.url}/programme?track={quote(track)}"


@panel("event", order=10)
def of_event(event: Event) -> tuple[str, dict[str, t.Any]] | None:
    """The programme on the page of its event; who may write it sees where that is done."""
    may = can("calendar.edit", event)
    shown_now = programme.of(event, me().viewer)
    if not shown_now.days and not may:
        return None
    return "calendar/_programme.html", {"it": event, "programme": shown_now, "may_edit": may}


# --- working on it ----------------------------------------------------------------------------------------


def _row(event: Event, number: int) -> AgendaRow:
    row = get_or_none(AgendaRow, number)
    if row is None or row.event_id != event.id or row.removed:
        abort(404)
    return t.cast(AgendaRow, row)


def _home(event: Event, row: AgendaRow | None = None) -> str:
    return f"/events/{event.id}/programme/edit" + (f"#row-{row.id}" if row is not None else "")


def _done(event: Event, deed: Deed, message: t.Any = None, to: str = "") -> Response:
    """Change the programme once and lead back to where it is worked on."""
    who = person()

    def act() -> str:
        row = deed(who, event)
        return to or _home(event, row if isinstance(row, AgendaRow) else None)

    try:
        return pages.acted("calendar.programme", act, message)
    except acts.Shut:
        db.session.rollback()
        return pages.see_other(_home(event))


@bp.get("/events/<int:number>/programme/edit")
@ruled("calendar.edit")
def programme_work(number: int) -> Response:
    """Show the rows with what can be done to each, and the form of a new one."""
    event = found(number, "calendar.edit")
    if pages.wants_fragment():
        return pages.fragment("calendar/_programme_work.html", **_work(event))
    return _work_page(event, _begun(event))


def _begun(event: Event) -> RowForm:
    """Return the form of a new row: it begins where the last one ends."""
    rows = [row for row in ordering.rows_of(event.id) if row.ends]
    form: t.Any = RowForm()
    if rows:
        last = before(rows[-1], event, me().viewer)
        begins = t.cast(t.Any, rows[-1].ends).astimezone(programme.clocks(event))
        form.day.data, form.hour.data = begins.date().isoformat(), begins.time()
        form.track.data, form.room.data = last["track"], last["room"]
    elif not event.all_day and not ordering.rows_of(event.id):
        form.hour.data = event.starts.astimezone(programme.clocks(event)).time()
    return t.cast(RowForm, form.offer(event, me().viewer))


def _work(event: Event) -> dict[str, t.Any]:
    rows = programme.of(event, me().viewer)
    return {"it": event, "programme": rows, "begins": _first_of_days(event, rows), "shift": Shift()}


def _first_of_days(event: Event, rows: programme.Programme) -> dict[int, dt.date]:
    """Return the rows with which a day of the hosts begins; nothing for an event of one day."""
    found: dict[int, dt.date] = {}
    for row in (line.row for line in rows.lines if line.row.starts):
        day = row.starts.astimezone(programme.clocks(event)).date()
        if day not in found.values():
            found[row.id] = day
    return found if len(found) > 1 else {}


def _work_page(event: Event, form: RowForm, status: int = 200) -> Response:
    return pages.page(
        "calendar/programme_work.html", status, place="calendar", form=form, row=None, error=status >= 400, words=ROWS,
        zone=programme.zone_words(event), **_work(event),
    )  # fmt: skip


@bp.post("/events/<int:number>/programme")
@ruled("calendar.edit")
def add_row(number: int) -> Response:
    """Put a row into the programme."""
    event = found(number, "calendar.edit")
    form = sent(RowForm).offer(event, me().viewer)
    if not form.validate():
        return _work_page(event, form, 422)
    return _done(event, lambda who, it: programme_acts.add_row(who, it, form.fields(), form.named))


@bp.route("/events/<int:number>/programme/<int:row>", methods=["GET", "POST"])
@ruled("calendar.edit")
def change_row(number: int, row: int) -> t.Any:
    """Change a row."""
    event = found(number, "calendar.edit")
    one = _row(event, row)
    if request.method == "GET":
        return _row_page(event, one, RowForm(**before(one, event, me().viewer)).offer(event, me().viewer))
    form = sent(RowForm).offer(event, me().viewer)
    if not form.validate():
        return _row_page(event, one, form, 422)

    fields = form.fields()
    fields["organisation_id"] = houses.kept(one.organisation_id, fields["organisation_id"], me().viewer)

    def deed(who: t.Any, it: Event) -> AgendaRow:
        programme_acts.change_row(who, it, one, fields, form.named)
        return one

    return _done(event, deed)


def _row_page(
    event: Event, row: AgendaRow, form: RowForm, status: int = 200, paper: t.Any = None
) -> Response:
    (line,) = (one for one in programme.of(event, me().viewer).lines if one.row.id == row.id)
    return pages.page(
        "calendar/programme_row.html", status, place="calendar", it=event, row=row, form=form, error=status >= 400,
        papers=line.papers, paper=paper or Paper(), zone=programme.zone_words(event),
    )  # fmt: skip


@bp.post("/events/<int:number>/programme/<int:row>/<any(up, down, remove, shift):deed>")
@ruled("calendar.edit")
def move_row(number: int, row: int, deed: str) -> Response:
    """Move a row, take it off, or let it and what follows begin later or earlier."""
    event = found(number, "calendar.edit")
    one, form = _row(event, row), sent(Shift)
    if deed == "remove":
        return _done(event, lambda who, it: programme_acts.remove_row(who, it, one))
    if deed == "shift":
        by = int(form.minutes.data) if form.validate() else 0
        return _done(
            event,
            lambda who, it: programme_acts.shift(who, it, one, by) if by else None,
            to=_home(event, one),
        )
    return _done(event, lambda who, it: programme_acts.move(who, it, one, deed == "up"), to=_home(event, one))


@bp.post("/events/<int:number>/programme/<int:row>/papers")
@ruled("calendar.edit")
def put_row_paper(number: int, row: int) -> Response:
    """Let a document belong to a row, by its address."""
    event = found(number, "calendar.edit")
    one, form = _row(event, row), sent(Paper)
    thing = document(form.address.data) if form.validate() else None
    if thing is None:
        form.address.errors = form.address.errors or [
            _("There is no document that you can read at this address.")
        ]
        given = before(one, event, me().viewer)
        return _row_page(event, one, RowForm(**given).offer(event, me().viewer), 422, form)
    there = f"/events/{event.id}/programme/{one.id}#papers"
    return _done(event, lambda who, it: programme_acts.put_paper(who, it, one, thing.ref), to=there)


@bp.post("/events/<int:number>/programme/<int:row>/papers/<int:paper>/remove")
@ruled("calendar.edit")
def take_row_paper(number: int, row: int, paper: int) -> Response:
    """Let a document no longer belong to a row."""
    event = found(number, "calendar.edit")
    one = _row(event, row)
    there = f"/events/{event.id}/programme/{one.id}#papers"
    return _done(
        event, lambda who, it: programme_acts.take_paper(who, it, one, f"document:{paper}"), to=there
    )
