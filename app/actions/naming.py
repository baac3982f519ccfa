"""What people write in a form about other things, made out: members by name or code, things by their address here."""

import re
import typing as t

import sqlalchemy as sa

from app.core import addresses
from app.core.audience import Thing, Viewer, bound, in_sight
from app.core.database import run
from app.members.models import Organisation
from app.members.names import fold

# What a joint action can come from, and what shows how it goes.
TIED = ("thread", "document", "action", "event", "update")
CODE = re.compile(r"(?:.*\()?([A-Z]{3})\)?")
BETWEEN = re.compile(r"[;\n،؛]")
MOST = 40
_o = Organisation.__table__
_NAMED = sa.select(_o.c.id, _o.c.name, _o.c.code, _o.c.handle, _o.c.sort_key).where(
    in_sight(_o.c.audience_id),
    sa.or_(*(_o.c[column].in_(sa.bindparam(column, expanding=True)) for column in ("code", "handle", "sort_key", "name"))),
)  # fmt: skip
_BY_NUMBER = sa.select(_o.c.id, _o.c.name, _o.c.code).where(
    _o.c.id.in_(sa.bindparam("numbers", expanding=True)), in_sight(_o.c.audience_id)
)


def parted(text: str) -> list[str]:
    """Return the names in a field: one a line, or with semicolons between."""
    return [part for part in (" ".join(piece.split()) for piece in BETWEEN.split(text)) if part][:MOST]


def organisations(names: t.Sequence[str], viewer: Viewer) -> tuple[list[int], list[str]]:
    """Return the members that are named, by code, @handle or name, as far as who asks sees them; and what is none."""
    if not names:
        return [], []
    asked = {
        "code": [match[1] for name in names if (match := CODE.fullmatch(name))],
        "handle": [name.removeprefix("@").lower() for name in names], "sort_key": [fold(name) for name in names],
        "name": list(names),
    }  # fmt: skip
    rows = run(_NAMED, {**bound(viewer), **asked}).all()
    found = [_one(name, rows) for name in names]
    wrong = [name for name, number in zip(names, found, strict=True) if number is None]
    return [number for number in dict.fromkeys(found) if number is not None], wrong


def _one(name: str, rows: t.Sequence[t.Any]) -> int | None:
    """Return the member that a name means: the code says it for certain, then the handle, then the name."""
    match = CODE.fullmatch(name)
    tests: tuple[t.Callable[[t.Any], bool], ...] = (
        lambda row: match is not None and row.code == match[1],
        lambda row: row.handle == name.removeprefix("@").lower(),
        lambda row: row.name == name,
        lambda row: row.sort_key == fold(name),
    )
    return next((row.id for test in tests for row in rows if test(row)), None)


def written(numbers: t.Collection[int], viewer: Viewer) -> list[str]:
    """Return members as the form shows them: name and code."""
    rows = run(_BY_NUMBER, {**bound(viewer), "numbers": list(numbers)}).all() if numbers else []
    return [f"{row.name} ({row.code})" for row in sorted(rows, key=lambda row: fold(row.name))]


def thing_at(address: str, viewer: Viewer, kinds: t.Collection[str] = TIED) -> Thing | None:
    """Return what an action can be tied to at an address of this site, if who asks sees it; None for anything else."""
    return addresses.thing_at(address, viewer, kinds)
