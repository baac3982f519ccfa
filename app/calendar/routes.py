"""The page of an event, its card and its file for other calendars; following it, and its papers."""

import typing as t

from flask import Blueprint, Response, abort, redirect, request

from app.calendar import acts, choices, deed_forms, houses, ics, joining, packing, shown
from app.calendar.models import SCALES, Event
from app.core import apart, limits, pages, panels, watches
from app.core.activity import highest
from app.core.audience import PUBLIC, Thing, is_apart
from app.core.database import get_or_none, locate
from app.core.policy import can, me, person, require, ruled
from app.extensions import db
from app.members import goals
from app.spaces.models import Space

bp = Blueprint("events", __name__)
PACKS_AN_HOUR = 60
Deed = t.Callable[[t.Any, Event], t.Any]


def found(number: int, act: str = "calendar.read") -> Event:
    """Return an event, if who looks may do this to it; one that was removed is past acting on."""
    event = t.cast(Event, require("calendar.read", get_or_none(Event, number)))
    if event.removed and act != "calendar.read":
        abort(404)
    return t.cast(Event, require(act, event))


def done(act: str, event: Event, deed: Deed, message: t.Any = None, to: str = "") -> Response:
    """Do something to an event once and lead back to its page, or to another address."""
    who = person()

    def act_now() -> str:
        deed(who, event)
        return to or event.url

    try:
        return pages.acted(act, act_now, message)
    except acts.Shut:  # it went while somebody looked
        db.session.rollback()
        return pages.see_other(f"/events/{event.id}")


@bp.get("/events/<int:number>")
@bp.get("/events/<int:number>-<path:tail>")
@ruled("calendar.read", public=True)
def show(number: int, tail: str = "") -> t.Any:
    """Show an event; of one that was removed, a line that says so."""
    event = found(number)
    if event.removed:
        return pages.page("calendar/removed.html", 410, place="calendar", noindex=True)
    if f"/events/{event.id}-{tail}" != event.url:
        query = f"?{request.query_string.decode('latin-1')}" if request.query_string else ""
        return redirect(event.url + query, 301)
    return page(event)


def page(event: Event, status: int = 200, **more: t.Any) -> Response:
    """Return the page of an event."""
    who = me()
    return pages.page(
        "calendar/event.html", status, place="calendar", last=highest(), it=event, when=shown.times(event), who=who,
        space=shown.space_of(event, who.viewer), readers=shown.readers(event), form_word=choices.form_word(event.form),
        scale=SCALES.get(event.scale, ""),
        theme=choices.theme_word(event.theme), spoken=[(code, choices.tongue(code)) for code in event.languages.split()],
        goals=[(key, goals.goal(key)) for key in event.sdgs.split()],
        commitments=[(key, goals.commitment(key)) for key in event.commitments.split()],
        may=_may(event), city=houses.seen(event.city_id, who.viewer),
        may_add=can("calendar.write", who),
        may_report=can("moderation.report", event),
        level=watches.level(who.id, acts.followed(event)) if who.id else "", files=shown.files_of(event),
        papers=shown.papers(event), may_answer=shown.may_answer(event),
        apart=apart.of(event.ref) if is_apart(event.audience_id) else None, past=shown.is_past(event),
        online=joining.online(event, who), slots=shown.named_papers(event, can("calendar.edit", event)),
        main=panels.drawn("event", event), side=panels.drawn("event", event, "side"),
        noindex=PUBLIC not in event.rooms, **{"paper": deed_forms.Paper(), **more},
    )  # fmt: skip


def _may(event: Event) -> dict[str, bool]:
    """Return what the reader may do with an event."""
    may = {act: can(f"calendar.{act}", event) for act in ("edit", "move", "cancel", "remove")}
    may["upload"] = may["edit"] and can("library.add", db.session.get(Space, event.space_id))
    return may


@bp.get("/events/<int:number>/card")
@ruled("calendar.read", public=True)
def card(number: int) -> t.Any:
    """Return an event as a card, for a page that shows it and is open; without a script, lead to it."""
    event = found(number)
    if not pages.wants_fragment():
        return redirect(event.url, 302)
    return pages.bare_fragment("".join(panels.drawn("card", event)))


@bp.get("/events/<int:number>/invite.ics")
@ruled("calendar.read", public=True)
def invite(number: int) -> Response:
    """Give out an event for other calendars."""
    event = found(number)
    if event.removed:
        abort(404)
    return ics.answer(
        event, me().viewer, event.id in joining.may_have(me(), [event]), f"event-{event.id}.ics"
    )


@bp.get("/events/<int:number>/pack.zip")
@ruled("calendar.read", public=True)
def pack(number: int) -> Response:
    """Give out all of an event that its reader sees, to read without a connection."""
    event, who = found(number), me()
    if event.removed:
        abort(404)
    if request.method == "HEAD":
        return Response(mimetype="application/zip")
    if not limits.hit("taking", str(who.id or limits.neighbourhood()), PACKS_AN_HOUR, 60):
        abort(429)
    return packing.answer(event, who)


@bp.post("/events/<int:number>/<any(follow, unfollow):deed>")
@ruled("calendar.follow")
def follow(number: int, deed: str) -> Response:
    """Hear of what changes, or no longer."""
    event = found(number, "calendar.follow")
    return done("calendar.follow", event, lambda who, it: acts.follow(who, it, deed == "follow"))


# --- papers -----------------------------------------------------------------------------------------------


def document(address: str) -> t.Any:
    """Return the document that an address of this site names, as far as who acts sees it."""
    tail = address.rpartition("/library/")[2].partition("-")[0].partition("/")[0].partition("?")[0]
    thing = locate(f"document:{tail}") if "/library/" in address and len(tail) < 19 else None
    return thing if isinstance(thing, Thing) and thing.readable_by(me().viewer) else None
