"""The relay: tells a process's sockets what happens, and the newcomers among them what they missed.

Each web process runs one, a greenlet that reads the facts in order and pushes them to its own sockets.
It alone fills rooms and it alone pushes, so that catching up and pushing cannot race. A push says that
something is there (number, verb, reference); the page fetches the words through the ordinary rule.
"""

import collections
import logging
import threading
import time
import typing as t

import sqlalchemy as sa
from flask import Flask

from app.core import activity, bus, lines, policy, presence
from app.core.audience import rooms_of
from app.extensions import db, socketio

log = logging.getLogger(__name__)
BATCH = 200
MOST_MISSED = 2000
NEWCOMERS_A_TURN = 50
IDLE_LOOK = 60.0
# Set by the members' room: the session's person by token, asked anew; None where the session is over.
load_person: t.Callable[[str], policy.Me | None] = lambda token: None


class Seat:
    """What the relay knows of one socket."""

    __slots__ = ("events", "person_id", "rooms", "sid", "since", "token")

    def __init__(self, sid: str, person_id: int, token: str) -> None:
        self.sid, self.person_id, self.token = sid, person_id, token
        self.rooms: frozenset[str] = frozenset()
        self.events, self.since = 0, time.monotonic()


class Relay:
    """Reads facts after its own bookmark, in order, and pushes them to this process's sockets."""

    def __init__(self) -> None:
        self.bell = threading.Event()
        self.turning = threading.Lock()  # whoever turns (its own loop, or a test), each fact is pushed once
        self.newcomers: collections.deque[tuple[Seat, int | None]] = collections.deque()
        self.seats: dict[str, Seat] = {}
        self.at = 0
        self.app: Flask | None = None
        self.looked = time.monotonic()
        self.lines: set[str] = set()  # lines without a socket on them when we last looked

    def start(self, app: Flask) -> None:
        """Start with the first socket of the process; commands and migrations never do."""
        if self.app is not None:
            return
        at = activity.highest()  # first: where the database is away the next socket starts it
        if self.app is not None:  # another one did meanwhile
            return
        self.app, self.at, self.stopping = app, at, False
        if app.testing:
            return  # a test turns the relay itself, when it wants to
        socketio.start_background_task(self.run)
        bus.listen(app, self.bell, lambda: self.stopping)

    def run(self) -> None:
        """Turn for ever; an error is logged and followed by a short rest."""
        assert self.app is not None
        while not self.stopping:
            self.bell.wait(1.0)  # rung by a commit, or once a second
            self.bell.clear()
            try:
                with self.app.app_context():
                    while self.turn():
                        pass
                    self.look_for_idle()
            except Exception:
                log.exception("the relay")
                time.sleep(0.2)  # a fault that lasts fills neither the log nor the processor

    def turn(self) -> bool:
        """Push one batch, then let newcomers in; say whether there may be more."""
        with self.turning:
            return self._turn()

    def _turn(self) -> bool:
        facts = activity.facts_after(self.at, BATCH)
        db.session.rollback()  # give the connection back before pushing
        for fact in facts:
            self._guarded(self.push, fact)
            self.at = fact.id
        for _ in range(min(NEWCOMERS_A_TURN, len(self.newcomers))):
            self._guarded(self.let_in, *self.newcomers[0])
            self.newcomers.popleft()  # only now: while the database is away nobody is forgotten
        db.session.rollback()
        return bool(facts or self.newcomers)

    def _guarded(self, fn: t.Callable[..., None], *args: t.Any) -> None:
        """One fact or one socket that fails stops nobody else; only a database that is away does."""
        try:
            fn(*args)
        except sa.exc.OperationalError:
            raise
        except Exception:
            log.exception("the relay, at fact %s", self.at)

    def push(self, fact: t.Any) -> None:
        """Tell the rooms of a fact, or apply it where it changes who may hear."""
        handler = _handlers.get(fact.verb)
        if handler:
            handler(fact)
            return
        tell("fact", item(fact), rooms_of(fact.audience_id))

    def let_in(self, seat: Seat, after: int | None) -> None:
        """Send a newcomer what it missed, then let it into its rooms. The session is asked again first."""
        who = load_person(seat.token) if seat.sid in waiting else None
        if who is None:
            hang_up(seat.sid)
            return
        if after is not None and after < self.at:
            self.catch_up(seat, who, after)
        if seat.sid not in waiting:
            return  # it went while it caught up
        self.seats[seat.sid] = seat
        self.seat_rooms(seat, who.rooms)
        send("ready", {"at": self.at}, seat.sid)

    def catch_up(self, seat: Seat, who: policy.Me, after: int) -> None:
        """Send what was said to this person's rooms since a number; after a long gap ask the page to reload."""
        sent = 0
        while True:
            facts = activity.facts_after(after, BATCH, upto=self.at, rooms=who.rooms)
            for fact in facts:
                if fact.verb not in _handlers:
                    send("fact", item(fact), seat.sid)
                elif fact.verb == "thing.gone" and who.rooms.isdisjoint(fact.data["kept"]):
                    send("gone", {"refs": fact.data["refs"]}, seat.sid)
                after = fact.id
            sent += len(facts)
            if len(facts) < BATCH:
                return
            if sent >= MOST_MISSED:
                send("reload", {}, seat.sid)
                return

    def seat_rooms(self, seat: Seat, rooms: frozenset[str]) -> None:
        """Enter and leave the difference, in this process."""
        for room in rooms - seat.rooms:
            socketio.server.enter_room(seat.sid, room)
        for room in seat.rooms - rooms:
            socketio.server.leave_room(seat.sid, room)
        if seat.rooms - rooms:
            presence.recheck(seat.sid)
        seat.rooms = rooms

    def reseat(self, person_id: int) -> None:
        """Ask for the rooms of a person's sockets anew; those whose session is over are hung up."""
        for seat in [s for s in self.seats.values() if s.person_id == person_id]:
            who = load_person(seat.token)
            if who is None:
                hang_up(seat.sid)
            else:
                self.seat_rooms(seat, who.rooms)
                presence.show(seat.sid, who)

    def close(self, tokens: t.Iterable[str]) -> None:
        """Hang up the sockets of ended sessions."""
        ended = set(tokens)
        for seat in [s for s in self.seats.values() if s.token in ended]:
            hang_up(seat.sid)

    def look_for_idle(self) -> None:
        """Once a minute: a session that ran out closes its sockets too."""
        if time.monotonic() - self.looked < IDLE_LOOK:
            return
        self.looked = time.monotonic()
        for token in {seat.token for seat in self.seats.values()}:
            if load_person(token) is None:
                self.close([token])
        self.lines = lines.close_idle(self.lines)


