"""The only place that commits, and references to things; what is said about columns stands in core/columns.py.

The shape of atomic() is forced by two facts. SQLite's own busy timeout sleeps inside C and stops every
greenlet of a web process, so writers wait here, cooperatively. And facts have to be numbered in the order
of their commits, so their insert is the last statement of the transaction (see core/activity.py).
"""

import contextlib
import functools
import logging
import threading
import time
import typing as t

import sqlalchemy as sa
import sqlalchemy.orm as so
from flask import current_app

from app.core.columns import KeptJson as KeptJson
from app.core.columns import UtcDateTime as UtcDateTime
from app.core.columns import known_json as known_json
from app.core.columns import several as several
from app.extensions import BigId as BigId
from app.extensions import Model, db

log = logging.getLogger(__name__)
LARGEST_ID = 2**63 - 1
WAIT_SECONDS = 5.0
_writer = threading.RLock()  # patched by gevent: a waiting greenlet does not stop the loop
_last_steps: list[t.Callable[[so.Session], None]] = []
_after_commit: list[t.Callable[[], None]] = []


def is_sqlite() -> bool:
    """Say whether the database is SQLite."""
    return db.engine.dialect.name == "sqlite"


def last_step(fn: t.Callable[[so.Session], None]) -> None:
    """Register what runs as the last statements of every outer transaction."""
    _last_steps.append(fn)


def last_step_before_facts(fn: t.Callable[[so.Session], None]) -> t.Callable[[so.Session], None]:
    """Register what runs before them: nothing may stand between the numbering of the facts and the commit."""
    _last_steps.insert(0, fn)
    return fn


def after_commit(fn: t.Callable[[], None]) -> None:
    """Register what runs after every commit that recorded facts. It must not raise and not wait."""
    _after_commit.append(fn)


def in_transaction() -> bool:
    """Say whether an atomic() block is open in this session."""
    return "facts" in db.session().info


@contextlib.contextmanager
def atomic() -> t.Iterator[so.Session]:
    """Open the one transaction of an act; an inner call joins the outer one.

    Nothing inside may wait (network, file copy, thread pool): on SQLite all writers stand behind it.
    """
    session = db.session()
    if "facts" in session.info:
        yield session
        return
    with _writer if is_sqlite() else contextlib.nullcontext():
        facts: list[dict[str, t.Any]] = []
        later: list[t.Callable[[], None]] = []
        session.info.update(facts=facts, later=later, audit=[])
        try:
            _begin(session)
            yield session
            session.flush()
            for step in _last_steps:
                step(session)
            session.commit()
        except BaseException:  # GreenletExit too: a killed greenlet leaves nothing half done
            session.rollback()
            raise
        finally:
            for name in COLLECTED:
                session.info.pop(name, None)
    for fn in later:
        _quietly(fn)
    if facts:
        for fn in _after_commit:
            _quietly(fn)


def run(statement: sa.Executable, values: t.Any) -> sa.CursorResult[t.Any]:
    """Run a constant statement over tables on the session's connection: it costs a third less than through the ORM.

    What the session has yet to write is not written first, and models in hand do not hear of it.
    """
    return _connection(db.session()).execute(statement, values, execution_options=_KEPT)


class Compiled:
    """How the statements of run() were compiled, found by the very statement.

    SQLAlchemy finds it by all that a statement says, which has to be hashed at each use.
    """

    MOST = 1000

    def __init__(self) -> None:
        self.known: dict[t.Any, tuple[t.Any, t.Any]] = {}

    def get(self, key: t.Any) -> t.Any:
        """Return what is known; the key holds dialect, statement, names of the values, and how they are sent."""
        found = self.known.get((id(key[1]), key[0], *key[2:]))
        return found and found[1]

    def __setitem__(self, key: t.Any, compiled: t.Any) -> None:
        if len(self.known) >= self.MOST:
            self.known.clear()
        # While the key is held, no other statement gets its id.
        self.known[(id(key[1]), key[0], *key[2:])] = key, compiled


_KEPT: t.Any = {"compiled_cache": Compiled()}


def _connection(session: so.Session) -> sa.Connection:
    """Return the connection of the session's transaction, looked up once for each."""
    transaction, connection = session.info.get("connection", (None, None))
    if connection is None or transaction is not session.get_transaction():
        connection = session.connection()
        session.info["connection"] = session.get_transaction(), connection
    return t.cast(sa.Connection, connection)


