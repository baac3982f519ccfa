"""Working on the calendar: a new event, a change, a copy, its end."""

import datetime as dt
import typing as t

import sqlalchemy as sa
from flask import Response, request
from markupsafe import Markup

from app.calendar import acts, forms, repeating, routes, series, series_changes, shown, spans
from app.calendar.models import Event, Series
from app.calendar.routes import bp, done, found
from app.core import links, once, pages, panels, text
from app.core.attaching import sent, too_many
from app.core.database import setting
from app.core.hearing import said
from app.core.languages import _, zone
from app.core.policy import allowed, me, person, require, ruled
from app.core.sieve import number as number_in
from app.extensions import db
from app.spaces.models import Space


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
    source = source_of(form)
    if request.method == "GET":
        begin(form, spaces, source)
    form.offer(who, spaces)
    if request.method == "GET":
        return form_page(form, source=source)
    if request.form.get("preview"):
        return form_page(form, source=source, preview=rendered(form))
    return added(who, form, spaces, source)


def source_of(form: forms.EventForm) -> Event | None:
    """Return the event that a new one is copied from."""
    wanted = form.copied.data if request.method == "POST" else request.args.get("from", "")
    form.copied.data = str(number_in(wanted or "") or "")
    event = routes.found(int(form.copied.data)) if form.copied.data else None
    return event if event is not None and not event.removed else None


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
        copy(form, source, args.getlist("what"), number_in(args.get("weeks", "")))


def copy(form: forms.EventForm, source: Event, what: list[str], weeks: int) -> None:
    """Fill the form with what is taken over of an event."""
    form.title.data, form.form.data, form.theme.data = source.title, source.form, source.theme
    form.language.data, form.audience.data = source.language, audience_word(source)
    if "body" in what:
        form.body.data = source.body
    if "place" in what:
        form.place.data = source.place
    if "link" in what:
        form.link.data = source.link
    if "spoken" in what:
        form.spoken.data, form.access.data = source.languages.split(), source.access
    fill_times(form, source, *acts.later_by(source, min(weeks, 520)))


def fill_times(form: forms.EventForm, event: Event, starts: dt.datetime, ends: dt.datetime) -> None:
    """Fill in when an event is, on the clocks where it takes place."""
    there = event.there
    begins, ends = starts.astimezone(there), ends.astimezone(there)
    form.all_day.data, form.zone.data = event.all_day, event.zone
    form.day.data = begins.date()
    form.last_day.data = (ends - spans.INSTANT).date()
    if not event.all_day:
        form.last_day.data = ends.date()
        form.hour.data, form.end_hour.data = begins.time(), ends.time()


def audience_word(event: Event) -> str:
    """Return `public`, `members` or `space`: how an event's audience is called."""
    return next((word for word in ("public", "members") if word in event.rooms), "space")


def added(who: t.Any, form: forms.EventForm, spaces: list[Space], source: Event | None) -> t.Any:
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
    fields, rule = {**form.fields(), **time_fields(form, span)}, rule_of(form, span)
    if rule is None:
        return form_page(form, 422, source=source)
    papers = (
        [tie.target for tie in links.from_(source.ref, acts.PAPER)]
        if source and request.form.get("papers")
        else []
    )

    def act() -> str:
        place = t.cast(Space, space)
        more: dict[str, t.Any] = {"organisation": voice, "files": kept, "papers": papers}
        if not form.repeats():
            return acts.add(who, place, fields, audience=form.audience.data, **more).url
        more["rdates"] = form.days()
        one = series.begin(who, place, fields, t.cast(str, rule), audience=form.audience.data, **more)
        return db.session.get_one(Event, one.next_id).url

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
    wanted = request.values.getlist("what") or (["papers"] if request.form.get("papers") else [])
    papers = shown.papers(source) if source is not None and "papers" in wanted else []
    hearing = hearers_of(form.space.data, form.audience.data) if event is None else ""
    return pages.page(
        "calendar/form.html", status, place="calendar", form=form, it=event, error=status >= 400, papers=papers,
        hearers=hearing, scoped=scoped(event), **more,
    )  # fmt: skip


def hearers_of(space_id: int | None, word: str | None) -> Markup:
    """Return the line that says who will see an event and hear of it."""
    space = next((one for one in spaces_to_fill() if one.id == space_id), None)
    if space is None or word not in space.offers():
        return Markup("")
    what = said("calendar.added", person(), space.audience_named(word), space_id=space.id)
    return Markup("").join(panels.drawn("composer", what))


@bp.get("/events/new/hearers")
@ruled("calendar.write")
def hearers() -> Response:
    """Return that line as a fragment, for what is chosen now."""
    require("calendar.write", person())
    return pages.bare_fragment(
        hearers_of(number_in(request.args.get("space", "")), request.args.get("audience"))
    )


# --- change -----------------------------------------------------------------------------------------------


@bp.route("/events/<int:number>/edit", methods=["GET", "POST"])
@ruled("calendar.edit")
def edit(number: int) -> t.Any:
    """Change an event."""
    event = found(number, "calendar.edit")
    form = sent(forms.EventForm) if request.method == "POST" else forms.EventForm(**before(event))
    form.offer(person(), [db.session.get_one(Space, event.space_id)])
    form.space.data, form.audience.data, form.organisation.data = event.space_id, audience_word(event), 0
    if event.series is not None:
        form.know(event.series)
    if request.method == "GET":
        fill_times(form, event, event.starts, event.ends)
        if event.series is not None:
            form.fill(event.series)
        return form_page(form, event=event)
    if request.form.get("preview"):
        return form_page(form, event=event, preview=rendered(form))
    return changed(form, event)


