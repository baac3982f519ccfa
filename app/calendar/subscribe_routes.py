"""Having the calendar in one's own: the page with the addresses, and what they give out."""

import typing as t

from flask import Response, abort, current_app, request
from markupsafe import Markup

from app.calendar import choices, ics, joining, roll, subscribing
from app.calendar.deed_forms import Subscribe
from app.calendar.subscribing import Subscription
from app.calendar.views import bp
from app.core import limits, look, pages
from app.core.aside import aside
from app.core.attaching import sent
from app.core.audience import VISITOR, Viewer
from app.core.database import get_or_none, setting
from app.core.languages import _, in_language, language
from app.core.policy import me, person, public, require, ruled, ungated
from app.core.sieve import number as number_in
from app.extensions import db
from app.members.models import Person
from app.members.signed_in import as_person

HERE = "/calendar/subscribe"


@bp.get(HERE)
@public
def subscribe() -> Response:
    """Show the public address, and to a member their own ones."""
    return _page(sent(Subscribe).offer(me()) if me().is_authenticated else None)


def _page(form: t.Any, status: int = 200, full: bool = False) -> Response:
    who = me()
    rows = [_shown(one) for one in subscribing.of(who.id)] if who.id else []
    return pages.page(
        "calendar/subscribe.html", status, place="calendar", form=form, rows=rows, full=full, error=status >= 400,
        public=_public(), most=subscribing.MOST, frame=_frame(),
    )  # fmt: skip


def _public() -> list[tuple[str, str]]:
    """Return the addresses of what is public, and what each of them holds."""
    address = f"{setting('BASE_URL')}/calendar/public.ics"
    return [
        (_("Events"), address),
        (_("Events and deadlines"), f"{address}?due=1"),
        (_("Both, with a reminder an hour before"), f"{address}?due=1&alarm=60"),
    ]


def _frame() -> str:
    """Return the lines with which another site shows the public events."""
    address = f"{setting('BASE_URL')}/calendar/embed?lang={language()}"
    title = Markup.escape(_("%(site)s: events", site=look.title()))
    return f'<iframe src="{address}" title="{title}" width="100%" height="600" loading="lazy"></iframe>'


def _shown(one: Subscription) -> dict[str, t.Any]:
    what = _("What is in my groups, and where I come")
    if one.space_id:
        what = next(
            (name for number, name in choices.own_groups(me()) if number == one.space_id), _("A group")
        )
    if one.theme:
        what = choices.theme_word(one.theme)
    address = f"{setting('BASE_URL')}/calendar/feed/{one.token}.ics"
    return {"id": one.id, "what": what, "address": address, "alarm": one.alarm, "due": one.due, "at": one.at}


@bp.post(HERE)
@ruled("calendar.write")
def subscribed() -> t.Any:
    """Make an address."""
    who = require("calendar.write", person())
    form = sent(Subscribe).offer(who)
    if not form.validate():
        return _page(form, 422)
    kind, _colon, key = form.what.data.partition(":")
    what = {"space_id": int(key)} if kind == "space" else {"theme": key} if kind == "theme" else {}

    def act() -> str:
        subscribing.make(who, alarm=int(form.alarm.data), due=bool(form.due.data), **what)
        return f"{HERE}#own"

    try:
        return pages.acted(
            "calendar.subscribe", act, _("The address is there. Give it to your own calendar.")
        )
    except subscribing.TooMany:
        db.session.rollback()
        return _page(form, 422, full=True)


@bp.post(f"{HERE}/<int:number>/end")
@ruled("calendar.subscription")
def end_subscription(number: int) -> Response:
    """Let an address lead nowhere."""
    one: Subscription = require("calendar.subscription", get_or_none(Subscription, number))
    who = person()

    def act() -> str:
        subscribing.end(who, one)
        return f"{HERE}#own"

    return pages.acted("calendar.unsubscribe", act, _("The address leads nowhere now."))


# --- given out --------------------------------------------------------------------------------------------


@bp.get("/calendar/public.ics")
@public
@ungated
def public_calendar() -> Response:
    """Give out what is public, the same to everybody: with `due` the deadlines too, with `alarm` reminders before."""
    alarm = number_in(request.args.get("alarm", ""))
    alarm = alarm if alarm in subscribing.ALARMS else 0
    due = subscribing.public_due() if request.args.get("due") else []
    title = look.title()
    same = ("public", current_app.extensions["build"], title, alarm, due)
    tag = subscribing.tag(roll.glance(), *same)
    if request.if_none_match.contains(tag):
        return _labelled(Response(status=304), tag)
    return _given(
        subscribing.tag(roll.roll(), *same),
        lambda: _rows(VISITOR, subscribing.public_events(), False, alarm) + ics.due_rows(due, alarm),
        title,
    )


@bp.get("/calendar/feed/<token>.ics")
@public
@ungated
def calendar_feed(token: str) -> Response:
    """Give out what the owner of an address sees; whoever has the address may read it."""
    one = subscribing.of_token(token)
    owner = db.session.get(Person, one.person_id) if one else None
    if one is None or owner is None or owner.state != "active":
        abort(429 if limits.door("") else 404)
    who = as_person(owner.id)
    with in_language(who.language, who.timezone):
        due, title = subscribing.due(one, who), f"{look.title()} – {_shown_for(one, who)}"
        tag = subscribing.tag(
            roll.roll(), one.id, title, sorted(who.rooms), _rights(who), who.language, due, joining.answered(who.id),
            current_app.extensions["build"],
        )  # fmt: skip
        if request.if_none_match.contains(tag):
            return _labelled(Response(status=304), tag)
        told = subscribing.events(who.viewer, subscribing.fits(one, who))
        return _given(
            tag,
            lambda: (
                _rows(who.viewer, told, joining.may_have(who, told.events), one.alarm)
                + ics.due_rows(due, one.alarm)
            ),
            title,
        )


def _rows(viewer: Viewer, told: subscribing.Told, linked: ics.Linked, alarm: int) -> list[ics.Row]:
    return ics.rows(told.events, viewer, linked, alarm, told.alone)


def _rights(who: t.Any) -> list[tuple[t.Any, ...]]:
    """Return what decides, beside the rooms that somebody is in, which links to take part are theirs to have."""
    return sorted(
        [(seat.id, str(seat.may_publish)) for seat in who.seats]
        + [(group.id, group.role) for group in who.groups]
    )


def _shown_for(one: Subscription, who: t.Any) -> str:
    if one.space_id:
        return next((group.name for group in who.groups if group.id == one.space_id), "")
    return choices.theme_word(one.theme) or str(_("My groups"))


def _given(tag: str, read: t.Callable[[], list[ics.Row]], title: str) -> Response:
    """Return a calendar, written once for each tag: writing some hundred events takes a while."""
    kept = roll.roll().bodies
    body = kept.get(tag)
    if body is None:
        rows = read()
        body = aside(ics.written, rows, title)
        if len(kept) >= 100:
            kept.clear()
        kept[tag] = body
    return _labelled(Response(body, mimetype=ics.TYPE), tag)


def _labelled(answer: Response, tag: str) -> Response:
    answer.set_etag(tag)
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
