"""The secretariat's side: publishing an edition, and who has accepted it."""

import typing as t

from flask import Blueprint, Response, abort, request

from app.core import audit, languages, once, pages, tables
from app.core.database import LARGEST_ID, atomic
from app.core.languages import _
from app.core.policy import person, require, ruled
from app.terms import acts, gate, queries
from app.terms.forms import edition_form
from app.terms.models import Edition

bp = Blueprint("terms_admin", __name__)
PAGE, BATCH = "/admin/terms", 500
HEAD = ("person", "name", "organisation", "accepted", "language")


@bp.get(PAGE)
@ruled("admin.terms")
def index() -> Response:
    """Show the editions."""
    require("admin.terms", True)
    everybody, accepted = queries.counts(gate.newest())
    return pages.page(
        "terms/editions.html",
        place="admin",
        editions=queries.editions(),
        everybody=everybody,
        accepted=accepted,
    )


@bp.route(f"{PAGE}/new", methods=["GET", "POST"])
@ruled("admin.terms")
def new() -> Response:
    """Write a new edition, beginning with the words of the one that holds."""
    require("admin.terms", True)
    newest = gate.newest()
    before = {
        code: words.body for code in queries.in_languages(newest) if (words := queries.words(newest, code))
    }
    form = edition_form(request.form if request.method == "POST" else None, before)
    if request.method == "GET" or not form.validate():
        status = 200 if request.method == "GET" else 422
        return pages.page(
            "terms/new.html", status, place="admin", form=form, codes=languages.offered(), error=status != 200
        )
    words = {code: (form[f"body_{code}"].data, form[f"news_{code}"].data) for code in languages.offered()}
    written = {code: pair for code, pair in words.items() if pair[0]}

    def publish() -> str:
        return f"{PAGE}/{acts.publish(person(), written)}"

    return pages.acted(
        "admin.terms", publish, _("The new edition is published. Everybody is asked to accept it.")
    )


def _found(number: int) -> Edition:
    require("admin.terms", True)
    return queries.edition(number) or abort(404)


@bp.get(f"{PAGE}/<int:number>")
@ruled("admin.terms")
def report(number: int) -> Response:
    """Show who has accepted an edition, and who has not yet."""
    one, open_only = _found(number), request.args.get("show") == "open"
    after = request.args.get("after", "")
    at = min(int(after), LARGEST_ID) if after.isascii() and after.isdigit() and len(after) < 20 else 0
    rows = queries.report(number, open_only, at)
    everybody, accepted = queries.counts(number)
    base = f"{PAGE}/{number}?{'show=open&' if open_only else ''}"
    return pages.page(
        "terms/report.html", place="admin", edition=one, rows=rows[: queries.PAGE], open_only=open_only,
        everybody=everybody, accepted=accepted, newest=gate.newest(), own_name=languages.own_name,
        older=f"{base}after={rows[queries.PAGE - 1].id}" if len(rows) > queries.PAGE else "", first=not at, start=base.rstrip("?&"),
    )  # fmt: skip


@bp.post(f"{PAGE}/<int:number>/export")
@ruled("admin.terms")
def export(number: int) -> Response:
    """Send the report as a table; that it was taken stands in the record of changes."""
    one, who = _found(number), person()

    def noted() -> str:
        with atomic():
            audit.note(who, "terms.exported", f"terms:{one.id}")
        return PAGE

    once.once(who.id, "admin.terms_export", noted)

    def some(after: int | None) -> tuple[list[tuple[t.Any, ...]], int]:
        rows = queries.report(number, False, after or 0, BATCH)[:BATCH]
        return [_cells(row) for row in rows], rows[-1].id if rows else 0

    return tables.answer(f"terms-{number}", HEAD, some)


def _cells(row: t.Any) -> tuple[t.Any, ...]:
    return row.id, row.name, row.organisation, row.at.isoformat() if row.at else "", row.language
