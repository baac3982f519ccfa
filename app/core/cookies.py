"""Session cookies, signed by Flask; a signature that was found good is not computed again for the same cookie.

Whether the session still lives is a row of the database that every request reads. The cookie's own age is
looked at each time.
"""

import functools
import time
import typing as t

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import BadSignature, URLSafeTimedSerializer

SIMPLE = (str, int, bool, type(None))


class Sessions(SecureCookieSessionInterface):
    """Flask's signed cookies, with a memory of those that were checked."""

    def __init__(self) -> None:
        self.checked = functools.lru_cache(2048)(self._checked)

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Return what the cookie holds, an empty session where it is not ours or too old."""
        cookie = request.cookies.get(self.get_cookie_name(app))
        if not cookie:
            return self.session_class()
        try:
            values, signed_at = self.checked(app, app.secret_key, cookie)
        except BadSignature:
            return self.session_class()
        if not all(isinstance(value, SIMPLE) for value in values.values()):
            return super().open_session(app, request)  # what could be changed in place is not shared
        too_old = time.time() - signed_at > app.permanent_session_lifetime.total_seconds()
        return self.session_class({} if too_old else values)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write the cookie where something changed; where nothing did, only say that the answer depends on it."""
        if session.modified or session.permanent:
            super().save_session(app, session, response)
        elif session.accessed and "Cookie" not in response.headers.get("Vary", ""):
            response.vary.add("Cookie")

    def _checked(self, app: Flask, _key: t.Any, cookie: str) -> tuple[dict[str, t.Any], float]:
        serializer = t.cast(URLSafeTimedSerializer, self.get_signing_serializer(app))
        values, signed_at = serializer.loads(cookie, return_timestamp=True)
        return values, signed_at.timestamp()


def register(app: Flask) -> None:
    """Let the app read its session cookies here."""
    app.session_interface = Sessions()
