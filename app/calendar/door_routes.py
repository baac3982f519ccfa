"""At the door of an event, for its hosts: the list of who comes, one page for each code, and who came unasked."""

import typing as t

from flask import Response, abort, request

from app.calendar import coming, deed_forms, door
from app.calendar.attendance import GOING, OFFERED, WAITING, Attendance
from app.calendar.models import Event
from app.calendar.routes import bp, done, found
from app.core import pages, policy, when
from app.core.attaching import sent
from app.core.database import LARGEST_ID
from app.core.languages import _
from app.core.policy import me, ruled
from app.core.text import clean_line
from app.extensions import db
from app.members import names
from app.members.models import Person


@bp.get("/events/<int:number>/door")
@ruled("calendar.door")
def at_door(number: int) -> Response:
    """Show who is expected and who is there; as a fragment the list alone."""
    event = found(number, "calendar.door")
    if pages.wants_fragment():
        return pages.fragment("calendar/_door.html", **_list(event))
    return _page(event, deed_forms.Guest())


def _page(event: Event, form: t.Any, status: int = 200) -> Response:
    return pages.page(
        "calendar/door.html", status, place="calendar", form=form, error=status >= 400, noindex=True, **_list(event)
    )  # fmt: skip


def _list(event: Event) -> dict[str, t.Any]:
    """Return the list as far as a name was looked for: who goes first, then who answered otherwise."""
    asked = clean_line(request.args.get("q"))[:80]
    parts = names.fold(asked).split()
    rows = [row for row in coming.listed(event.id) if all(part in _folded(row) for part in parts)]
    return {
        "it": event, "asked": asked, "figures": door.figures(event.id), "guests": door.guests(event.id),
        "going": [row for row in rows if row.word == GOING], "others": [row for row in rows if row.word != GOING],
        "words": coming.stands,
    }  # fmt: skip


def _folded(row: t.Any) -> str:
    return names.fold(f"{row.name} {row.house or ''}")


@bp.post("/events/<int:number>/door/<int:person>/<any(came, uncame):deed>")
@ruled("calendar.door")
def noted(number: int, person: int, deed: str) -> Response:
    """Note that somebody is there, or that this was a mistake."""
    event = found(number, "calendar.door")
    if person > LARGEST_ID:
        abort(404)
    return done(
        "calendar.door",
        event,
        lambda who, it: door.note(who, it, person, deed == "came"),
        to=f"/events/{event.id}/door",
    )


@bp.get("/events/<int:number>/door/code")
@ruled("calendar.door")
def code(number: int) -> Response:
    """Show whose code this is, with one button; or say what is wrong with it."""
    event = found(number, "calendar.door")
    read = door.read(event, clean_line(request.args.get("code")).lower())
    mine, person = read.mine, None
    if mine is not None:
        person = db.session.get(Person, mine.person_id)
    return pages.page(
        "calendar/code.html", 200 if mine else 404, place="calendar", it=event, mine=mine, person=person,
        said=_said(event, read), other=read.other, noindex=True,
    )  # fmt: skip


def _said(event: Event, read: door.Read) -> t.Any:
    """Say in words what is wrong with a code, or how its owner stands; nothing where all is well."""
    if read.other is not None:
        seen = read.other.readable_by(me().viewer) and not read.other.removed
        return (
            _("This code is for another event: %(title)s.", title=read.other.title)
            if seen
            else _("This code is for another event.")
        )
    if read.mine is None:
        return _("This is no code for this event. Look for the name on the list instead.")
    if event.cancelled is not None:
        return _("This event is cancelled.")
    return _stands(read.mine)


def _stands(mine: Attendance) -> t.Any:
    if mine.came is not None:
        return _("Noted already, at %(time)s.", time=when.date_time(mine.came))
    if mine.word != GOING:
        return _("This code is old: its owner has said since that they do not come.")
    if mine.state == WAITING:
        return _("This person stands on the waiting list and has no place yet.")
    if mine.state == OFFERED:
        return _("A place is offered to this person, and not taken yet.")
    return ""


@bp.post("/events/<int:number>/door/guests")
@ruled("calendar.door")
def guest(number: int) -> t.Any:
    """Write down somebody who came unasked."""
    event, form = found(number, "calendar.door"), sent(deed_forms.Guest)
    if form.validate() and door.is_full(event):
        form.name.errors = [_("There are as many as fit here. Take one off first.")]
    if form.errors:
        return _page(event, form, 422)
    name, house = form.name.data, form.house.data or ""
    return done(
        "calendar.door",
        event,
        lambda who, it: door.welcome(who, it, name, house),
        None
        if policy.wants_fragment()
        else _("%(name)s is on the list.", name=name),  # a script draws the list anew
        to=f"/events/{event.id}/door",
    )


@bp.post("/events/<int:number>/door/guests/<int:guest>/remove")
@ruled("calendar.door")
def guest_gone(number: int, guest: int) -> Response:
    """Take somebody off who was written down."""
    event = found(number, "calendar.door")
    if guest > LARGEST_ID:
        abort(404)
    return done(
        "calendar.door", event, lambda who, it: door.strike(who, it, guest), to=f"/events/{event.id}/door"
    )
