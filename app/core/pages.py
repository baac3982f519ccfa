"""Pages: the frame, the answer to "nothing changed", forms sent twice, and lists by cursor.

Templates are rendered without Flask's context processors: what a template may use stands here.
"""

import functools
import hashlib
import pathlib
import secrets
import typing as t

from flask import (
    Flask,
    Response,
    current_app,
    flash,
    g,
    get_flashed_messages,
    make_response,
    redirect,
    request,
)
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup
from werkzeug.urls import iri_to_uri

from app.core import languages, marks, once, policy, templates, when
from app.core.languages import _, ngettext
from app.core.mail import is_demo

STATIC = pathlib.Path(__file__).parents[2] / "static"


class Frame:
    """What every page shows around its own content; computed when the template asks."""

    def __init__(self, place: str, last: int | None, noindex: bool) -> None:
        config = current_app.config
        self.place, self.last, self.noindex = place, last, noindex
        self.lang = languages.language()
        self.dir = languages.direction(self.lang)
        self.site_title, self.tagline = config["SITE_TITLE"], config["SITE_TAGLINE"]
        self.demo = is_demo()
        who = policy.me()
        self.me = who if who.is_authenticated else None
        self.theme, self.shortcuts = who.theme, who.shortcuts
        self.path = request.path
        self.places = places(self.lang, who.is_authenticated)
        self.languages = _language_names(config["LANGUAGES"])
        self.flashes = get_flashed_messages(with_categories=True)


@functools.cache
def _language_names(codes: str) -> list[tuple[str, str]]:
    return [(code, languages.own_name(code)) for code in codes.split(",")]


