"""The minutes of an event: read, written row by row, amended, approved, taken out."""

import typing as t

from flask import Response, abort, redirect, request

from app.calendar import acts, minutes, minutes_heard, minutes_shown, minutes_versions
from app.calendar.agenda_models import AgendaRow
from app.calendar.minutes_forms import Amendment, Declined, Text
from app.calendar.minutes_models import (
    APPROVED,
    DRAFT,
    GENERAL,
    OPEN,
    SHARED,
    STATES,
    MinutesAmendment,
)
from app.calendar.models import Event
from app.calendar.routes import bp, found
from app.core import once, pages
from app.core.activity import highest
from app.core.attaching import sent, too_many
from app.core.audience import PUBLIC
from app.core.database import get_or_none
from app.core.languages import _
from app.core.policy import can, me, person, ruled
from app.core.sieve import number as number_in
from app.extensions import db

BASE = "/events/<int:number>/minutes"
Deed = t.Callable[[], str]


@bp.get(BASE)
@ruled("minutes.read", public=True)
def minutes_of(number: int) -> Response:
    """Show the minutes of an event."""
    return _page(found(number, "minutes.read"))


def _url(event: Event) -> str:
    return f"/events/{event.id}/minutes"


def _page(event: Event, status: int = 200, **more: t.Any) -> Response:
    if pages.wants_fragment():
        return pages.bare_fragment(pages.render("calendar/_minutes.html", **_values(event)))
    return pages.page(
        "calendar/minutes.html", status, place="calendar", last=highest(), noindex=PUBLIC not in event.rooms,
        before=_before(event), **{**_values(event), **more},
    )  # fmt: skip


def _values(event: Event) -> dict[str, t.Any]:
    return {
        "it": event, "parts": minutes_shown.parts(event), "decisions": minutes_shown.decisions(event),
        "actions": minutes_shown.actions(event), "state": STATES.get(event.minutes), "states": (DRAFT, SHARED, APPROVED),
        "may": {act: can(f"minutes.{act}", event) for act in ("write", "amend")}, "back": _url(event), "declined": None,
        "answered": [one for one in minutes.amendments(event) if one.state != OPEN], "hearers": minutes_heard.line(event),
    }  # fmt: skip


def _before(event: Event) -> t.Any:
    """Return what came of earlier meetings, while the minutes are not closed."""
    return None if event.minutes == APPROVED else minutes_shown.before(event, me().viewer, request.path)


# --- writing --------------------------------------------------------------------------------------------------


@bp.get(f"{BASE}/write")
@ruled("minutes.write")
def write_minutes(number: int) -> Response:
    """Show every row as a form of its own."""
    return _writing(found(number, "minutes.write"))


def _writing(event: Event, status: int = 200, **more: t.Any) -> Response:
    return pages.page(
        "calendar/minutes_write.html", status, place="calendar", last=highest(), noindex=True, it=event,
        parts=minutes_shown.parts(event, writing=True), state=STATES.get(event.minutes), before=_before(event), **more,
    )  # fmt: skip


def _title(event: Event, row_id: int) -> str:
    """Return the title of a row of this event's programme; 404 for any other."""
    if row_id == GENERAL:
        return ""
    row = get_or_none(AgendaRow, row_id)
    if row is None or row.event_id != event.id:
        abort(404)
    return t.cast(str, row.title)


def _part(event: Event, row_id: int, status: int = 200) -> Response:
    """Return the form of one row, for a page that is open."""
    title = _title(event, row_id)
    part = minutes.part_of(event, row_id)
    one = minutes_shown.drawn(event, [(part if part.id else None, row_id, title)], writing=True)[0]
    made = pages.bare_fragment(pages.render("calendar/_minutes_part.html", it=event, part=one))
    made.status_code = status
    return made


@bp.get(f"{BASE}/<int:row>")
@ruled("minutes.write")
def minutes_part(number: int, row: int) -> t.Any:
    """Return one row as it is now; without a script lead to it."""
    event = found(number, "minutes.write")
    if not pages.wants_fragment():
        return redirect(f"{_url(event)}/write#r{row}", 302)
    return _part(event, row)


@bp.post(f"{BASE}/<int:row>")
@ruled("minutes.write")
def save_minutes(number: int, row: int) -> t.Any:
    """Save one row. A script gets the row back as it is then; it says which line somebody is still in."""
    event, form, who = found(number, "minutes.write"), sent(Text), person()
    _title(event, row)
    if not form.validate():
        return _refused(event, row, form)
    live = "live" in request.form
    typing = request.form.get("typing") if live else None

    def deed() -> str:
        base, own = number_in(form.base.data or ""), "own" in request.form
        minutes.save(who, event, row, form.text.data or "", base, own=own, typing=typing)
        return f"{_url(event)}/write#r{row}"

    answer = _acted("minutes.write", event, deed, None if live else _("Saved."))
    return _part(event, row) if live and answer.status_code < 400 else answer


def _acted(act: str, event: Event, deed: Deed, message: t.Any = None) -> Response:
    """Do something once; where the minutes were closed meanwhile, say so."""
    try:
        return pages.acted(act, deed, message)
    except minutes.Frozen:
        db.session.rollback()
        return _page(
            event, 409, problem=_("The minutes were approved meanwhile. Nothing in them changes any more.")
        )
    except acts.Shut:
        db.session.rollback()
        return pages.see_other(f"/events/{event.id}")


