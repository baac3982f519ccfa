"""Changing an event, saying that it does not take place, and taking it away."""

import typing as t

from flask import Response, request

from app.calendar import (
    acts,
    deed_forms,
    forms,
    houses,
    moving,
    series_changes,
    series_ends,
    series_scopes,
    work_routes,
)
from app.calendar.models import Event
from app.calendar.routes import bp, done, found
from app.core import once, pages
from app.core.attaching import sent
from app.core.languages import _
from app.core.policy import me, person, require, ruled
from app.extensions import db
from app.spaces.models import Space


@bp.route("/events/<int:number>/edit", methods=["GET", "POST"])
@ruled("calendar.edit")
def edit(number: int) -> t.Any:
    """Change an event."""
    event = found(number, "calendar.edit")
    form = sent(forms.EventForm) if request.method == "POST" else forms.EventForm(**before(event))
    form.offer(person(), [db.session.get_one(Space, event.space_id)])
    form.space.data, form.audience.data, form.organisation.data = (
        event.space_id,
        moving.audience_word(event),
        0,
    )
    if event.series is not None:
        form.know(event.series)
    if request.method == "GET":
        form.take_times(event, event.starts, event.ends)
        if event.series is not None:
            form.fill(event.series)
        return work_routes.form_page(form, event=event)
    if request.form.get("preview"):
        return work_routes.form_page(form, event=event, preview=work_routes.rendered(form))
    return changed(form, event)


def changed(form: forms.EventForm, event: Event) -> t.Any:
    """Change an event, or several times of its series, or let it repeat from now on; or send the page back."""
    good = form.validate()
    span = form.span()
    kept, rule = [], None
    scope = form.scope.data if work_routes.scoped(event) else series_scopes.ONE
    alone = event.series is not None and scope == series_scopes.ONE
    if good and span and (alone or work_routes.repeats_well(form, span)):
        rule = "" if alone else work_routes.rule_of(form, span, event.series)
        try:
            kept = form.keep_files() if rule is not None else []
        except ValueError:
            kept = []
    if form.errors or span is None or rule is None:
        return work_routes.form_page(form, 422, event=event)
    fields = {**form.fields(), **work_routes.time_fields(form, span)}
    fields["city_id"] = houses.kept(event.city_id, fields["city_id"], me().viewer)

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
        "published",
        "scale",
        "outside",
        "page",
    )
    several = {name: getattr(event, name).split() for name in ("sdgs", "commitments")}
    more = {"spoken": event.languages.split(), "city": houses.written(event.city_id, me().viewer, "city")}
    return {**{name: getattr(event, name) for name in plain}, **several, **more}


# --- its end ----------------------------------------------------------------------------------------------


@bp.route("/events/<int:number>/cancel", methods=["GET", "POST"])
@ruled("calendar.cancel")
def cancel(number: int) -> t.Any:
    """Ask why, then say that an event does not take place."""
    event = found(number, "calendar.cancel")
    form = sent(deed_forms.Cancelled)
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
            series_ends.cancel(who, it, form.reason.data, form.scope.data)
        else:
            acts.cancel(who, it, form.reason.data)

    return done("calendar.cancel", event, deed, _("The event is cancelled."))


@bp.post("/events/<int:number>/reinstate")
@ruled("calendar.cancel")
def reinstate(number: int) -> Response:
    """Say that a cancelled event takes place after all; of a series, with all that were cancelled after it if wished."""
    event, form = found(number, "calendar.cancel"), sent(deed_forms.Scoped)
    scope = form.scope.data if form.validate() else series_scopes.ONE

    def deed(who: t.Any, it: Event) -> None:
        if it.series is not None:
            series_ends.reinstate(who, it, scope)
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
    form = sent(deed_forms.Scoped)
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
            series_ends.remove(who, it, form.scope.data)
        else:
            acts.remove(who, it)

    return done("calendar.remove", event, deed, _("Removed."), to="/calendar")