relay = Relay()
_handlers: dict[str, t.Callable[[t.Any], None]] = {}


def on_fact(verb: str) -> t.Callable[[t.Callable[[t.Any], None]], t.Callable[[t.Any], None]]:
    """Register what a relay does with a fact instead of pushing it: facts that change who may hear."""

    def keep(fn: t.Callable[[t.Any], None]) -> t.Callable[[t.Any], None]:
        _handlers[verb] = fn
        return fn

    return keep


def quiet_verbs() -> frozenset[str]:
    """The verbs that only steer the relay and are never shown."""
    return frozenset(_handlers)


def item(fact: t.Any) -> dict[str, t.Any]:
    """Return what is pushed of a fact: no words, no names."""
    return {"id": fact.id, "verb": fact.verb, "ref": fact.subject, "root": fact.root}


def tell(event: str, data: dict[str, t.Any], rooms: t.Collection[str]) -> None:
    """Push to the sockets of this process that sit in one of the rooms, each once.

    An empty set raises: to Socket.IO "no room" means everybody.
    """
    if not rooms:
        raise ValueError("a push needs a room")
    socketio.server.emit(event, data, room=list(rooms), ignore_queue=True)


def send(event: str, data: dict[str, t.Any], sid: str) -> None:
    """Push to one socket of this process."""
    socketio.server.emit(event, data, to=sid, ignore_queue=True)


def hang_up(sid: str) -> None:
    """Close one socket of this process, and the line that it came over: who is put out says nothing more."""
    relay.seats.pop(sid, None)
    line = socketio.server.manager.eio_sid_from_sid(sid, "/")
    socketio.server.disconnect(sid, ignore_queue=True)
    lines.close(line)


@on_fact("seat.changed")
def _seat_changed(fact: t.Any) -> None:
    relay.reseat(fact.data["person_id"])


@on_fact("login.ended")
def _login_ended(fact: t.Any) -> None:
    relay.close(fact.data["tokens"])


@on_fact("thing.gone")
def _gone(fact: t.Any) -> None:
    """A thing left the sight of some rooms: who sees it no more hears its references, nothing else."""
    lost, kept = rooms_of(fact.audience_id), fact.data["kept"]
    for seat in list(relay.seats.values()):
        if not seat.rooms.isdisjoint(lost) and seat.rooms.isdisjoint(kept):
            send("gone", {"refs": fact.data["refs"]}, seat.sid)
    for ref in fact.data["refs"]:
        presence.close(ref)


waiting: dict[str, Seat] = {}