def scoped(event: Event | None) -> bool:
    """Say whether a change can be about several times: of a series, unless this one was moved by itself or is over."""
    return (
        event is not None
        and event.series is not None
        and event.starts == event.recurrence
        and not shown.is_past(event)
    )


def changed(form: forms.EventForm, event: Event) -> t.Any:
    """Change an event, or several times of its series, or let it repeat from now on; or send the page back."""
    good = form.validate()
    span = form.span()
    kept, rule = [], None
    scope = form.scope.data if scoped(event) else series_changes.ONE
    alone = event.series is not None and scope == series_changes.ONE
    if good and span and (alone or repeats_well(form, span)):
        rule = "" if alone else rule_of(form, span, event.series)
        try:
            kept = form.keep_files() if rule is not None else []
        except ValueError:
            kept = []
    if form.errors or span is None or rule is None:
        return form_page(form, 422, event=event)
    fields = {**form.fields(), **time_fields(form, span)}

    def deed(who: t.Any, it: Event) -> None:
        if it.series is not None:
            series_changes.change(who, it, fields, scope, rule, form.days(), kept)
        elif form.repeats():
            series_changes.repeat(who, it, fields, t.cast(str, rule), form.days(), kept)
        else:
            acts.change(who, it, fields, kept)

    return done("calendar.edit", event, deed, _("Saved."))


def before(event: Event) -> dict[str, t.Any]:
    """Return what an event says so far, as the form asks it."""
    plain = (
        "title",
        "form",
        "place",
        "link",
        "body",
        "theme",
        "access",
        "language",
        "seats_here",
        "seats_online",
        "per_house",
    )
    return {**{name: getattr(event, name) for name in plain}, "spoken": event.languages.split()}


@bp.route("/events/<int:number>/copy", methods=["GET"])
@ruled("calendar.write")
def copying(number: int) -> Response:
    """Ask what of an event is taken over into a new one."""
    event = found(number, "calendar.write")
    return pages.page("calendar/copy.html", place="calendar", it=event, form=forms.Copy())


# --- its end ----------------------------------------------------------------------------------------------


@bp.route("/events/<int:number>/cancel", methods=["GET", "POST"])
@ruled("calendar.cancel")
def cancel(number: int) -> t.Any:
    """Ask why, then say that an event does not take place."""
    event = found(number, "calendar.cancel")
    form = sent(forms.Cancelled)
    if request.method == "GET" or not form.validate():
        status = 200 if request.method == "GET" else 422
        return pages.page(
            "ui/confirm.html", status, place="calendar", title=_("Cancel this event?"), url=f"/events/{event.id}/cancel",
            text=_("It stays in the calendar and says that it is cancelled, and why. Who follows it hears of it."),
            deed=_("Cancel the event"), keep=_("Keep it"), back=event.url, form=form, error=status == 422,
            scope=form.scope if event.series else None,
        )  # fmt: skip

    def deed(who: t.Any, it: Event) -> None:
        if it.series is not None:
            series_changes.cancel(who, it, form.reason.data, form.scope.data)
        else:
            acts.cancel(who, it, form.reason.data)

    return done("calendar.cancel", event, deed, _("The event is cancelled."))


@bp.post("/events/<int:number>/reinstate")
@ruled("calendar.cancel")
def reinstate(number: int) -> Response:
    """Say that a cancelled event takes place after all; of a series, with all that were cancelled after it if wished."""
    event, form = found(number, "calendar.cancel"), sent(forms.Scoped)
    scope = form.scope.data if form.validate() else series_changes.ONE

    def deed(who: t.Any, it: Event) -> None:
        if it.series is not None:
            series_changes.reinstate(who, it, scope)
        else:
            acts.reinstate(who, it)

    return done("calendar.cancel", event, deed, _("The event takes place after all."))


@bp.route("/events/<int:number>/remove", methods=["GET", "POST"])
@ruled("calendar.remove")
def remove(number: int) -> t.Any:
    """Ask, then take an event away with all its words."""
    event = require("calendar.read", found(number))
    if event.removed:
        require("calendar.remove", event)
        return pages.see_other(once.earlier(me().id, "calendar.remove") or f"/events/{event.id}")
    require("calendar.remove", event)
    form = sent(forms.Scoped)
    if request.method == "GET" or not form.validate():
        return pages.page(
            "ui/confirm.html", place="calendar", title=_("Remove this event?"), url=f"/events/{event.id}/remove",
            text=_(
                "Its text and files are taken away for everybody. A line stays that says so. If it only does not take place, "
                "cancel it instead: then everybody can read why."
            ),
            deed=_("Remove"), keep=_("Keep it"), back=event.url, form=None, scope=form.scope if event.series else None,
        )  # fmt: skip

    def deed(who: t.Any, it: Event) -> None:
        if it.series is not None:
            series_changes.remove(who, it, form.scope.data)
        else:
            acts.remove(who, it)

    return done("calendar.remove", event, deed, _("Removed."), to="/calendar")
