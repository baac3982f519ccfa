"""Overview: how the site is."""

import typing as t

from flask import Blueprint, Response, current_app

from app.admin import queries, words
from app.arrivals import asked
from app.arrivals import words as joining
from app.core import clock, health, pages, relay
from app.core.database import LARGEST_ID, is_sqlite
from app.core.policy import me, person, require, ruled

bp = Blueprint("admin", __name__)


def cursor(value: str | None) -> int | None:
    """Return the number that a list goes on from; anything that is none counts as absent."""
    good = value is not None and value.isascii() and value.isdigit() and len(value) < 20
    return min(int(value), LARGEST_ID) if value and good else None


@bp.get("/admin")
@ruled("admin.read")
def overview() -> Response:
    """Show how the site is: what works, what waits, what failed, what changed."""
    require("admin.read", True)
    config = current_app.config
    rows = queries.changes("", None, None, 5)[:5]
    return pages.page(
        "admin/overview.html", place="admin", health=health.state(), upkeep=health.upkeep(),
        counts=queries.counts(), untold=queries.untold(),
        waiting=asked.waiting(person()), requests=asked.requests(person(), "", None)[:5], stages=joining.STAGES,
        mails=queries.mails("", None, 5)[:5], changes=rows, known=known_things(rows), words=words, now=clock.now(),
        database="SQLite" if is_sqlite() else "PostgreSQL", sockets=len(relay.relay.seats),
        storage="S3" if config["FILES_URL"].startswith("s3") else "", redis=bool(config["REDIS_URL"]),
        smtp=bool(config["MAIL_URL"]),
    )  # fmt: skip


def known_things(rows: list[t.Any]) -> dict[str, tuple[str, str]]:
    """Return title and address of what lines of the record speak of, as far as the reader may see it."""
    refs = [row.ref for row in rows]
    for kind in ("person", "organisation"):
        refs += [f"{kind}:{row.data[kind + '_id']}" for row in rows if kind + "_id" in row.data]
    refs += [row.data["thing"] for row in rows if isinstance(row.data.get("thing"), str)]
    return queries.titles(me().viewer, refs)