def _refused(event: Event, row: int, form: Text) -> Response:
    """Send a row back with its words, and what is wrong with them."""
    kept = {"row": row, "text": form.text.data or "", "base": form.base.data, "errors": form.text.errors}
    return _writing(event, 422, kept=kept, error=True)


@bp.get(f"{BASE}/<int:row>/history")
@ruled("minutes.read")
def minutes_history(number: int, row: int) -> Response:
    """Show what a row said before, and who wrote it: for members."""
    event = found(number, "minutes.read")
    title = _title(event, row)
    return pages.page(
        "calendar/minutes_history.html", place="calendar", it=event, title=title or _("Minutes"), back=_url(event), noindex=True,
        versions=minutes_versions.versions(minutes.part_of(event, row)),
    )  # fmt: skip


# --- from a draft to what is approved -----------------------------------------------------------------------------


@bp.post(f"{BASE}/<any(share, approve):deed>")
@ruled("minutes.write")
def close_minutes(number: int, deed: str) -> Response:
    """Open the draft for amendments, or approve it."""
    event, who = found(number, "minutes.write"), person()
    act = minutes.share if deed == "share" else minutes.approve
    message = _("The draft can be read.") if deed == "share" else _("The minutes are approved.")

    def done() -> str:
        act(who, event)
        return _url(event)

    try:
        return _acted("minutes.close", event, done, message)
    except minutes.Unsettled as why:
        db.session.rollback()
        return _page(event, 422, problem=_unsettled(str(why)))


def _unsettled(why: str) -> t.Any:
    if why == "amendments":
        return _("Some amendments wait for an answer. Take them in or decline them first.")
    return _("In one place there are two texts. Settle what stands there first.")


# --- amendments -----------------------------------------------------------------------------------------------


@bp.route(f"{BASE}/<int:row>/amend", methods=["GET", "POST"])
@ruled("minutes.amend")
def amend_minutes(number: int, row: int) -> t.Any:
    """Propose another text for a row."""
    event, form, who = found(number, "minutes.amend"), sent(Amendment), person()
    title, part, wait = _title(event, row), minutes.part_of(event, row), None
    if request.method == "GET":
        form.text.data, form.base.data = part.text, str(part.version)
    elif form.validate():

        def deed() -> str:
            base = number_in(form.base.data or "")
            minutes.amend(who, event, row, form.text.data or "", base, form.why.data or "")
            return f"{_url(event)}#r{row}"

        wait = too_many(who.id)
        if not wait or once.earlier(who.id, "minutes.amend"):
            return _acted(
                "minutes.amend", event, deed, _("Your amendment is with those who write the minutes.")
            )
        form.text.errors = [wait]
    status = 429 if wait else 422 if form.errors else 200
    return pages.page(
        "calendar/minutes_amend.html", status, place="calendar", it=event, title=title, row=row, form=form, back=_url(event),
        noindex=True, error=bool(form.errors),
    )  # fmt: skip


def _amendment(event: Event, which: int) -> MinutesAmendment:
    one = get_or_none(MinutesAmendment, which)
    if one is None or one.event_id != event.id:
        abort(404)
    return t.cast(MinutesAmendment, one)


@bp.post(f"{BASE}/amendments/<int:which>/take")
@ruled("minutes.write")
def take_amendment(number: int, which: int) -> Response:
    """Take an amendment in."""
    event, who = found(number, "minutes.write"), person()
    one = _amendment(event, which)

    def deed() -> str:
        minutes.answer(who, event, one, True)
        return _url(event)

    return _acted("minutes.answer", event, deed, _("The amendment is taken in."))


@bp.route(f"{BASE}/amendments/<int:which>/decline", methods=["GET", "POST"])
@ruled("minutes.write")
def decline_amendment(number: int, which: int) -> Response:
    """Decline an amendment, and say why."""
    event, who, form = found(number, "minutes.write"), person(), sent(Declined)
    one = _amendment(event, which)
    if request.method == "POST" and form.validate():

        def deed() -> str:
            minutes.answer(who, event, one, False, form.reason.data or "")
            return _url(event)

        return _acted("minutes.answer", event, deed, _("The amendment is declined."))
    return pages.page(
        "ui/confirm.html", 422 if form.errors else 200, place="calendar", noindex=True, title=_("Decline the amendment?"),
        text=_("Who proposed it reads your reason. The proposal stays with it below the minutes."), form=form,
        url=f"{_url(event)}/amendments/{which}/decline", deed=_("Decline"), keep=_("Cancel"), back=_url(event),
        error=bool(form.errors),
    )  # fmt: skip


# --- elsewhere --------------------------------------------------------------------------------------------------


@bp.get("/events/<int:number>/minutes.md")
@ruled("minutes.read", public=True)
def minutes_file(number: int) -> Response:
    """Give the minutes out as text."""
    event = found(number, "minutes.read")
    made = Response(minutes_shown.as_text(event), mimetype="text/markdown")
    made.headers["Content-Disposition"] = f'attachment; filename="event-{event.id}-minutes.md"'
    made.headers["Cache-Control"] = "no-store"
    return made
