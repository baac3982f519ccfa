"""Finding a date: the list, the form, the page with its table, answering, ending, choosing, taking away."""

import typing as t

from flask import Blueprint, Response, abort, redirect, request
from markupsafe import Markup

from app.calendar import choices, polling, shown, spans
from app.calendar.models import Event
from app.calendar.poll_forms import PollForm, length_words
from app.calendar.poll_models import WORDS, TimePoll
from app.calendar.spans import DAY
from app.calendar.work_routes import hearers_of, spaces_to_fill
from app.core import apart, clock, links, once, pages, panels, watches, when
from app.core.activity import highest
from app.core.attaching import sent, too_many
from app.core.audience import Thing, is_apart
from app.core.database import get_or_none, locate
from app.core.languages import _, zone
from app.core.panels import panel
from app.core.policy import can, me, person, require, ruled
from app.core.sieve import number as number_in
from app.core.text import slug
from app.extensions import db
from app.members import names
from app.spaces.models import Space

bp = Blueprint("dates", __name__)


def found(number: int, act: str = "calendar.read") -> TimePoll:
    """Return what a date is sought for, if who looks may do this to it; what was removed is past acting on."""
    poll = t.cast(TimePoll, require("calendar.read", get_or_none(TimePoll, number)))
    if poll.removed and act != "calendar.read":
        abort(404)
    return t.cast(TimePoll, require(act, poll))


def done(
    act: str, poll: TimePoll, deed: t.Callable[[t.Any, TimePoll], t.Any], message: t.Any, to: str = ""
) -> Response:
    """Do something once and lead back to its page, or to another address."""
    who, url = person(), to or poll.url

    def act_now() -> str:
        deed(who, poll)
        return url

    try:
        return pages.acted(act, act_now, message)
    except polling.Over:  # it ended while somebody looked
        db.session.rollback()
        return pages.see_other(f"/dates/{poll.id}")


@bp.get("/dates")
@ruled("calendar.write")
def index() -> Response:
    """Show for what dates are sought."""
    who = require("calendar.write", person())
    now = clock.now()
    rows = polling.listed(who.viewer)
    return pages.page(
        "calendar/polls.html", place="calendar", noindex=True, url=_url,
        open=[row for row in rows if row.event_id is None and row.closes > now],
        over=[row for row in rows if row.event_id is not None or row.closes <= now],
    )  # fmt: skip


@bp.route("/dates/new", methods=["GET", "POST"])
@ruled("calendar.write", "calendar.add")
def new() -> t.Any:
    """Seek a date: the form, and what is sent with it."""
    who = require("calendar.write", person())
    spaces, form = spaces_to_fill(), sent(PollForm)
    beside = _beside(form)
    if request.method == "GET":
        group = request.args.get("group", "")
        space = next((one for one in spaces if str(one.id) == group), None) or next(iter(spaces), None)
        form.space.data = space.id if space else None
        if beside is not None:
            form.title.data = beside.title
            form.space.data = (
                beside.space_id if beside.space_id in {one.id for one in spaces} else form.space.data
            )
        form.zone.data, form.closes.data = zone(), when.local(clock.now()).date() + 7 * DAY
    form.offer(who, spaces)
    if request.method == "GET":
        return _form(form)
    return _asked(who, form, spaces)


def _beside(form: PollForm) -> t.Any:
    """Return the discussion that a search for a date comes from, if who asks sees it."""
    ref = (form.about.data if request.method == "POST" else request.args.get("about")) or ""
    thing = locate(ref[:60]) if ref.startswith("thread:") else None
    seen = isinstance(thing, Thing) and thing.readable_by(me().viewer) and not t.cast(t.Any, thing).removed
    form.about.data = t.cast(Thing, thing).ref if seen else ""
    return thing if seen else None


