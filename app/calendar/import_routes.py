"""Events from a file: send it, look at what it would do, take it in, take it back."""

import datetime as dt
import typing as t

import sqlalchemy as sa
from flask import Response, request
from werkzeug.datastructures import FileStorage
from wtforms import FileField, RadioField, SelectField
from wtforms.validators import InputRequired, ValidationError

from app.calendar import foreign, forms, imports, matching, spans
from app.calendar.import_models import EventBatch
from app.calendar.views import bp
from app.calendar.work_routes import readers_fit, spaces_to_fill
from app.core import once, pages, when
from app.core.attaching import Given, Ours, options, sent, too_many
from app.core.batches import STATES
from app.core.database import get_or_none
from app.core.languages import _, language, lazy
from app.core.policy import person, require, ruled
from app.core.sieve import number as number_in
from app.core.text import clean_line
from app.extensions import db
from app.spaces.models import Space

PAGE = "/calendar/import"
MOST, MOST_BYTES = 50, 5 * 1024 * 1024
LINES: dict[str, t.Any] = {
    matching.NEW: lazy("New"), matching.SAME: lazy("Here already"), matching.CHANGED: lazy("Changed since: will be updated"),
    matching.WRONG: lazy("Left out"),
}  # fmt: skip


class FileOfEvents(Ours):
    """A file of events, and in whose calendar they go, for whom."""

    space = SelectField(lazy("Group"), [InputRequired(lazy("Choose a group."))], coerce=int, choices=[])
    audience = RadioField(
        lazy("Who can see them"), [Given()], choices=options(forms.AUDIENCES.items()), default="members"
    )
    file = FileField(lazy("File"))
    raw = b""

    def offer(self, spaces: list[Space], group: int) -> "FileOfEvents":
        """Offer the spaces whose calendar one may fill; one of them may be chosen by the address."""
        lang = language()
        ordered = sorted(spaces, key=lambda s: (s.form != "network", s.name.casefold()))
        self.space.choices = options((space.id, space.text("name", lang)) for space in ordered)
        chosen = next((space for space in ordered if space.id == group), None)
        if chosen is not None:
            self.space.data = chosen.id
            self.audience.data = "members" if "members" in chosen.offers() else "space"
        return self

    def validate_file(self, field: t.Any) -> None:
        """Something is in it, and not too much."""
        file = field.data if isinstance(field.data, FileStorage) else None
        self.raw = file.read(MOST_BYTES + 1) if file else b""
        if not self.raw:
            raise ValidationError(lazy("Choose a file."))
        if len(self.raw) > MOST_BYTES:
            raise ValidationError(lazy("The file is larger than 5 MB."))


@bp.get(PAGE)
@ruled("calendar.write")
def imported() -> Response:
    """Show the form, and the files of before."""
    require("calendar.write", person())
    group = number_in(request.args.get("group", ""))
    return _index(FileOfEvents(formdata=None).offer(spaces_to_fill(), group))


def _index(form: FileOfEvents, status: int = 200, notice: t.Any = None) -> Response:
    mine = sa.select(EventBatch).where(EventBatch.person_id == person().id).order_by(EventBatch.id.desc())
    return pages.page(
        "calendar/imports.html", status, place="calendar", form=form, batches=db.session.scalars(mine.limit(MOST)).all(),
        states=STATES, error=status != 200, notice=notice, noindex=True,
    )  # fmt: skip


@bp.post(PAGE)
@ruled("calendar.write", "calendar.add")
def send_events() -> Response:
    """Keep a file and look at it."""
    who, spaces = require("calendar.write", person()), spaces_to_fill()
    form = sent(FileOfEvents).offer(spaces, 0)
    good = form.validate()
    space = next((one for one in spaces if one.id == form.space.data), None)
    if not good or space is None or not readers_fit(form, space, who):
        return _index(form, 422)
    require("calendar.add", space)
    wait = too_many(who.id)
    if wait:
        url = once.earlier(who.id, "calendar.send_events")
        return pages.see_other(url) if url else _index(form, 429, wait)
    name = clean_line(form.file.data.filename) or "events.ics"

    def begun() -> str:
        return imports.begin(who, space, name, form.raw, form.audience.data).url

    return pages.acted("calendar.send_events", begun)


def _found(number: int) -> EventBatch:
    return t.cast(EventBatch, require("calendar.batch", get_or_none(EventBatch, number)))


@bp.get(f"{PAGE}/<int:number>")
@ruled("calendar.batch")
def batch(number: int) -> Response:
    """Show what a file would do, or has done."""
    one = _found(number)
    return pages.page(
        "calendar/import.html", place="calendar", batch=one, state=STATES[one.state], words=LINES, refused=foreign.REFUSED,
        lines=[_line(*line) for line in one.said.get("lines", ())], space=db.session.get_one(Space, one.space_id),
        noindex=True,
    )  # fmt: skip


def _line(what: str, title: str, moment: str, all_day: bool, repeats: bool, why: str) -> dict[str, t.Any]:
    """Return what one line of the table says."""
    day = ""
    if moment:
        starts = dt.datetime.fromisoformat(moment)
        day = spans.day_of(starts.date(), weekday=False) if all_day else when.date_time(starts)
    return {"what": what, "title": title, "day": day, "repeats": repeats, "why": foreign.FAULTS.get(why, "")}


@bp.post(f"{PAGE}/<int:number>/run")
@ruled("calendar.batch", "calendar.add")
def take_events(number: int) -> Response:
    """Take it in, if one may still fill this calendar."""
    one = _found(number)
    require("calendar.add", db.session.get_one(Space, one.space_id))
    return pages.deed("calendar.take_events", one, lambda one: imports.FILES.start(person(), one))


@bp.post(f"{PAGE}/<int:number>/undo")
@ruled("calendar.batch")
def undo_events(number: int) -> Response:
    """Take it back."""
    return pages.deed("calendar.undo_events", _found(number), lambda one: imports.FILES.undo(person(), one))


@bp.post(f"{PAGE}/<int:number>/drop")
@ruled("calendar.batch")
def drop_events(number: int) -> Response:
    """Forget it."""
    if get_or_none(EventBatch, number) is None and once.earlier(person().id, "calendar.drop_events"):
        require("calendar.write", person())
        return pages.see_other(PAGE)
    return pages.deed(
        "calendar.drop_events", _found(number), lambda one: imports.FILES.drop(person(), one), _("It is forgotten."), PAGE
    )  # fmt: skip
