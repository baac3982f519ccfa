"""An event that is put in anew from another one: what is taken over, and what the form of the copy begins with."""

from flask import Response, request

from app.calendar import acts, deed_forms, forms, houses, moving, repeating, series
from app.calendar.models import Event
from app.calendar.routes import bp, found
from app.core import pages
from app.core.policy import can, me, ruled
from app.core.sieve import number as number_in


def source_of(form: forms.EventForm) -> Event | None:
    """Return the event that a new one is copied from."""
    wanted = form.copied.data if request.method == "POST" else request.args.get("from", "")
    form.copied.data = str(number_in(wanted or "") or "")
    event = found(int(form.copied.data)) if form.copied.data else None
    return event if event is not None and not event.removed else None


def copy(form: forms.EventForm, source: Event, what: list[str], weeks: int, whole: bool = False) -> None:
    """Fill the form with what is taken over of an event; `whole`: with how its series repeats."""
    form.title.data, form.form.data, form.theme.data = source.title, source.form, source.theme
    form.language.data, form.audience.data, form.scale.data = (
        source.language,
        moving.audience_word(source),
        source.scale,
    )
    form.sdgs.data, form.commitments.data = source.sdgs.split(), source.commitments.split()
    if "body" in what:
        form.body.data = source.body
    if "place" in what:
        form.place.data = source.place
        form.city.data = houses.written(source.city_id, me().viewer, "city")
    if "link" in what and can("calendar.edit", source):  # it is not everybody's who sees the event
        form.link.data = source.link
    if "spoken" in what:
        form.spoken.data, form.access.data = source.languages.split(), source.access
    if "places" in what:
        form.seats_here.data, form.seats_online.data = source.seats_here, source.seats_online
        form.per_house.data, form.published.data = source.per_house, source.published
    starts, ends = acts.later_by(source, min(weeks, 520))
    if whole and source.series is not None:
        one = source.series
        starts = series.moment(one, repeating.fitting(one, one.on_clocks(starts)))
        form.take_times(source, starts, starts + (source.ends - source.starts))
        form.follow(one, one.on_clocks(starts).date())
    else:
        form.take_times(source, starts, ends)


def may_copy_questions(source: Event, wanted: list[str]) -> bool:
    """Say whether the questions of an event are taken over: who may ask there may ask the same again."""
    return ("questions" in wanted or bool(request.form.get("questions"))) and can("calendar.ask", source)


@bp.route("/events/<int:number>/copy", methods=["GET"])
@ruled("calendar.write")
def copying(number: int) -> Response:
    """Ask what of an event is taken over into a new one."""
    event = found(number, "calendar.write")
    return pages.page("calendar/copy.html", place="calendar", it=event, form=deed_forms.Copy())
