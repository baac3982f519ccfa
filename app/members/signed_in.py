"""The signed-in person, read by one statement: session, person, seats, and what other rooms add."""

import datetime as dt
import functools
import hashlib
import typing as t

import sqlalchemy as sa
from flask import g
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from app.core import clock
from app.core.audience import (
    MEMBERS,
    PUBLIC,
    STEWARDS,
    keepers_room,
    moderators_room,
    organisation_room,
    person_room,
)
from app.core.database import atomic, run, setting
from app.core.policy import Group, Me, Visitor, Voice
from app.core.text import slug
from app.extensions import db
from app.members.models import Login, Organisation, Person, Seat

FIELD, ROW = "\x1f", "\x1e"
SEEN_EVERY = dt.timedelta(minutes=5)
_login, _person, _seat, _org = Login.__table__, Person.__table__, Seat.__table__, Organisation.__table__


class Gathered(FunctionElement[str]):
    """Rows aggregated into one text. All its constants are written into the statement: binding them costs time."""

    inherit_cache = True
    type = sa.Text()


@compiles(Gathered, "sqlite")
def _on_sqlite(element: t.Any, compiler: t.Any, **kw: t.Any) -> str:
    return f"group_concat({compiler.process(element.clauses, **kw)}, '{ROW}')"


@compiles(Gathered)
def _elsewhere(element: t.Any, compiler: t.Any, **kw: t.Any) -> str:
    return f"string_agg({compiler.process(element.clauses, **kw)}, '{ROW}')"


def gathered(*columns: t.Any) -> t.Any:
    """Return columns as one text for all rows; rows_of() takes it apart."""
    result: t.Any = sa.cast(columns[0], sa.Text)
    for column in columns[1:]:
        result = result + sa.literal_column(f"'{FIELD}'", sa.Text) + sa.cast(column, sa.Text)
    return Gathered(result)


def rows_of(value: str | None) -> list[list[str]]:
    """Return the rows that were aggregated into one text."""
    return [row.split(FIELD) for row in value.split(ROW)] if value else []


def _flag(column: t.Any) -> t.Any:
    return sa.case((column, sa.literal_column("'1'")), else_=sa.literal_column("'0'"))


_seats = (
    sa.select(
        gathered(
            _flag(_seat.c.primary), _org.c.id, _org.c.name, _org.c.form, _org.c.code, _org.c.place,
            _flag(_seat.c.may_publish), _seat.c.title, sa.func.coalesce(_seat.c.before_id, sa.literal_column("0")),
            _flag(_seat.c.may_answer),
        )
    )
    .where(_seat.c.person_id == _person.c.id, _seat.c.ended.is_(None), _org.c.id == _seat.c.organisation_id)
    .scalar_subquery()
)  # fmt: skip
_groups: t.Any = sa.null()
_count: t.Any = sa.literal_column("0", sa.Integer)
_statement: t.Any = None


def add_groups(subquery: t.Any) -> None:
    """Let the spaces' room add a person's memberships (id, role, kind, name), correlated to `person`."""
    global _groups, _statement
    _groups, _statement = subquery, None


def add_count(subquery: t.Any) -> None:
    """Let the messages' room add how many conversations hold something unread, correlated to `person`."""
    global _count, _statement
    _count, _statement = subquery, None


def _columns() -> list[t.Any]:
    return [
        _person.c.id, _person.c.name, _person.c.handle, _person.c.language, _person.c.timezone, _person.c.theme,
        _person.c.shortcuts, _person.c.presence, _person.c.steward, _person.c.moderator, _person.c.unread,
        _person.c.unread_threads, _person.c.second, _person.c.terms, _person.c.welcome,
        _count.label("unread_messages"), _seats.label("seats"), _groups.label("groups"),
    ]  # fmt: skip