def later(fn: t.Callable[[], None]) -> None:
    """Call this after the commit of the transaction that is open; it vanishes with a rollback."""
    db.session().info["later"].append(fn)


COLLECTED = ("facts", "later", "audit")


def collected(back_to: tuple[int, ...] | None = None) -> tuple[int, ...]:
    """Return how many facts, later calls and audit lines are collected so far; given that, drop those that came after.

    For who catches an error of a savepoint: the database takes rows back by itself, these lists it does not know.
    """
    info = db.session().info
    for name, number in zip(COLLECTED, back_to or (), strict=False):
        del info[name][number:]
    return tuple(len(info[name]) for name in COLLECTED)


def _quietly(fn: t.Callable[[], None]) -> None:
    try:
        fn()
    except Exception:
        log.exception("after a commit")


def _begin(session: so.Session) -> None:
    """On SQLite, take the write lock first and wait for other processes without stopping the loop."""
    connection = _connection(session)
    if not is_sqlite():
        return
    end = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            return
        except sa.exc.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > end:
                raise
            time.sleep(0.005)  # another writes; under gevent this lets other requests go on


def prepare_sqlite(connection: t.Any, _record: t.Any) -> None:
    """Set what every SQLite connection needs. Called by SQLAlchemy on connect."""
    if not type(connection).__module__.startswith("sqlite3"):
        return
    cursor = connection.cursor()
    for line in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "cache_size=-16000",
        "mmap_size=134217728",
    ):
        cursor.execute(f"PRAGMA {line}")
    cursor.close()


def engine_options(url: str, role: str) -> dict[str, t.Any]:
    """Return the engine's options for a database address and a process role (web, jobs, cli)."""
    if url.startswith("sqlite"):
        # Short in the web process, where a wait in C would stop all sockets; patient elsewhere.
        timeout = 0.02 if role == "web" else 5.0
        return {"connect_args": {"timeout": timeout}, "pool_size": 20, "max_overflow": 80}
    return {"pool_size": 20, "max_overflow": 20, "pool_pre_ping": True}


# --- references -------------------------------------------------------------------------------------------

_kinds: dict[str, type[Model]] = {}


def known_as(kind: str, model: type[Model]) -> None:
    """Let references of this kind ("thread:12") be found in this table."""
    _kinds[kind] = model


def kinds() -> list[str]:
    """Return all kinds of things that references name."""
    return list(_kinds)


def model_of(kind: str) -> t.Any:
    """Return the table of a kind."""
    return _kinds[kind]


def split_ref(ref: str) -> tuple[str, int] | None:
    """Return kind and number of a reference, None where it is not one."""
    kind, _, number = ref.partition(":")
    if kind in _kinds and number.isascii() and number.isdigit() and int(number) <= LARGEST_ID:
        return kind, int(number)
    return None


def locate(ref: str) -> t.Any:
    """Return the thing that a reference names, None where there is none. Asks no rule."""
    found = split_ref(ref)
    return db.session.get(_kinds[found[0]], found[1]) if found else None


def get_or_none(model: type[Model], number: int) -> t.Any:
    """Return one row by its number; numbers over 2^63 are simply not there."""
    return db.session.get(model, number) if 0 < number <= LARGEST_ID else None


def upsert(model: type[Model] | sa.Table) -> t.Any:
    """Return an INSERT of this database that understands on_conflict_do_nothing / _update."""
    if is_sqlite():
        from sqlalchemy.dialects.sqlite import insert as sqlite_insert

        return sqlite_insert(model)
    from sqlalchemy.dialects.postgresql import insert as postgres_insert

    return postgres_insert(model)


def built(fn: t.Callable[[], t.Any]) -> t.Callable[[], t.Any]:
    """Decorator: build a statement once for each kind of database. Building costs more than running it."""
    kept: dict[bool, t.Any] = {}

    @functools.wraps(fn)
    def get() -> t.Any:
        kind = is_sqlite()
        if kind not in kept:
            kept[kind] = fn()
        return kept[kind]

    return get


def setting(name: str) -> t.Any:
    """Return a setting of the running app."""
    return current_app.config[name]
