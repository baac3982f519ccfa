"""What stands around every page: its header, rail, foot and bottom bar, drawn once for readers who see the same.

A part is kept under all that it depends on, so nothing has to be thrown away when a person, a group or a count
changes. What differs with each page or reader, the form's token and the page's own path, is set in afterwards
in place of a mark that nobody can guess.
"""

import functools
import secrets
import typing as t
from urllib.parse import quote

from flask import Flask, current_app, get_flashed_messages, request, session
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup, escape

from app.core import languages, look, policy, site, switches, templates
from app.core.database import setting
from app.core.languages import _
from app.core.mail import is_demo

MOST = 500  # parts kept, at most 5 KB each
FIELD = Markup('<input type="hidden" name="csrf_token" value="%s">')
TOKEN, PATH = (Markup(f"mark-{secrets.token_hex(8)}") for _n in range(2))


_desk: t.Callable[[policy.Me], int | None] = lambda me: None


def show_desk(fn: t.Callable[[policy.Me], int | None]) -> None:
    """Let a room say how much waits for a decision of this person; None where it decides nothing."""
    global _desk
    _desk = fn


class Frame:
    """What every page shows around its own content; parts are drawn when the template asks."""

    def __init__(self, place: str, last: int | None, noindex: bool) -> None:
        config = current_app.config
        self.place, self.last, self.noindex = place, last, noindex
        self.lang = languages.language()
        self.dir = languages.direction(self.lang)
        self.site_title, self.tagline, self.look, self.logo, self.colours = look.face()
        self.own = look.own
        self.demo = is_demo()
        self.terms = bool(site.kept("terms"))
        who = policy.me()
        self.me = who if isinstance(who, policy.Me) else None
        self.theme, self.shortcuts = who.theme, who.shortcuts
        self.path = request.path
        self.base = setting("BASE_URL")
        self.address = "" if self.me or noindex else setting("BASE_URL") + quote(request.path)  # to be shared
        self.off = switches.off()
        self.places = places(self.lang, who.is_authenticated, switches.hidden_places())
        self.languages = _language_names(config["LANGUAGES"])
        self.desk: int | None = None
        self.flashes = get_flashed_messages(with_categories=True)

    def header(self) -> Markup:
        """The bar at the top: search, what can be begun, notices, the reader's menu."""
        me = self.me
        mine = (me.unread, me.unread_messages, me.org, me.name, me.url, me.steward) if me else ()
        return self._part("header", self.shortcuts, mine)

    def rail(self) -> Markup:
        """The places and the reader's groups."""
        me = self.me
        groups = me.groups if me else ()
        here = self.path if any(group.url == self.path for group in groups) else ""
        self.desk = _desk(me) if me else None
        return self._part(
            "rail",
            self.place,
            here,
            bool(me),
            groups,
            (me.unread_threads, me.unread_messages) if me else 0,
            self.desk,
        )

    def foot(self) -> Markup:
        """The fixed pages and the choice of language."""
        return self._part("foot", self.demo, self.terms)

    def bar(self) -> Markup:
        """The places at the bottom of a phone."""
        return self._part("bar", self.place, bool(self.me))

    def _part(self, name: str, *key: t.Any) -> Markup:
        kept: dict[t.Any, str] = current_app.extensions.setdefault("frame", {})
        key = (*key, self.off)
        drawn = kept.get((name, self.lang, self.look, key))
        if drawn is None:
            if len(kept) >= MOST:
                kept.clear()
            drawn = kept[name, self.lang, self.look, key] = templates.render(
                f"frame/{name}.html", f=self, token=TOKEN, here=PATH
            )
        if TOKEN in drawn:
            drawn = drawn.replace(TOKEN, csrf()).replace(PATH, escape(self.path))
        return Markup(drawn)


@functools.cache
def _language_names(codes: str) -> list[tuple[str, str]]:
    return [(code, languages.own_name(code)) for code in codes.split(",")]


@functools.cache
def places(lang: str, member: bool, hidden: frozenset[str]) -> list[tuple[str, str, str, Markup, Markup]]:
    """Return the entries of the rail that exist for this reader: key, address, icon, word, short word."""
    known = current_app.extensions["places"]
    return [
        (key, url, icon, _said(word), _said(short))
        for key, url, icon, word, short, only in known
        if (member or not only) and key not in hidden
    ]


def _said(word: t.Any) -> Markup:
    return _(word) if isinstance(word, str) else Markup(str(word))


def add_place(
    app: Flask,
    key: str,
    url: str,
    icon: str,
    word: t.Any,
    short: t.Any,
    order: int,
    members_only: bool = False,
) -> None:
    """Register an entry of the rail. `word` and `short` are messages of the catalogue, best given as lazy("…").

    ValueError where another entry has that place in the order: one of the two would be gone.
    """
    known = app.extensions.setdefault("places_ordered", {})
    if order in known and known[order][0] != key:
        raise ValueError(f"{key} and {known[order][0]} have the same place in the rail: {order}")
    known[order] = (key, url, icon, word, short, members_only)
    app.extensions["places"] = [known[n] for n in sorted(known)]


def csrf() -> Markup:
    """The hidden field that proves that a form came from us."""
    secret = session.get("csrf_token")
    return _field(current_app.secret_key, secret) if secret else FIELD % generate_csrf()


@functools.lru_cache(2048)
def _field(_key: t.Any, _secret: str) -> Markup:
    """The field of one session, signed once: the token proves the session and does not run out before it."""
    return FIELD % generate_csrf()
