"""Seats of an organisation: who holds them, what they allow, handing them over, and the briefing for who comes next."""

import typing as t

from flask import Blueprint, Response, abort

from app.core import clock, pages, panels
from app.core.database import get_or_none
from app.core.languages import _, language
from app.core.policy import can, person, require, ruled
from app.extensions import db
from app.members import offices, queries, seat_forms, seats
from app.members.entries import looked_after
from app.members.models import Organisation, Person, Seat
from app.members.office_forms import LAST, WORDS

bp = Blueprint("seats", __name__)


class Brief(t.NamedTuple):
    """A seat as the briefing's panels see it. `people` are who held it and who holds it now."""

    seat: Seat
    organisation: Organisation
    people: tuple[int, ...]


def _seat_of(one: Organisation, number: int, held: bool = True) -> Seat:
    seat = t.cast("Seat | None", get_or_none(Seat, number))
    if seat is None or seat.organisation_id != one.id or (held and seat.ended is not None):
        abort(404)
    return seat


@bp.get("/members/<int:number>/seats")
@ruled("organisation.seats")
def index(number: int) -> Response:
    """List the seats of an organisation: held, and of earlier times."""
    one = looked_after(number, "organisation.seats")
    rows = seats.of(one.id)
    return pages.page(
        "members/seats.html", place="members", one=one, noindex=True, words=seat_forms,
        held=[row for row in rows if row.ended is None], past=[row for row in rows if row.ended is not None],
    )  # fmt: skip


@bp.get("/members/<int:number>/seats/<int:which>")
@ruled("organisation.seats")
def edit(number: int, which: int) -> Response:
    """Show a seat as a form."""
    one = looked_after(number, "organisation.seats")
    seat = _seat_of(one, which)
    return _form_page(one, seat, seat_forms.seat_form(seat, formdata=None))


def _form_page(one: Organisation, seat: Seat, form: t.Any, status: int = 200) -> Response:
    holder = db.session.get(Person, seat.person_id)
    return pages.page(
        "members/seat.html", status, place="members", one=one, seat=seat, holder=holder, form=form, noindex=True,
        error=status != 200,
    )  # fmt: skip


@bp.post("/members/<int:number>/seats/<int:which>")
@ruled("organisation.seats")
def edited(number: int, which: int) -> Response:
    """Change what a seat is called and what it allows."""
    one = looked_after(number, "organisation.seats")
    seat = _seat_of(one, which)
    form = seat_forms.seat_form(seat)
    if not form.validate():
        return _form_page(one, seat, form, 422)
    names = ("role", "title", "ends", "primary", "may_publish", "may_answer")
    values = {name: form[name].data for name in names}
    if form.ends.data != seat.ends:
        values["told"] = 0  # another day: reminded anew
    if form.since.data != seat.since.date():
        values["since"] = seats.moment(form.since.data)

    def change() -> str:
        seats.change(person(), seat, **values)
        return f"/members/{one.id}/seats" if can("organisation.seats", one) else one.url

    return pages.acted("seat.change", change, _("The seat is saved."))


@bp.get("/members/<int:number>/seats/<int:which>/hand-over")
@ruled("organisation.seats")
def handing(number: int, which: int) -> Response:
    """Say what happens when the seat is handed over, and ask who comes next."""
    one = looked_after(number, "organisation.seats")
    seat = _seat_of(one, which)
    return _hand_page(one, seat, seat_forms.HandOver(formdata=None, language=language()))


def _hand_page(one: Organisation, seat: Seat, form: t.Any, status: int = 200) -> Response:
    holder = t.cast(Person, db.session.get(Person, seat.person_id))
    ending = offices.with_seat(seat)
    only = len(queries.seats_of(seat.person_id)) == 1 and set(offices.of(holder)) <= set(ending)
    return pages.page(
        "members/hand_over.html", status, place="members", one=one, seat=seat, holder=holder, form=form, noindex=True,
        error=status != 200, only=only, mine=holder.id == person().id, role=seat_forms.role_word(seat.role),
        invites=seats.can_invite(), offices=[WORDS[office] for office in ending],
    )  # fmt: skip


@bp.post("/members/<int:number>/seats/<int:which>/hand-over")
@ruled("organisation.seats")
def handed(number: int, which: int) -> Response:
    """End the seat, and invite who comes next."""
    one, who = looked_after(number, "organisation.seats"), person()
    seat = _seat_of(one, which)
    form = seat_forms.HandOver()
    holder = t.cast(Person, db.session.get(Person, seat.person_id))
    form.holder, form.seat = holder.email, seat
    if not form.validate():
        return _hand_page(one, seat, form, 422)
    email = (form.email.data or "").lower()
    successor = seats.Next(email, form.name.data or "", form.language.data) if email else None

    def hand() -> str:
        seats.hand_over(who, seat, one, successor)
        return one.url if holder.id == who.id else f"/members/{one.id}/seats"

    try:
        return pages.acted("seat.hand_over", hand, _("The seat is handed over."))
    except offices.Last:  # somebody else of the secretariat went at the same moment
        db.session.rollback()
        form.sure.errors = [LAST]
        return _hand_page(one, seat, form, 422)


@bp.get("/members/<int:number>/seats/<int:which>/briefing")
@ruled("seat.briefing")
def briefing(number: int, which: int) -> Response:
    """One page for who comes next, to read or print: what is open, as far as the reader may see it."""
    one = t.cast(Organisation, require("organisation.read", get_or_none(Organisation, number)))
    seat = require("seat.briefing", _seat_of(one, which, held=False))
    brief = Brief(seat, one, seats.working_in(seat))
    holder = t.cast(Person, db.session.get(Person, seat.person_id))
    return pages.page(
        "members/briefing.html", place="members", one=one, seat=seat, holder=holder, noindex=True, now=clock.now(),
        role=seat_forms.role_word(seat.role), parts=panels.drawn("briefing", brief),
        people=queries.people_of(person().viewer, one.id),
    )  # fmt: skip
