"""Puts the house together: settings, libraries, the kernel, the rooms."""

import gc

# What is read at a start stays: looking through all of it again and again, for garbage, was a fifth of the start.
gc.set_threshold(10_000, 20, 20)

import zoneinfo

# Time zones are those of the locked tzdata, the same on each machine: a system that nobody updates knows old ones.
zoneinfo.reset_tzpath(())

import importlib
import logging
import pathlib
import typing as t
import zlib

import sqlalchemy as sa
from flask import Flask, Response, request
from sqlalchemy.engine import Engine
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

from app import extensions, rules
from app.core import (
    cookies,
    database,
    frames,
    health,
    languages,
    lazy,
    limits,
    live,
    pages,
    parts,
    policy,
    site,
    switches,
    templates,
)
from app.core.files import bp as files_bp
from config import Config

ROOT = pathlib.Path(__file__).parent.parent
# Each room that has a register(app): blueprints, readers, panels, places of the rail.
ROOMS = (
    "members",
    "spaces",
    "arrivals",
    "board",
    "library",
    "calendar",
    "actions",
    "messages",
    "feed",
    "notifications",
    "search",
    "atlas",
    "home",
    "moderation",
    "admin",
    "terms",
    "mydata",
    "past",
)
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
PACKED = {"text/html", "application/atom+xml", "application/json", "text/plain", "text/csv"}
sa.event.listen(Engine, "connect", database.prepare_sqlite)


def create_app(**overrides: t.Any) -> Flask:
    """Make the app. `overrides` are settings by name, before those of the environment; for tests."""
    app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder=None)
    app.url_rule_class = lazy.LazyRule
    templates.register(app)
    cookies.register(app)
    configure(app, overrides)
    parts.register(app)
    connect_libraries(app)
    rules.register()
    site.register(app)
    languages.register(app)
    pages.register(app)
    app.before_request(policy.close_by_default)
    switches.register(app)
    app.after_request(packed)
    app.after_request(headers)
    app.register_blueprint(files_bp)
    app.register_blueprint(health.bp)
    for room in ROOMS:
        importlib.import_module(f"app.{room}").register(app)
    importlib.import_module("app.core.errors").register(app)
    if app.config["ROLE"] == "cli":  # commands and migrations: 12 MB that a server does not need
        importlib.import_module("app.cli").register(app)
    wrap(app)
    return app


def configure(app: Flask, overrides: dict[str, t.Any]) -> None:
    """Read the settings; unknown names of `overrides` are kept as they are (what only tests set)."""
    known = {name: value for name, value in overrides.items() if hasattr(Config, name)}
    app.config.from_object(Config.from_env(**known))
    app.config.update({name: value for name, value in overrides.items() if name not in known})
    app.config.update(
        {name: value for name, value in known.items() if name in ("ROLE", "SERVER", "EMBEDDED_JOBS")}
    )
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = database.engine_options(url, app.config["ROLE"])
    app.config.setdefault("REMEMBER_COOKIE_DURATION", 0)
    logging.basicConfig(
        level=app.config["LOG_LEVEL"], format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )


def connect_libraries(app: Flask) -> None:
    """Hand the app to the libraries."""
    extensions.db.init_app(app)
    extensions.csrf.init_app(app)
    extensions.login_manager.init_app(app)
    extensions.login_manager.session_protection = None  # a session is a row, checked at each request
    extensions.login_manager._session_identifier_generator = (
        str  # which would work it out at each request all the same
    )
    extensions.login_manager.anonymous_user = policy.Visitor
    from app.core.mail import mail

    mail.init_app(app)
    limits.register(app)
    extensions.socketio.init_app(
        app,
        async_mode=app.config["SERVER"],
        transports=["websocket"],
        cookie=None,
        manage_session=False,
        async_handlers=False,
        max_http_buffer_size=16384,
        message_queue=app.config["REDIS_URL"] or None,
    )
    live.register(app)


SAID = (
    ("Cache-Control", "private, no-cache"),
    ("Content-Security-Policy", POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=()"),
)


def headers(answer: Response) -> Response:
    """Security headers of every answer; what says nothing about keeping is for its reader alone, asked for each time."""
    known = {name.lower() for name, _value in answer.headers}
    for name, value in SAID:
        if name.lower() not in known:
            answer.headers.add(name, value)
    if request.is_secure:
        answer.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return answer


def packed(answer: Response) -> Response:
    """Pages are sent gzipped to those who ask for it: most readers pay for each kilobyte, and few run a proxy."""
    wanted = "gzip" in request.headers.get("Accept-Encoding", "")
    if (
        not wanted
        or answer.direct_passthrough
        or answer.mimetype not in PACKED
        or "Content-Encoding" in answer.headers
    ):
        return answer
    body = answer.get_data()
    if len(body) > 1000:
        squeeze = zlib.compressobj(2, zlib.DEFLATED, 31)
        answer.set_data(squeeze.compress(body) + squeeze.flush())
        answer.headers["Content-Encoding"] = "gzip"
    answer.vary.add("Accept-Encoding")
    return answer


def wrap(app: Flask) -> None:
    """Wrappers around the app, set after Socket.IO's own: static files, fairness, proxies."""
    inner = app.wsgi_app

    def fair(environ: t.Any, start: t.Any) -> t.Any:
        # Compressed websocket frames cost twice the memory a socket and gain nothing for short events.
        environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
        frames.send_whole(environ)
        answer = inner(environ, start)
        if app.config["SERVER"] == "gevent":
            import gevent

            gevent.sleep(0)  # a busy connection must not keep the others waiting
        return answer

    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        fair, root=str(ROOT / "static"), prefix="static/", max_age=31536000, autorefresh=app.debug or app.testing,
        immutable_file_test=lambda path, url: True, allow_all_origins=False,
    )  # fmt: skip
    hops = app.config["TRUSTED_PROXIES"]
    if hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]


__all__ = ["HTTPException", "create_app"]
