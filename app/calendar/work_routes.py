"""Putting an event into the calendar: the form, and what is sent with it."""

import datetime as dt
import typing as t

import sqlalchemy as sa
from flask import Response, request
from markupsafe import Markup

from app.calendar import (
    acts,
    copy_routes,
    forms,
    ordering,
    polling,
    questioning,
    repeating,
    series,
    shown,
    spans,
)
from app.calendar.agenda_models import PAPER
from app.calendar.models import Event, Series
from app.calendar.poll_models import TimePoll
from app.calendar.routes import bp
from app.calendar.series_scopes import ALL
from app.core import hearing, links, once, pages, text
from app.core.attaching import sent, too_many
from app.core.database import atomic, get_or_none, setting
from app.core.hearing import said
from app.core.languages import _, zone
from app.core.policy import allowed, me, person, require, ruled
from app.core.sieve import number as number_in
from app.extensions import db
from app.spaces.models import Space

COPIED_WHOLE = ("papers", "programme")  # taken over without passing through a field


def spaces_to_fill() -> list[Space]:
    """Return the spaces in whose calendar this person may put events."""
    seen = db.session.scalars(sa.select(Space).where(Space.visible_to(me().viewer))).all()
    return [space for space in seen if allowed(me(), "calendar.add", space)]


@bp.route("/events/new", methods=["GET", "POST"])
@ruled("calendar.write", "calendar.add")
def new() -> t.Any:
    """Put an event into the calendar: the form, and what is sent with it."""
    who = require("calendar.write", person())
    spaces, form = spaces_to_fill(), sent(forms.EventForm)
    source, sought = copy_routes.source_of(form), sought_in(form)
    if source is not None and source.series is not None:
        form.know(source.series)
    if request.method == "GET":
        begin(form, spaces, source)
        if sought is not None:
            fill_sought(form, *sought)
    form.offer(who, spaces)
    if request.method == "GET":
        return form_page(form, source=source)
    if request.form.get("preview"):
        return form_page(form, source=source, preview=rendered(form))
    return added(who, form, spaces, source, sought and sought[0])


def sought_in(form: forms.EventForm) -> tuple[TimePoll, polling.Time] | None:
    """Return the search for a date that a new event comes of, and the time that was chosen, named like 12-34."""
    wanted = (form.dates.data if request.method == "POST" else request.args.get("dates")) or ""
    poll_id, _dash, option = wanted.partition("-")
    form.dates.data = ""
    if not number_in(poll_id):
        return None
    poll = require("calendar.read", get_or_none(TimePoll, number_in(poll_id)))
    require("calendar.decide", poll)
    time = next((one for one in polling.times_of(poll) if one.id == number_in(option)), None)
    if time is None or poll.removed:
        return None
    form.dates.data = f"{poll.id}-{time.id}"
    return poll, time


def fill_sought(form: forms.EventForm, poll: TimePoll, time: polling.Time) -> None:
    """Fill the form with what a date was sought for and the time that was chosen."""
    there = spans.zone_of(poll.zone)
    begins, ends = time.starts.astimezone(there), time.ends.astimezone(there)
    form.title.data, form.body.data, form.language.data = poll.title, poll.body, poll.language
    form.space.data, form.zone.data = poll.space_id, poll.zone
    form.audience.data = "members" if "members" in poll.rooms else "space"
    form.day.data, form.hour.data = begins.date(), begins.time()
    form.last_day.data, form.end_hour.data = ends.date(), ends.time()


def begin(form: forms.EventForm, spaces: list[Space], source: Event | None) -> None:
    """Fill the form from the address: a group, a day; or from the event that is copied."""
    args = request.args
    group = args.get("group", "") if source is None else str(source.space_id)
    space = next((s for s in spaces if str(s.id) == group), None) or next(iter(spaces), None)
    if space is not None:
        form.space.data = space.id
        form.audience.data = "members" if "members" in space.offers() else "space"
    form.zone.data = zone()
    try:
        form.day.data = dt.date.fromisoformat(args.get("day", "")[:10])
    except ValueError:
        form.day.data = None
    if source is not None:
        copy_routes.copy(
            form, source, args.getlist("what"), number_in(args.get("weeks", "")), args.get("scope") == ALL
        )