@panel("thread", column="side")
def of_discussion(thread: t.Any) -> tuple[str, dict[str, t.Any]] | None:
    """For what dates are sought in a discussion."""
    rows = polling.tied(thread.tied.split(), me().viewer)
    return ("calendar/_beside.html", {"rows": rows, "url": _url, "now": clock.now()}) if rows else None


def _url(row: t.Any) -> str:
    return f"/dates/{row.id}-{slug(row.title)}"


def _form(form: PollForm, status: int = 200, notice: t.Any = None) -> Response:
    return pages.page(
        "calendar/poll_form.html", status, place="calendar", form=form, error=status >= 400, notice=notice,
        hearers=hearers_of(form.space.data, form.audience.data, "calendar.dates_asked"),
    )  # fmt: skip


@bp.get("/dates/new/hearers")
@ruled("calendar.write")
def hearers() -> Response:
    """Return who will see the question and hear of it, for what is chosen now."""
    require("calendar.write", person())
    chosen = number_in(request.args.get("space", "")), request.args.get("audience"), "calendar.dates_asked"
    return pages.bare_fragment(hearers_of(*chosen))


def _asked(who: t.Any, form: PollForm, spaces: list[Space]) -> t.Any:
    """Ask, or send the page back with its words."""
    good, voice = form.validate(), None
    times, ends = form.times(), form.ends()
    space = next((one for one in spaces if one.id == form.space.data), None)
    if good and space is not None and form.audience.data not in space.offers():
        form.audience.errors = [_("In this group, this can be seen by fewer people. Choose another answer.")]
    try:
        voice = form.voice(who)
    except ValueError:
        pass
    if form.errors or ends is None or space is None:
        return _form(form, 422)
    require("calendar.add", space)
    wait = too_many(who.id)
    if wait:
        url = once.earlier(who.id, "calendar.dates")
        return pages.see_other(url) if url else _form(form, 429, wait)

    def act() -> str:
        fields = form.fields(ends)
        more = {"audience": form.audience.data, "organisation": voice, "beside": form.about.data or ""}
        return polling.ask(who, space, fields, times, **more).url

    return pages.acted("calendar.dates", act, _("The question is out."))


# --- its page ---------------------------------------------------------------------------------------------


@bp.get("/dates/<int:number>")
@bp.get("/dates/<int:number>-<path:tail>")
@ruled("calendar.read")
def show(number: int, tail: str = "") -> t.Any:
    """Show for what a date is sought, the times on the reader's clocks, and who can when."""
    poll = found(number)
    if poll.removed:
        return pages.page("calendar/poll_removed.html", 410, place="calendar", noindex=True)
    if f"/dates/{poll.id}-{tail}" != poll.url:
        return redirect(poll.url, 301)
    return page(poll)


def page(poll: TimePoll, status: int = 200, wrong: t.Any = "") -> Response:
    """Return the page."""
    who = me()
    event = get_or_none(Event, poll.event_id) if poll.event_id else None
    seen = event is not None and not event.removed and event.readable_by(who.viewer)
    return pages.page(
        "calendar/poll.html", status, place="calendar", last=highest(), error=status >= 400, wrong=wrong,
        space=shown.space_of(t.cast(t.Any, poll), who.viewer), own=polling.own_words(poll, who.id),
        level=watches.level(who.id, poll.ref), may_vote=poll.is_open and can("calendar.vote", poll),
        length=length_words(poll.minutes), choice=WORDS,
        may_remove=can("calendar.remove", poll), may_report=can("moderation.report", poll), noindex=True,
        beside=next(iter(links.seen([tie.target for tie in links.from_(poll.ref, polling.BESIDE)], who.viewer)), None),
        event=Markup("").join(panels.drawn("card", event)) if seen else "",
        apart=apart.of(poll.ref) if is_apart(poll.audience_id) else None, **_table(poll),
    )  # fmt: skip


