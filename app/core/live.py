"""The live door: who may listen, and what a socket may say. What sockets hear comes from the relay."""

import time
import typing as t

from flask import Flask, g, request

from app.core import bus, database, lines, policy, presence, relay
from app.core.relay import Seat, hang_up, waiting
from app.extensions import socketio

EVENTS_ALLOWED, EVENTS_WINDOW = 50, 10.0


def whole_number(value: t.Any) -> int | None:
    """Return a fact's number from what a client sent; anything else counts as absent."""
    good = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= database.LARGEST_ID
    return value if good else None


def _connect(auth: t.Any = None) -> bool | None:
    sid = t.cast(t.Any, request).sid
    if forged(sid):
        return False
    who = policy.me()
    if not isinstance(who, policy.Me) or policy.barred(who):
        lines.refuse(sid)
        return False
    relay.relay.start(t.cast(t.Any, g).app_for_relay)
    after = whole_number(auth.get("after")) if isinstance(auth, dict) else None
    seat = Seat(sid, who.id, who.login_token)
    waiting[sid] = seat
    relay.relay.newcomers.append((seat, after))
    relay.relay.bell.set()
    return None


def forged(sid: str) -> bool:
    """Say whether a client sent an event with the name of the library's own, and hang up on it.

    The library calls our handler for it all the same: a forged "disconnect" would let the relay forget a socket
    that still sits in its rooms. At the real ones the socket is not, or no longer, connected.
    """
    if not socketio.server.manager.is_connected(sid, "/"):
        return False
    hang_up(sid)
    return True


def _disconnect(*_reason: t.Any) -> None:
    sid = t.cast(t.Any, request).sid
    if forged(sid):
        return
    waiting.pop(sid, None)
    relay.relay.seats.pop(sid, None)
    presence.leave(sid)


def _counted(sid: str) -> bool:
    """Count a socket's events; one that says too much is closed."""
    seat = waiting.get(sid)
    if seat is None:
        return False
    if time.monotonic() - seat.since > EVENTS_WINDOW:
        seat.events, seat.since = 0, time.monotonic()
    seat.events += 1
    if seat.events > EVENTS_ALLOWED:
        hang_up(sid)
        return False
    return True


def _heard(event: str, *args: t.Any) -> None:
    """Everything that a client says: `here`, `writing`; the rest is counted and dropped."""
    sid = t.cast(t.Any, request).sid
    if not _counted(sid) or sid not in relay.relay.seats:
        return
    who = relay.load_person(relay.relay.seats[sid].token)
    ref = args[0].get("root") if args and isinstance(args[0], dict) else None
    if who is None or not isinstance(ref, str) or len(ref) > 60:
        return
    if event == "here":
        presence.arrive(sid, who, ref)
    elif event == "writing":
        place = args[0].get("place", "")
        presence.writing(sid, who, ref, place if isinstance(place, str) else "")


def register(app: Flask) -> None:
    """Hang the door into the app's Socket.IO server."""

    def connect(auth: t.Any = None) -> bool | None:
        g.app_for_relay = app
        return _connect(auth)

    socketio.on_event("connect", connect)
    socketio.on_event("disconnect", _disconnect)
    socketio.on("*")(_heard)
    if relay.relay.app is not app:  # tests make several apps in one process
        relay.relay.stopping = True
        relay.relay.__init__()  # type: ignore[misc]
        waiting.clear()
        presence.forget()
    database.after_commit(_ring)


def _ring() -> None:
    relay.relay.bell.set()
    bus.ring()
