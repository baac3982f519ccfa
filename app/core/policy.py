"""The gate: who acts, what the table of rules says, and which views visitors may open.

Closed by default: a view that is neither `@public` nor names its rule asks for sign-in, whatever it is.
"""

import dataclasses
import typing as t
from urllib.parse import quote, urlsplit

from flask import Response, abort, current_app, g, redirect, request, session
from flask_login import current_user
from werkzeug.urls import iri_to_uri

from app.core.audience import VISITOR, Thing, Viewer

T = t.TypeVar("T")
View = t.TypeVar("View", bound=t.Callable[..., t.Any])
Rule = t.Callable[["Me | Visitor", t.Any], bool]
rules: dict[str, Rule] = {}


class Voice(t.NamedTuple):
    """An organisation that a person holds a seat in, with what the seat allows."""

    id: int
    name: str
    kind: str
    code: str
    url: str
    may_publish: bool
    line: str  # title of the seat
    primary: bool = False  # first contact: looks after the organisation's entry and its seats
    before: int = 0  # the seat that it took over
    may_answer: bool = False  # answers for the organisation: its joint actions, what it is asked


class Group(t.NamedTuple):
    """A space that a person belongs to."""

    id: int
    name: str
    url: str
    role: str
    kind: str


@dataclasses.dataclass(frozen=True)
class Me:
    """The signed-in person as read by one query: session, seats and groups."""

    id: int
    name: str
    handle: str
    language: str
    timezone: str
    theme: str
    shortcuts: bool
    shown: bool  # among those who are here now
    steward: bool
    moderator: bool
    unread: int
    unread_threads: int
    unread_messages: int  # conversations with something unread
    login_id: int
    login_token: str
    seats: tuple[Voice, ...]
    groups: tuple[Group, ...]
    rooms: frozenset[str]
    second: bool  # signs in with a second step
    welcome: str  # the first steps that are still to be done
    terms: int  # the edition of the terms that was accepted last
    version: str  # changes with anything above: part of every ETag

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """Flask-Login's id is the session, not the person."""
        return self.login_token

    @property
    def viewer(self) -> Viewer:
        """What the rule for sight needs."""
        return Viewer(self.id, self.rooms)

    @property
    def org(self) -> Voice | None:
        """The first organisation that this person acts for."""
        return self.seats[0] if self.seats else None

    @property
    def url(self) -> str:
        """The address of this person's page."""
        return f"/people/{self.id}-{self.handle}"

    def voice(self, organisation_id: int | None) -> Voice | None:
        """Return the seat that lets this person speak for an organisation, None without one."""
        return next((s for s in self.seats if s.id == organisation_id and s.may_publish), None)

    def role_in(self, space_id: int | None) -> str | None:
        """Return this person's role in a space, None outside it."""
        return next((group.role for group in self.groups if group.id == space_id), None)

    def byline(self, organisation: t.Any = None) -> dict[str, t.Any]:
        """Return the words of an author line: for an organisation, or personally."""
        seat = self.org
        if organisation is not None:
            line = ", ".join(dict.fromkeys(filter(None, [self.name, getattr(organisation, "line", "")])))
            return _by(organisation.name, line, organisation.kind, organisation.code, organisation.url, self)
        line = ", ".join(filter(None, [seat.line, seat.name])) if seat else ""
        kind, code = (seat.kind, seat.code) if seat else ("partner", "")
        return _by(self.name, line, kind, code, self.url, self)


def _by(name: str, line: str, kind: str, code: str, url: str, person: Me) -> dict[str, t.Any]:
    return {"name": name, "line": line, "kind": kind, "code": code, "url": url, "handle": person.handle}


class Visitor:
    """Somebody who is not signed in."""

    id = None
    name = ""
    handle = ""
    language = ""
    timezone = ""
    theme = ""
    shortcuts = True
    shown = steward = moderator = False
    unread = unread_threads = unread_messages = 0
    seats: tuple[Voice, ...] = ()
    groups: tuple[Group, ...] = ()
    rooms = VISITOR.rooms
    viewer = VISITOR
    version = "visitor"
    org = None
    is_authenticated = is_active = False
    is_anonymous = True

    def get_id(self) -> None:
        """A visitor has no session."""

    def voice(self, _organisation_id: int | None) -> None:
        """A visitor speaks for nobody."""

    def role_in(self, _space_id: int | None) -> None:
        """A visitor belongs to no space."""


