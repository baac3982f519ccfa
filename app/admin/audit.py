"""The record of changes: read by act, person and thing; as a table; and checked line by line."""

import datetime as dt
import json
import typing as t
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from app.admin import queries, words
from app.admin.routes import cursor, known_things
from app.core import audit, clock, database, jobs, once, pages, site, tables
from app.core.database import atomic
from app.core.languages import _
from app.core.policy import person, require, ruled
from app.core.text import clean_line

bp = Blueprint("audit", __name__)
PAGE, BATCH = "/admin/audit", 500
HEAD = ("number", "time", "person", "name", "act", "thing", "data", "seal")


class Asked(t.NamedTuple):
    """What of the record is asked for."""

    act: str
    handle: str
    about: str

    @property
    def person_id(self) -> int | None:
        """The person whose acts are asked for; 0 where nobody has the handle."""
        return queries.person_of(self.handle) or 0 if self.handle else None


def _asked() -> Asked:
    require("admin.audit", True)
    act, handle, about = (clean_line(request.values.get(name))[:60] for name in ("act", "person", "about"))
    return Asked(act, handle.removeprefix("@").lower(), about)


@bp.get(PAGE)
@ruled("admin.audit")
def index() -> Response:
    """Show the record of changes, newest first."""
    asked = _asked()
    found = queries.changes(asked.act, asked.person_id, cursor(request.args.get("before")), about=asked.about)
    shown = found[: queries.PAGE]
    more = {"act": asked.act, "person": asked.handle, "about": asked.about, "before": shown[-1].id} if len(
        found
    ) > queries.PAGE else None  # fmt: skip
    return pages.page(
        "admin/audit.html", place="admin", changes=shown, known=known_things(shown), words=words, act=asked.act,
        handle=asked.handle, about=asked.about, checked=last_check(),
        older=f"{PAGE}?{urlencode({k: v for k, v in more.items() if v})}" if more else "",
        first="before" not in request.args,
    )  # fmt: skip


@bp.post(f"{PAGE}/export")
@ruled("admin.audit")
def export() -> Response:
    """Send what is asked for as a table, while it is read. The export itself stands in the record."""
    asked, who = _asked(), person()

    def noted() -> str:
        with atomic():
            audit.note(who, "audit.exported", "site:1", **{k: v for k, v in asked._asdict().items() if v})
        return PAGE

    once.once(who.id, "admin.audit_export", noted)
    person_id = asked.person_id

    def some(before: int | None) -> tuple[list[tuple[t.Any, ...]], int]:
        rows = queries.changes(asked.act, person_id, before, BATCH, asked.about)[:BATCH]
        return [_cells(row) for row in rows], rows[-1].id if rows else 0

    return tables.answer("record-of-changes", HEAD, some)


def _cells(row: t.Any) -> tuple[t.Any, ...]:
    data = json.dumps(row.data, ensure_ascii=False, sort_keys=True) if row.data else ""
    return (row.id, row.at.isoformat(), row.actor_id, row.name, row.act, row.ref, data, row.seal)


@bp.post(f"{PAGE}/check")
@ruled("admin.audit")
def check() -> Response:
    """Let the job process walk the record."""
    require("admin.audit", True)
    who = person()

    def asked() -> str:
        with atomic():
            audit.note(who, "audit.checked", "site:1")
            database.later(lambda: jobs.enqueue("check-audit"))
        return PAGE

    return pages.acted(
        "admin.audit_check", asked, _("The record is being checked. The result stands here in a moment.")
    )


@jobs.task("check-audit")
def check_now() -> None:
    """Walk the record and keep what was found."""
    found = audit.check()
    with atomic():
        site.write(
            "audit_checked", json.dumps({**found._asdict(), "at": clock.now().isoformat()}), told=False
        )


@jobs.hourly
def check_daily() -> None:
    """Walk it once a day."""
    last = last_check()
    if last is None or clock.now() - last["at"] > dt.timedelta(days=1):
        check_now()


def last_check() -> dict[str, t.Any] | None:
    """Return what the last check found, None where there was none."""
    kept = site.read("audit_checked")
    found: dict[str, t.Any] | None = json.loads(kept) if kept else None
    return {**found, "at": dt.datetime.fromisoformat(found["at"])} if found else None
