"""Public events elsewhere: a feed, a table and a page for frames of what comes, the same for everybody who asks."""

import typing as t

from flask import Response, current_app, jsonify, request

from app.calendar import grid, lists
from app.calendar.asked import Asked
from app.calendar.models import Event
from app.calendar.views import bp
from app.core import atom, former, look, pages, policy, text
from app.core.activity import highest
from app.core.audience import VISITOR
from app.core.database import setting
from app.core.languages import _, direction, in_language, language, offered
from app.core.mail import is_demo
from app.extensions import db

MOST, AHEAD = 50, 366 * grid.DAY
KEPT_SECONDS = 60
# The one page that stands in frames of other sites: it does nothing, so nobody can be led to press what they do not see.
FRAMED = (
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self' data:; form-action 'none'; base-uri 'none'; "
    "frame-ancestors *"
)


def coming() -> list[Event]:
    """Return the public events that come within a year, and those of today; of a series what comes next."""
    with in_language(language(), "UTC"):
        entries = grid.between(VISITOR, Asked.from_args(request.args), grid.today(), grid.today() + AHEAD)
    numbers = [one.id for one in grid.next_of_each(entries)[:MOST]]
    found = {one.id: one for one in db.session.query(Event).where(Event.id.in_(numbers))} if numbers else {}
    return [found[number] for number in numbers]


def _tag() -> str:
    return f"{highest()}-{grid.today()}-{language()}-{current_app.extensions['build']}-{request.query_string.decode('latin-1')}"


def _labelled(answer: Response, tag: str) -> Response:
    answer.set_etag(tag, weak=True)
    answer.cache_control.public = True
    answer.cache_control.max_age = KEPT_SECONDS
    answer.vary.add("Accept-Language")
    answer.vary.add("Cookie")
    if is_demo():
        answer.headers["X-Robots-Tag"] = "noindex"
    return answer


@bp.get("/calendar/feed.atom")
@policy.public
def feed() -> Response:
    """Answer with the public events that come, for feed readers, or with 304."""
    tag = _tag()
    if request.if_none_match.contains_weak(tag):
        return _labelled(Response(status=304), tag)
    base, events = setting("BASE_URL"), coming()
    title = _("%(site)s: events", site=look.title())
    newest = max((one.changed for one in events), default=None)
    root = atom.head(
        f"{base}/calendar/feed.atom", title, _("Public events that come."), f"{base}/calendar/agenda", newest
    )
    for one in events:
        made = atom.entry(
            root,
            f"{base}/events/{one.id}",
            one.title,
            one.changed,
            former.said(one.by.get("name")),
            base + one.url,
        )
        atom.summary(made, _summary(one), one.language)
    return _labelled(Response(atom.written(root), mimetype=atom.TYPE), tag)


def _summary(event: Event) -> str:
    words = text.excerpt(event.html) if event.html else ""
    state = str(_("Cancelled")) if event.cancelled else ""
    return ". ".join(filter(None, [state, lists.dated(event), event.place, words]))


@bp.get("/calendar/events.json")
@policy.public
def table() -> Response:
    """Answer with the same as JSON, for pages elsewhere that show it."""
    tag = _tag()
    if request.if_none_match.contains_weak(tag):
        return _labelled(Response(status=304), tag)
    answer = jsonify({"title": look.title(), "sample": is_demo(), "events": [_row(one) for one in coming()]})
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return _labelled(answer, tag)


def _row(event: Event) -> dict[str, t.Any]:
    begin, end = (event.starts, event.ends) if not event.all_day else (event.starts.date(), event.ends.date())
    return {
        "id": event.id, "uid": event.uid, "url": setting("BASE_URL") + event.url, "title": event.title,
        "language": event.language, "kind": event.form, "theme": event.theme, "sdgs": event.sdgs.split(),
        "commitments": event.commitments.split(), "languages": event.languages.split(),
        "all_day": event.all_day, "starts": begin.isoformat(), "ends": end.isoformat(), "zone": event.zone,
        "place": event.place, "online": bool(event.link), "cancelled": event.cancelled is not None,
        "host": former.said(event.by.get("name")), "words": text.plain(event.html),
    }  # fmt: skip


@bp.get("/calendar/embed")
@policy.public
def embed() -> Response:
    """Show the public events that come in a frame of another site: with the calendar's filters, in the language `lang`."""
    asked = request.args.get("lang", "")
    with in_language(asked if asked in offered() else language(), "UTC"):
        tag = _tag()
        if request.if_none_match.contains_weak(tag):
            return _framed(Response(status=304), tag)
        want, events = Asked.from_args(request.args), coming()
        html = pages.render(
            "calendar/embed.html", lang=language(), dir=direction(language()), title=look.title(), sample=is_demo(),
            rows=[(one, _day(one), lists.dated(one)) for one in events], base=setting("BASE_URL"),
            more=want.address("/calendar/agenda"),
        )  # fmt: skip
        return _framed(Response(html), tag)


def _day(event: Event) -> t.Any:
    """Return the day on which an event begins where it takes place."""
    return event.starts.astimezone(event.there).date()


def _framed(answer: Response, tag: str) -> Response:
    answer.headers["Content-Security-Policy"] = FRAMED
    return _labelled(answer, tag)
