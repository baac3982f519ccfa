"""Papers of events: a document of the library belongs to an event, chosen on the page of either."""

import datetime as dt
import typing as t

import sqlalchemy as sa
from flask import Response, abort, request

from app.calendar import acts, deed_forms
from app.calendar.models import Event
from app.calendar.routes import bp, document, done, found, page
from app.core import clock, pages, when
from app.core.attaching import sent
from app.core.languages import _
from app.core.panels import panel
from app.core.policy import allowed, can, me, person, require, ruled
from app.core.sieve import number as number_in
from app.extensions import db

FAR, NEAR, MOST = dt.timedelta(days=400), dt.timedelta(days=40), 100


@bp.post("/events/<int:number>/papers")
@ruled("calendar.edit")
def put_paper(number: int) -> t.Any:
    """Let a document of the library belong to an event, by its address."""
    event = found(number, "calendar.edit")
    form = sent(deed_forms.Paper)
    if form.validate():
        thing = document(form.address.data)
        if thing is None:
            form.address.errors = [_("There is no document that you can read at this address.")]
        else:
            return _put(event, thing, form.slot.data)
    return page(event, 422, paper=form, error=True)


def _put(event: Event, thing: t.Any, slot: str) -> Response:
    to = f"{event.url}#papers"
    return done("calendar.papers", event, lambda who, it: acts.put_paper(who, it, thing.ref, slot), to=to)


@bp.post("/events/<int:number>/papers/<int:paper>/remove")
@ruled("calendar.edit")
def take_paper(number: int, paper: int) -> Response:
    """Let a document no longer belong to an event."""
    event = found(number, "calendar.edit")
    to = f"{event.url}#papers"
    return done(
        "calendar.papers", event, lambda who, it: acts.take_paper(who, it, f"document:{paper}"), to=to
    )


# --- from the page of a document ----------------------------------------------------------------------------


@panel("document", order=50, column="deeds")
def way_in(thing: t.Any) -> tuple[str, dict[str, t.Any]] | None:
    """The way to put a document to an event, for who may put events in."""
    return ("calendar/_to_event.html", {"number": thing.id}) if can("calendar.write", me()) else None


@bp.route("/events/papers", methods=["GET", "POST"])
@ruled("calendar.write", "calendar.edit")
def choose() -> t.Any:
    """Choose the event that a document belongs to, of those that the reader looks after."""
    require("calendar.write", person())
    thing = document(f"/library/{number_in(request.values.get('document', ''))}")
    if thing is None:
        abort(404)
    form = sent(deed_forms.ToEvent)
    events = looked_after()
    form.offer((one.id, f"{when.date(one.first_day)}{_(': ')}{one.title}") for one in events)
    if request.method == "POST" and form.validate():
        return _put(found(form.event.data, "calendar.edit"), thing, form.slot.data)
    status = 422 if form.errors else 200
    return pages.page(
        "calendar/to_event.html", status, place="calendar", thing=thing, form=form, events=events, error=status == 422
    )  # fmt: skip


def looked_after() -> list[Event]:
    """Return the events of some time before and after today that the reader may change; of series only those near."""
    who, now = me(), clock.now()
    kept = [group.id for group in who.groups if group.role not in ("member", "observer")]
    houses = [seat.id for seat in who.seats]
    own = sa.or_(
        Event.author_id == who.id, Event.organisation_id.in_(houses), Event.space_id.in_(kept), who.steward
    )
    near = sa.or_(Event.series_id.is_(None), sa.and_(Event.starts > now - NEAR, Event.starts < now + NEAR))
    time = sa.and_(Event.ends > now - FAR, Event.starts < now + FAR, near)
    mine = sa.select(Event).where(~Event.removed, Event.visible_to(who.viewer), time, own)
    rows = db.session.scalars(mine.order_by(Event.starts.desc(), Event.id).limit(MOST))
    return [one for one in rows if allowed(who, "calendar.edit", one)]
