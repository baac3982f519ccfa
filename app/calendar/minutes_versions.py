"""The versions of a part of minutes, as a page shows them."""

import datetime as dt
import typing as t

import sqlalchemy as sa

from app.calendar.minutes_models import MinutesPart, MinutesVersion
from app.core import merging
from app.extensions import db

MOST_VERSIONS = 60
TOGETHER = dt.timedelta(minutes=10)  # what one person saves within this is shown as one version


class Version(t.NamedTuple):
    """What a part said at a time, and what had changed since the version before."""

    number: int
    by: dict[str, str]
    at: dt.datetime
    lines: list[merging.Line]


def versions(part: MinutesPart) -> list[Version]:
    """Return the versions of a part, the newest first; those that one person saved shortly after each other as one."""
    mine = sa.select(MinutesVersion).where(MinutesVersion.part_id == part.id).order_by(MinutesVersion.number)
    kept: list[MinutesVersion] = []
    for one in db.session.scalars(mine) if part.id else ():
        if kept and kept[-1].by_id == one.by_id and one.at - kept[-1].at <= TOGETHER:
            kept.pop()
        kept.append(one)
    texts: list[str | None] = [None, *(one.text for one in kept)]
    found = [
        Version(one.number, one.by, one.at, merging.compared(texts[place], one.text))
        for place, one in list(enumerate(kept))[-MOST_VERSIONS:]
    ]
    return found[::-1]