def _table(poll: TimePoll) -> dict[str, t.Any]:
    """Return who can when, with each time on the reader's clocks, and on the host's where these differ."""
    made, there, theirs = polling.matrix(poll), when.reader_zone(), spans.zone_of(poll.zone)
    differ = {one.time.id: not spans.same_clock(one.time, zone(), poll.zone) for one in made.columns}
    return {
        "it": poll, "columns": made.columns, "lines": made.lines, "words": WORDS, "host": choices.place_of(poll.zone),
        "day": {one.time.id: spans.local(one.time, there)[0].date() for one in made.columns},
        "mine": {one.time.id: spans.hours(one.time, there) for one in made.columns},
        "theirs": {one.time.id: spans.whole(one.time, theirs) if differ[one.time.id] else "" for one in made.columns},
        "zone_words": names.zone_words(zone(), made.columns[0].time.starts) if made.columns else "",
        "may_decide": poll.event_id is None and can("calendar.decide", poll),
    }  # fmt: skip


@bp.get("/dates/<int:number>/table")
@ruled("calendar.read")
def table(number: int) -> t.Any:
    """Return who can when, for a page that is open; without a script, lead to it."""
    poll = found(number)
    if poll.removed:
        abort(404)
    if not pages.wants_fragment():
        return redirect(poll.url, 302)
    return pages.fragment("calendar/_matrix.html", **_table(poll))


@bp.post("/dates/<int:number>/answers")
@ruled("calendar.vote")
def vote(number: int) -> t.Any:
    """Take which times suit."""
    poll = found(number, "calendar.vote")
    given = {time.id: request.form.get(f"t-{time.id}", "") for time in polling.times_of(poll)}
    words = {number: word for number, word in given.items() if word}
    if not words or not words.keys() <= given.keys() or not set(words.values()) <= set(WORDS):
        return page(poll, 422, _("Say of at least one time whether it suits you."))
    return done(
        "calendar.vote", poll, lambda who, it: polling.vote(who, it, words), _("Your answer is saved."),
        to=f"{poll.url}#table",
    )  # fmt: skip


@bp.post("/dates/<int:number>/<any(follow, unfollow):deed>")
@ruled("calendar.follow")
def follow(number: int, deed: str) -> Response:
    """Hear of what becomes of it, or no longer."""
    poll = found(number, "calendar.follow")
    return done("calendar.follow", poll, lambda who, it: polling.follow(who, it, deed == "follow"), None)


@bp.post("/dates/<int:number>/close")
@ruled("calendar.decide")
def close(number: int) -> Response:
    """End the asking before its day."""
    return done(
        "calendar.decide", found(number, "calendar.decide"), polling.close, _("Nobody can answer any longer.")
    )


@bp.route("/dates/<int:number>/remove", methods=["GET", "POST"])
@ruled("calendar.remove")
def remove(number: int) -> t.Any:
    """Ask, then take it away with all that was said to it."""
    poll = found(number)
    require("calendar.remove", poll)
    if poll.removed:
        return pages.see_other(once.earlier(me().id, "calendar.remove") or f"/dates/{poll.id}")
    if request.method == "GET":
        return pages.page(
            "ui/confirm.html", place="calendar", title=_("Take this question away?"), url=f"/dates/{poll.id}/remove",
            text=_("The times and all answers are taken away for everybody. An event that came of it stays."),
            deed=_("Take it away"), keep=_("Keep it"), back=poll.url, form=None,
        )  # fmt: skip
    return done("calendar.remove", poll, polling.remove, _("Taken away."), to="/dates")


# --- on other pages ---------------------------------------------------------------------------------------


@panel("space", order=11, column="side")
def of_space(space: t.Any) -> tuple[str, dict[str, t.Any]] | None:
    """For what dates are sought in a space."""
    if not me().is_authenticated:
        return None
    rows = polling.open_in(space.id, me().viewer)
    lines = [(f"/dates/{row.id}-{slug(row.title)}", row.title, row.language, row.closes) for row in rows]
    return ("calendar/_sought.html", {"lines": lines}) if lines else None