def me() -> Me | Visitor:
    """Return who acts: the signed-in person, or a Visitor. Read once for each request."""
    who: Me | Visitor | None = g.get("me")
    if who is None:
        who = g.me = t.cast("Me | Visitor", current_user._get_current_object())
    return who


def person() -> Me:
    """Return the signed-in person; 401 or the sign-in page for a visitor."""
    who = me()
    if isinstance(who, Me):
        return who
    abort(sign_in_first())


def public(view: View) -> View:
    """Mark a view that visitors may open. What it shows still goes through the rule for sight."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


def ruled(*acts: str, public: bool = False) -> t.Callable[[View], View]:
    """Name the acts that a view asks for; with `public` a visitor reaches the rule as well."""

    def mark(view: View) -> View:
        view.rules = acts  # type: ignore[attr-defined]
        view.is_public = public  # type: ignore[attr-defined]
        return view

    return mark


def can(act: str, thing: t.Any = None) -> bool:
    """Say whether who acts may do this to a thing. For buttons, and for rules built on rules."""
    return allowed(me(), act, thing)


def allowed(who: Me | Visitor, act: str, thing: t.Any = None) -> bool:
    """Ask the table of rules; an act without a rule raises KeyError."""
    return bool(rules[act](who, thing))


def require(act: str, thing: T) -> T:
    """Return the thing if who acts may do this to it.

    Unseen answers as missing (404); seen but not allowed is 403, and for a visitor the sign-in page.
    """
    who = me()
    asked = g.setdefault("asked", set())
    asked.add(act)
    if thing is None or (isinstance(thing, Thing) and not thing.readable_by(who.viewer)):
        abort(404)
    if not allowed(who, act, thing):
        abort(403 if who.is_authenticated else sign_in_first())
    return thing


def asked_for() -> str:
    """Return the address of this page as `next` carries it: letters of any script are written as browsers send them."""
    return iri_to_uri(request.full_path.rstrip("?"))


def sign_in_first() -> Response:
    """Return the way to sign in: 401 for a script's request, a redirect that keeps the address for a page."""
    if wants_fragment():
        return Response("", 401)
    after = asked_for() if request.method == "GET" else came_from()
    return t.cast(Response, redirect(f"/sign-in?next={quote(after, safe='/')}", 303))


def wants_fragment() -> bool:
    """Say whether a script asks (it never follows a redirect to a page)."""
    return request.headers.get("X-Requested-With") == "fetch"


Gate = t.Callable[[Me], str]
_gates: list[Gate] = []


def gate(fn: Gate) -> Gate:
    """Register a gate: where a signed-in person has to go before anything else, or nothing. It must ask no database."""
    if fn not in _gates:
        _gates.append(fn)
    return fn


def ungated(view: View) -> View:
    """Mark a view that stays open to who stands before a gate: the way through it, signing out, what is one's own."""
    view.is_ungated = True  # type: ignore[attr-defined]
    return view


def close_by_default() -> Response | None:
    """Before every request: without an account only public views open. Registered by the factory."""
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None or request.endpoint == "static":
        return None
    if getattr(view, "is_public", False) and (SIGNED_IN not in session or hasattr(view, "is_ungated")):
        return None
    who = me()
    if isinstance(who, Me):
        return None if hasattr(view, "is_ungated") else before_gate(who)
    return None if getattr(view, "is_public", False) else sign_in_first()


SIGNED_IN = "_user_id"  # where Flask-Login keeps the session's number


def barred(who: Me) -> str:
    """Return where this person has to go first, nothing for who may go on."""
    return next((way for way in (fn(who) for fn in _gates) if way), "")


def before_gate(who: Me) -> Response | None:
    """Return the way to the gate that this person stands before: a redirect for a page, 401 for a script."""
    way = barred(who)
    if not way:
        return None
    if wants_fragment():
        return Response("", 401)
    after = asked_for() if request.method == "GET" else came_from()
    return t.cast(Response, redirect(f"{way}?next={quote(after, safe='/')}", 303))


def came_from() -> str:
    """Return the path of the page that a form was on: after signing in one returns to it, never to a POST."""
    parts = urlsplit(request.referrer or "")
    return parts.path if parts.netloc == request.host and parts.path.startswith("/") else "/"
