"""Errors as pages: what happened, what it means, what to do. Never a traceback, never a bare word."""

import logging
import typing as t
from urllib.parse import quote

import sqlalchemy as sa
from flask import Flask, Response, jsonify, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from app.core import once, pages, panels, policy
from app.core.once import OtherWords
from app.extensions import db

log = logging.getLogger(__name__)
PAGES = {400, 403, 404, 405, 413, 422, 429, 500, 503}


def register(app: Flask) -> None:
    """Answer every error with a page of ours."""
    app.register_error_handler(CSRFError, form_old)
    app.register_error_handler(HTTPException, of_http)
    app.register_error_handler(OtherWords, lambda error: answer(422, "sent_before"))
    app.register_error_handler(sa.exc.OperationalError, busy)
    app.register_error_handler(sa.exc.DataError, unkept)
    app.register_error_handler(sa.exc.IntegrityError, faster)
    app.register_error_handler(UnicodeError, lambda error: answer(400))
    app.register_error_handler(RecursionError, lambda error: answer(400))  # a body nested without end
    app.register_error_handler(Exception, broken)


def form_old(_error: CSRFError) -> Response:
    """A form of a session that is over: whoever is no longer signed in is asked to, others load the page again."""
    return policy.close_by_default() or answer(400, "form_old")


def of_http(error: HTTPException) -> t.Any:
    """An error that a view raised."""
    if error.response is not None:
        return error.response
    code = error.code or 500
    before = _answered_before() if request.method == "POST" and code in (403, 404) else None
    if before:
        return pages.see_other(before)
    extra = {"Retry-After": str(error.retry_after)} if getattr(error, "retry_after", None) else {}  # type: ignore[attr-defined]
    result = answer(code)
    for name, value in [*extra.items(), *_allowed(error)]:
        result.headers[name] = value
    return result


def _answered_before() -> str | None:
    """Return the answer that this form got when it was new; a body that cannot be read never got one."""
    try:
        return once.answered(policy.me().id)
    except HTTPException:
        return None


def _allowed(error: HTTPException) -> list[tuple[str, str]]:
    methods = getattr(error, "valid_methods", None)
    return [("Allow", ", ".join(sorted(methods)))] if methods else []


def busy(error: Exception) -> Response:
    """The database did not answer or stayed locked: nothing was written, trying again helps."""
    log.error("the database: %s", type(error).__name__, exc_info=error)
    return answer(503)


def unkept(error: Exception) -> Response:
    """Something was sent that the database cannot hold, such as a NUL byte: nothing was written."""
    log.warning("the database refused a value: %s", type(error.__cause__).__name__)
    return answer(400)


def faster(error: Exception) -> Response:
    """Two did at once what can be done once: the other one was faster, of this nothing was written."""
    log.error("a value was taken meanwhile", exc_info=error)
    return answer(409)


def broken(error: Exception) -> Response:
    """What nobody thought of."""
    log.exception("unexpected", exc_info=error)
    return answer(500)


def answer(code: int, why: str = "") -> Response:
    """Return the page of an error, or its plain form for scripts and for what is no page."""
    db.session.rollback()
    name = code if code in PAGES else (400 if code < 500 else 500)
    if policy.wants_fragment() or request.path.startswith("/api/"):
        result = jsonify({"error": code, "why": why})
    else:
        result = _page(name, why)
    result.status_code = code
    result.headers["Cache-Control"] = "no-store"
    return result


def _page(name: int, why: str) -> Response:
    again = request.path if request.method == "GET" else policy.came_from()
    next_url = quote(policy.asked_for(), safe="/") if request.method == "GET" else "/"
    try:
        more = panels.drawn("missing", request.path) if name == 404 and request.method == "GET" else []
        return pages.page(
            f"errors/{name}.html",
            name,
            why=why,
            again=again,
            sign_in_url=f"/sign-in?next={next_url}",
            more=more,
        )
    except Exception:  # the frame needs the database; without it a bare page still says what happened
        log.exception("the page of an error")
        return Response(pages.bare(name), name, mimetype="text/html")
