"""Overview and the record of changes."""

import typing as t
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, request

from app.admin import queries, words
from app.core import clock, health, live, pages
from app.core.database import LARGEST_ID, is_sqlite
from app.core.policy import me, require, ruled
from app.core.text import clean_line

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
        "admin/overview.html", place="admin", health=health.state(), counts=queries.counts(), untold=queries.untold(),
        mails=queries.mails("", None, 5)[:5], changes=rows, known=_known(rows), words=words, now=clock.now(),
        database="SQLite" if is_sqlite() else "PostgreSQL", sockets=len(live.relay.seats),
        storage="S3" if config["FILES_URL"].startswith("s3") else "", redis=bool(config["REDIS_URL"]),
        smtp=bool(config["MAIL_URL"]),
    )  # fmt: skip


@bp.get("/admin/audit")
@ruled("admin.audit")
def audit() -> Response:
    """Show the record of changes, newest first; by act and by person."""
    require("admin.audit", True)
    act, handle = clean_line(request.args.get("act"))[:60], clean_line(request.args.get("person"))[:60]
    handle = handle.removeprefix("@").lower()
    person_id = queries.person_of(handle) or 0 if handle else None
    found = queries.changes(act, person_id, cursor(request.args.get("before")))
    shown = found[: queries.PAGE]
    more = {"act": act, "person": handle, "before": shown[-1].id} if len(found) > queries.PAGE else None
    return pages.page(
        "admin/audit.html", place="admin", changes=shown, known=_known(shown), words=words, act=act, handle=handle,
        older=f"/admin/audit?{urlencode({k: v for k, v in more.items() if v})}" if more else "",
        first="before" not in request.args,
    )  # fmt: skip


def _known(rows: list[t.Any]) -> dict[str, tuple[str, str]]:
    refs = [row.ref for row in rows]
    for kind in ("person", "organisation"):
        refs += [f"{kind}:{row.data[kind + '_id']}" for row in rows if kind + "_id" in row.data]
    return queries.titles(me().viewer, refs)
