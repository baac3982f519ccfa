"""The calendars from elsewhere that a space shows: who looks after the space puts them there, its members see what is in them."""

import typing as t
from urllib.parse import urlsplit

from flask import Response, abort, request
from wtforms import StringField
from wtforms.validators import DataRequired, Length, ValidationError

from app.calendar import borrowed, spans
from app.calendar.borrowed import STATES, Borrowed
from app.calendar.views import bp
from app.core import outgoing, pages, site, when
from app.core.attaching import Ours, sent
from app.core.database import get_or_none
from app.core.languages import _, language, lazy
from app.core.policy import can, person, require, ruled
from app.core.sieve import number as number_in
from app.core.text import clean_line
from app.extensions import db
from app.spaces.models import Space

PAGE = "/calendar/from"


class Borrow(Ours):
    """The address of a calendar elsewhere, and what it is called here."""

    address = StringField(
        lazy("Address of the calendar"),
        [DataRequired(lazy("Write the address of a calendar.")),
         Length(max=1000, message=lazy("This has at most %(num)s characters.", num=1000))],
        filters=[clean_line], render_kw={"inputmode": "url", "dir": "ltr"},
    )  # fmt: skip
    name = StringField(
        lazy("What it is called here"),
        [DataRequired(lazy("Write a name.")),
         Length(max=80, message=lazy("This has at most %(num)s characters.", num=80))],
        filters=[clean_line],
    )  # fmt: skip

    def validate_address(self, field: t.Any) -> None:
        """A web address; calendar programs write webcal for it."""
        if field.data.lower().startswith("webcal://"):
            field.data = f"https://{field.data[9:]}"
        try:
            parts = urlsplit(field.data)
            good = (
                parts.scheme in ("http", "https") and "." in (parts.hostname or "") and " " not in field.data
            )
            literal = parts.hostname or ""
        except ValueError:
            good, literal = False, ""
        if not good or (literal.replace(".", "").isdigit() and not outgoing.is_public(literal)):
            raise ValidationError(lazy("Write an address that begins with https:// or webcal://."))


def _space(number: int) -> Space:
    return t.cast(Space, require("calendar.borrow", require("space.read", get_or_none(Space, number))))


@bp.get(PAGE)
@ruled("calendar.borrow")
def borrowings() -> Response:
    """Show the calendars that a group shows, to who looks after it."""
    space = _space(number_in(request.args.get("group", "")))
    return _index(space, Borrow(formdata=None))


def _index(space: Space, form: Borrow, status: int = 200, full: bool = False) -> Response:
    return pages.page(
        "calendar/borrowings.html", status, place="calendar", space=space, form=form, rows=borrowed.of(space.id),
        states=STATES, full=full, most=borrowed.MOST, error=status != 200, demo=site.is_demo(), noindex=True,
    )  # fmt: skip


@bp.post(PAGE)
@ruled("calendar.borrow")
def borrow() -> t.Any:
    """Show one more."""
    space, form, who = _space(number_in(request.form.get("group", ""))), sent(Borrow), person()
    if not form.validate():
        return _index(space, form, 422)

    def act() -> str:
        borrowed.borrow(who, space, form.address.data, form.name.data)
        return f"{PAGE}?group={space.id}"

    try:
        return pages.acted("calendar.borrow", act, _("The calendar is fetched now."))
    except borrowed.TooMany:
        db.session.rollback()
        return _index(space, form, 422, full=True)


@bp.get(f"{PAGE}/<int:number>")
@ruled("calendar.borrowed")
def borrowing(number: int) -> Response:
    """Show a calendar from elsewhere to the members of its space: what comes next in it."""
    one = t.cast(Borrowed, require("calendar.borrowed", get_or_none(Borrowed, number)))
    space = get_or_none(Space, one.space_id) or abort(404)
    there = when.reader_zone()
    rows = [
        {
            "title": each.title,
            "place": each.place,
            "day": spans.days(each, there)[0],
            "hours": spans.hours(each, there),
        }
        for each in borrowed.coming(one)
    ]
    return pages.page(
        "calendar/borrowing.html", place="calendar", one=one, rows=rows, state=STATES[one.state],
        space=(space.url, space.text("name", language())), may=can("calendar.borrow", space), noindex=True,
    )  # fmt: skip


@bp.post(f"{PAGE}/<int:number>/end")
@ruled("calendar.borrowed", "calendar.borrow")
def end_borrowing(number: int) -> Response:
    """Show it no longer."""
    one = t.cast(Borrowed, require("calendar.borrowed", get_or_none(Borrowed, number)))
    who, space = person(), require("calendar.borrow", db.session.get_one(Space, one.space_id))

    def act() -> str:
        borrowed.end(who, one)
        return f"{PAGE}?group={space.id}"

    return pages.acted("calendar.end_borrowing", act, _("Its events are gone from here."))