def added(
    who: t.Any, form: forms.EventForm, spaces: list[Space], source: Event | None, sought: TimePoll | None = None
) -> t.Any:  # fmt: skip
    """Put it in, or send the page back with its words."""
    voice, kept, span = None, [], None
    good = form.validate()
    span = form.span()
    space = next((s for s in spaces if s.id == form.space.data), None)
    try:
        if good and span and repeats_well(form, span) and space is not None and readers_fit(form, space, who):
            require("calendar.add", space)
            voice, kept = form.voice(who), form.keep_files()
    except ValueError:
        pass
    if form.errors or span is None or space is None:
        return form_page(form, 422, source=source)
    wait = too_many(who.id)
    if wait:
        url = once.earlier(who.id, "calendar.add")
        return pages.see_other(url) if url else form_page(form, 429, source=source, notice=wait)
    fields, rule = (
        {**form.fields(), **time_fields(form, span)},
        rule_of(form, span, source.series if source is not None else None),
    )
    if rule is None:
        return form_page(form, 422, source=source)
    papers = (
        [tie.target for tie in links.from_(source.ref, PAPER)]
        if source and request.form.get("papers")
        else []
    )

    def act() -> str:
        place = t.cast(Space, space)
        more: dict[str, t.Any] = {"organisation": voice, "files": kept, "papers": papers}
        more["programme"] = source if request.form.get("programme") else None
        with atomic():
            if form.repeats():
                more["rdates"] = form.days()
                one = series.begin(who, place, fields, t.cast(str, rule), audience=form.audience.data, **more)
                event = db.session.get_one(Event, one.next_id)
            else:
                event = acts.add(who, place, fields, audience=form.audience.data, **more)
            if more["programme"] and request.form.get("papers"):
                ordering.copy_papers(more["programme"], event, who.id)
            if source is not None and copy_routes.may_copy_questions(source, []):
                questioning.copy(event, source)
            if sought is not None:
                polling.became(who, sought, event)
        return event.url

    return pages.acted("calendar.add", act, _("The event is in the calendar."))


def begins(form: forms.EventForm, span: tuple[dt.datetime, dt.datetime]) -> dt.datetime:
    """Return when the form has it begin, on the clocks of its place."""
    there = dt.UTC if form.all_day.data else spans.zone_of(form.zone.data)
    return span[0].astimezone(there).replace(tzinfo=None)


def repeats_well(form: forms.EventForm, span: tuple[dt.datetime, dt.datetime]) -> bool:
    """Say beside the field what is wrong with how it repeats."""
    return form.fits(begins(form, span).date())


def rule_of(
    form: forms.EventForm, span: tuple[dt.datetime, dt.datetime], one: Series | None = None
) -> str | None:
    """Return the rule that the form says, None with words beside the field that is wrong."""
    first = begins(form, span)
    text = form.rule(first, one)
    return (
        None if text is None else repeating.normal(text, first, form.zone.data, bool(form.all_day.data), one)
    )


def time_fields(form: forms.EventForm, span: tuple[dt.datetime, dt.datetime]) -> dict[str, t.Any]:
    """Return what the form says of the time."""
    return {"starts": span[0], "ends": span[1], "zone": form.zone.data, "all_day": bool(form.all_day.data)}


def readers_fit(form: forms.EventForm, space: Space, who: t.Any) -> bool:
    """Say beside the field when a group does not offer this audience, or its writer would not see it."""
    word = form.audience.data
    if word not in space.offers():
        form.audience.errors = [
            _("In this group, events can be seen by fewer people. Choose another answer.")
        ]
    elif word == "space" and who.role_in(space.id) in (None, "observer"):
        form.audience.errors = [_("You are not a member of this group. Join it, or choose another answer.")]
    return not form.audience.errors


def rendered(form: forms.EventForm) -> Markup:
    """Return how the description will look."""
    return Markup(text.render((form.body.data or "")[: setting("POST_MAX")]))


def form_page(
    form: forms.EventForm, status: int = 200, event: Event | None = None, **more: t.Any
) -> Response:
    """Return the page of the form."""
    source = more.get("source")
    wanted = request.values.getlist("what") or [name for name in COPIED_WHOLE if request.form.get(name)]
    papers = shown.papers(source) if source is not None and "papers" in wanted else []
    asked = (
        questioning.of(source.id)
        if source is not None and copy_routes.may_copy_questions(source, wanted)
        else []
    )
    heard = hearers_of(form.space.data, form.audience.data) if event is None else hearers_of_change(event)
    return pages.page(
        "calendar/form.html", status, place="calendar", form=form, it=event, error=status >= 400, papers=papers,
        asked=asked, programme=source is not None and "programme" in wanted, all_papers="papers" in wanted,
        hearers=heard, scoped=scoped(event), **more,
    )  # fmt: skip


def hearers_of(space_id: int | None, word: str | None, verb: str = "calendar.added") -> Markup:
    """Return the line that says who will see an event, or a search for a date, and hear of it."""
    space = next((one for one in spaces_to_fill() if one.id == space_id), None)
    if space is None or word not in space.offers():
        return Markup("")
    return hearing.line(said(verb, person(), rooms={space.room_named(word)}, space_id=space.id))


def hearers_of_change(event: Event) -> Markup:
    """Return the line that says who sees an event; mail goes out only where its time or place changes."""
    return hearing.line(
        said(
            "calendar.moved",
            person(),
            event.audience_id,
            space_id=event.space_id,
            root=event.ref,
            whole=False,
        )
    )


@bp.get("/events/new/hearers")
@ruled("calendar.write")
def hearers() -> Response:
    """Return that line as a fragment, for what is chosen now."""
    require("calendar.write", person())
    return pages.bare_fragment(
        hearers_of(number_in(request.args.get("space", "")), request.args.get("audience"))
    )


def scoped(event: Event | None) -> bool:
    """Say whether a change can be about several times: of a series, unless this one was moved by itself or is over."""
    return (
        event is not None
        and event.series is not None
        and event.starts == event.recurrence
        and not shown.is_past(event)
    )