@functools.cache
def places(lang: str, member: bool) -> list[tuple[str, str, str, Markup, Markup]]:
    """Return the entries of the rail that exist for this reader: key, address, icon, word, short word."""
    known = current_app.extensions["places"]
    return [
        (key, url, icon, _said(word), _said(short))
        for key, url, icon, word, short, only in known
        if member or not only
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
    """Register an entry of the rail. `word` and `short` are messages of the catalogue, best given as lazy("…")."""
    known = app.extensions.setdefault("places_ordered", {})
    known[order] = (key, url, icon, word, short, members_only)
    app.extensions["places"] = [known[n] for n in sorted(known)]


def render(template: str, **values: t.Any) -> str:
    """Return a template rendered with our words and values alone."""
    env = t.cast(templates.Environment, current_app.jinja_env)
    return env.in_language(languages.language()).get_template(template).render(values)


def page(
    template: str,
    status: int = 200,
    *,
    place: str = "",
    last: int | None = None,
    noindex: bool = False,
    **values: t.Any,
) -> Response:
    """Return a whole page in the frame. `place` is the current entry of the rail, `last` the newest fact."""
    body = render(template, f=Frame(place, last, noindex), **values)
    answer = make_response(body, status)
    if values.get("etag") and status == 200:
        answer.set_etag(values["etag"], weak=True)
    _private(answer)
    return answer


def fragment(template: str, **values: t.Any) -> Response:
    """Return a part of a page, for a script; never cached."""
    answer = make_response(render(template, **values))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def wants_fragment() -> bool:
    """Say whether the request asks for a part only."""
    return request.args.get("fragment") == "1"


def etag(*parts: t.Any) -> str:
    """Return the tag of a page made from the versions that it depends on; the reader is always among them."""
    who = policy.me()
    known = (languages.language(), who.version, current_app.extensions["build"], *parts)
    return hashlib.blake2b(repr(known).encode(), digest_size=12).hexdigest()


def unchanged(tag: str) -> Response | None:
    """Return the 304 if the browser has this version already and no message waits to be shown."""
    from flask import session

    if "_flashes" in session or not request.if_none_match.contains_weak(tag):
        return None
    answer = Response(status=304)
    answer.set_etag(tag, weak=True)
    return _private(answer)


def _private(answer: Response) -> Response:
    """No shared cache keeps what one person saw."""
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.vary.add("Cookie")
    answer.vary.add("Accept-Language")
    return answer


def see_other(url: str) -> Response:
    """Return the way on after a form: 303, so that reloading asks with GET. A script gets the address alone,

    because a fetch would follow the redirect, lose the part after # and use up the message that waits."""
    if request.headers.get("X-Requested-With") in ("fetch", "form"):
        return Response(
            status=204, headers={"X-Location": iri_to_uri(url)}
        )  # headers hold Latin letters only
    return t.cast(Response, redirect(url, 303))


def acted(act: str, fn: t.Callable[[], str], message: Markup | None = None) -> Response:
    """Run an act once for this form and lead on to the address that it returns."""
    url = once.once(policy.me().id, act, fn)
    if message:
        flash(message, "ok")
    return see_other(url)


def safe_next(value: str | None, otherwise: str = "/") -> str:
    """Return a path of this site to go on to; anything that a browser might read as another host is dropped."""
    value = value or ""
    good = (
        value.startswith("/")
        and not value.startswith(("//", "/\\"))
        and value.isprintable()
        and "\\" not in value
    )
    return value if good and value.isascii() and len(value) < 2000 else otherwise


# --- what templates may use -----------------------------------------------------------------------------------


def csrf() -> Markup:
    """The hidden field that proves that a form came from us."""
    return Markup('<input type="hidden" name="csrf_token" value="%s">') % generate_csrf()


def idem() -> Markup:
    """The hidden field that makes a form sent twice one thing."""
    return Markup('<input type="hidden" name="idempotency_key" value="%s">') % secrets.token_urlsafe(16)


@functools.cache
def asset(name: str) -> str:
    """Return the address of a static file with its version, so that it can be kept for ever."""
    path = STATIC / name
    version = hashlib.sha256(path.read_bytes()).hexdigest()[:10] if path.is_file() else "0"
    return f"/static/{name}?v={version}"


def build_version() -> str:
    """Return what changes with every change of templates, scripts or words: part of every ETag."""
    digest = hashlib.sha256()
    root = STATIC.parent
    for folder, pattern in (
        ("templates", "**/*.*"),
        ("static", "**/*.*"),
        ("app", "**/*.py"),
        ("app", "**/*.mo"),
    ):
        for path in sorted((root / folder).glob(pattern)):
            stat = path.stat()
            digest.update(f"{path.relative_to(root)}{stat.st_size}{stat.st_mtime_ns}".encode())
    return digest.hexdigest()[:12]


def size_words(count: int) -> str:
    """Return a file's size as people say it."""
    from flask_babel import format_decimal

    if count < 1024 * 1024:
        return str(_("%(number)s KB", number=format_decimal(max(1, round(count / 1024)))))
    return str(_("%(number)s MB", number=format_decimal(round(count / 1024 / 1024, 1))))


def register(app: Flask) -> None:
    """Give templates their words."""
    app.extensions["build"] = build_version()
    app.extensions.setdefault("places", [])
    app.jinja_env.globals.update(
        _=_, ngettext=ngettext, gettext=_, asset=asset, can=policy.can, csrf=csrf, idem=idem, mark=marks.mark,
        mosaic=marks.mosaic, icon=functools.partial(marks.icon, sprite=asset("icons.svg")), date=when.date, datetime_=when.date_time, ago=when.ago, day=when.day,
        size=size_words, me=policy.me,
    )  # fmt: skip
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_options["auto_reload"] = app.debug

    @app.before_request
    def _start() -> None:
        g.setdefault("asked", set())


def bare(code: int) -> str:
    """Return a page without the frame, for when even the frame cannot be drawn."""
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{code}</title>'
        "<h1>The site cannot answer at the moment.</h1><p>Nothing was saved. Try again in a minute.</p></html>"
    )
