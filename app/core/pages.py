"""Pages: the frame, the answer to "nothing changed", forms sent twice, and lists by cursor.

Templates are rendered without Flask's context processors: what a template may use stands here.
"""

import functools
import hashlib
import pathlib
import re
import secrets
import typing as t

from flask import (
    Flask,
    Response,
    current_app,
    flash,
    g,
    make_response,
    request,
)
from markupsafe import Markup
from werkzeug.urls import iri_to_uri

from app.core import former, languages, look, marks, once, policy, switches, when
from app.core.languages import _, ngettext
from app.core.shell import Frame, csrf
from app.core.shell import add_place as add_place
from app.core.templates import render

D = t.TypeVar("D")
STATIC = pathlib.Path(__file__).parents[2] / "static"
OFFLINE = pathlib.Path(__file__).with_name("offline.css")  # for pages that people take along in a ZIP


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
    body = render(template, f=Frame(place, last, noindex or status >= 400), **values)
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


def bare_fragment(html: str) -> Response:
    """Return a part of a page that was drawn already."""
    answer = Response(html, mimetype="text/html")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def wants_fragment() -> bool:
    """Say whether the request asks for a part only."""
    return request.args.get("fragment") == "1"


def etag(*parts: t.Any) -> str:
    """Return the tag of a page made from the versions that it depends on; the reader is always among them."""
    who = policy.me()
    known = (languages.language(), who.version, current_app.extensions["build"], look.version(), *parts)
    return hashlib.blake2b(repr(known).encode(), digest_size=12).hexdigest()


def unchanged(tag: str) -> Response | None:
    """Return the 304 if the browser has this version already and no message waits to be shown."""
    from flask import session

    if "_flashes" in session or not request.if_none_match.contains_weak(tag):
        return None
    answer = Response(status=304)
    answer.set_etag(tag, weak=True)
    return _private(answer)


_FRESH = re.compile(r' data-last="[^"]*"|(name="(?:csrf_token|idempotency_key)" value=")[^"]*')


def tagged(answer: Response) -> Response:
    """Give a page a tag by all that it says, for one that many others have a part in; a 304 for who has it already.

    Left out is what is new each time and what an older page does as well with: keys of forms, the newest fact.
    It saves the way and not the work: where one can say what a page depends on, take etag() and unchanged()."""
    if answer.status_code == 200:
        tag = etag(_FRESH.sub(r"\1", answer.get_data(as_text=True)))
        answer.set_etag(tag, weak=True)
        return unchanged(tag) or answer
    return answer


def _private(answer: Response) -> Response:
    """No shared cache keeps what one person saw."""
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["Vary"] = "Cookie, Accept-Language"
    return answer


def see_other(url: str) -> Response:
    """Return the way on after a form: 303, so that reloading asks with GET. A script gets the address alone,

    because a fetch would follow the redirect, lose the part after # and use up the message that waits."""
    if request.headers.get("X-Requested-With") in ("fetch", "form"):
        return Response(
            status=204, headers={"X-Location": iri_to_uri(url)}
        )  # headers hold Latin letters only
    return Response(status=303, headers={"Location": url})


def acted(act: str, fn: t.Callable[[], str], message: Markup | None = None) -> Response:
    """Run an act once for this form and lead on to the address that it returns."""
    url = once.once(policy.me().id, act, fn)
    if message:
        flash(message, "ok")
    return see_other(url)


def deed(
    act: str, thing: D, fn: t.Callable[[D], t.Any], message: Markup | None = None, to: str = ""
) -> Response:
    """Do something to a thing once for this form, and lead back to its page or to another address."""

    def done() -> str:
        fn(thing)
        return to or str(t.cast(t.Any, thing).url)

    return acted(act, done, message)


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


def idem() -> Markup:
    """The hidden field that makes a form sent twice one thing."""
    return Markup('<input type="hidden" name="idempotency_key" value="%s">') % secrets.token_urlsafe(16)


@functools.cache
def asset(name: str) -> str:
    """Return the address of a static file with its version, so that it can be kept for ever."""
    path = STATIC / name
    version = hashlib.sha256(path.read_bytes()).hexdigest()[:10] if path.is_file() else "0"
    return f"/static/{name}?v={version}"


@functools.cache
def build_version() -> str:
    """Return what changes with every change of templates, scripts or words: part of every ETag. Looked up once a start."""
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
    if count < 1024**3:
        return str(_("%(number)s MB", number=format_decimal(round(count / 1024 / 1024, 1))))
    return str(_("%(number)s GB", number=format_decimal(round(count / 1024**3, 1))))


def register(app: Flask) -> None:
    """Give templates their words."""
    app.extensions["build"] = build_version()
    app.extensions.setdefault("places", [])
    app.jinja_env.globals.update(
        _=_, ngettext=ngettext, gettext=_, asset=asset, can=policy.can, csrf=csrf, idem=idem, mark=marks.mark,
        portrait=marks.portrait,
        mosaic=marks.mosaic, icon=functools.partial(marks.icon, sprite=asset("icons.svg")), date=when.date,
        datetime_=when.date_time, ago=when.ago, day=when.day, closed=switches.closed,
        size=size_words, me=policy.me, said=former.said,
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