def _built() -> t.Any:
    global _statement
    if _statement is None:
        _statement = (
            sa.select(_login.c.id, _login.c.token, *_columns(), _login.c.seen)
            .join_from(_login, _person, _person.c.id == _login.c.person_id)
            .where(
                _login.c.token == sa.bindparam("token"), _login.c.ended.is_(None), _person.c.state == "active",
                _login.c.seen > sa.bindparam("oldest"),
            )
        )  # fmt: skip
    return _statement


def hashed(token: str) -> str:
    """Return what the database keeps of a secret that a cookie or a mail holds."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def load(token: str) -> Me | None:
    """Return the person of a session, None where it is over. The argument is the hash that the row keeps."""
    row = run(_built(), {"token": token, "oldest": oldest()}).first()
    if row is None:
        return None
    *values, g.login_seen = row
    return _me(*values)


def oldest() -> dt.datetime:
    """Return the moment before which an unused session is over."""
    return clock.now() - dt.timedelta(days=setting("SESSION_IDLE_DAYS"))


def as_person(person_id: int) -> Me:
    """Return a person as an actor without a session: for commands, readers and the demo network."""
    row = db.session.execute(sa.select(*_columns()).where(_person.c.id == person_id)).one()
    return _me(0, "", *row)


@functools.lru_cache(512)
def _me(
    login_id: int, token: str, number: int, name: str, handle: str, language: str, timezone: str, theme: str,
    shortcuts: bool, shown: bool, steward: bool, moderator: bool, unread: int, unread_threads: int,
    second: bool, terms: int, welcome: str, unread_messages: int,
    seat_rows: str | None, group_rows: str | None,
) -> Me:  # fmt: skip
    """Return the person of a row, made once for equal rows: the row itself is read at each request."""
    seats = tuple(_voice(fields) for fields in sorted(rows_of(seat_rows), reverse=True))
    groups = tuple(sorted((_group(fields) for fields in rows_of(group_rows)), key=lambda g: (g.kind, g.name)))
    rooms = {PUBLIC, MEMBERS, person_room(number), *(organisation_room(seat.id) for seat in seats)}
    rooms.update(f"space:{group.id}" for group in groups)
    rooms.update(keepers_room(group.id) for group in groups if group.role == "facilitator")
    rooms.update(moderators_room(group.id) for group in groups if group.role in ("facilitator", "moderator"))
    if steward or moderator:
        rooms.add(STEWARDS)
    offices = (steward, moderator, second, terms, welcome)
    mine = (
        unread,
        unread_threads,
        unread_messages,
        name,
        handle,
        language,
        theme,
        shortcuts,
        offices,
        seats,
        groups,
    )
    return Me(
        id=number, name=name, handle=handle, language=language, timezone=timezone, theme=theme,
        shortcuts=shortcuts, shown=shown, steward=steward, moderator=moderator, unread=unread,
        unread_threads=unread_threads, unread_messages=unread_messages, second=second, terms=terms, welcome=welcome,
        login_id=login_id, login_token=token, seats=seats, groups=groups,
        rooms=frozenset(rooms), version=hashed(repr((login_id, timezone, mine))),
    )  # fmt: skip


def _voice(fields: list[str]) -> Voice:
    primary, number, name, kind, code, place, may_publish, title, before, may_answer = fields
    url = f"/members/{number}-{slug(place or name)}"
    return Voice(
        int(number), name, kind, code, url, may_publish == "1", title, primary == "1", int(before), may_answer == "1"
    )  # fmt: skip


def _group(fields: list[str]) -> Group:
    number, role, kind, name = fields
    return Group(int(number), name, f"/groups/{number}-{slug(name)}", role, kind)


def touch(who: Me | Visitor) -> bool:
    """Note that a session was used, at most every few minutes, so that idle ones can end; say whether it was due."""
    if not isinstance(who, Me) or g.get("login_seen", clock.now()) > clock.now() - SEEN_EVERY:
        return False
    with atomic():
        mine = sa.update(Login).where(Login.id == who.login_id).values(seen=clock.now())
        db.session.execute(mine.execution_options(synchronize_session=False))
    return True
