"""Members as a table for spreadsheets (CSV)."""

import csv
import io
import typing as t

import sqlalchemy as sa
from flask import Response

from app.arrivals.member_columns import OURS
from app.atlas import entries, roll
from app.atlas.entries import Found
from app.core.audience import MEMBERS, Viewer, bound, in_sight
from app.core.database import setting
from app.core.languages import _
from app.core.text import slug
from app.extensions import db
from app.members import names, profile, sight
from app.members.models import Organisation, Person
from app.members.organisation_forms import PARTNERS
from app.members.queries import Coalition

FORMULAS = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
    "|",
    "%",
)  # a spreadsheet would reckon a cell that begins so
PLACES = "GeoNames, CC BY 4.0"
_o, _p = Organisation.__table__, Person.__table__
_SEEN = sa.select(
    _o.c.id, _o.c.form, _o.c.code, _o.c.name, _o.c.place, _o.c.country, _o.c.region, _o.c.coalition, _o.c.standing,
    _o.c.population_band, _o.c.facts, _o.c.lat, _o.c.lon, _o.c.timezone, _o.c.website, _o.c.about, _o.c.lead, _o.c.acceded,
    _o.c.commitments,
).where(in_sight(_o.c.audience_id), _o.c.standing != "other")  # fmt: skip


def harmless(value: t.Any) -> t.Any:
    """Return a cell that no spreadsheet takes for a formula; numbers stay numbers."""
    if isinstance(value, str) and value.lstrip(" ").startswith(FORMULAS):
        return f"'{value}"
    return value


def answer(name: str, head: t.Sequence[t.Any], rows: t.Iterable[t.Sequence[t.Any]]) -> Response:
    """Return rows as a file; the mark at its start tells spreadsheets that it is UTF-8."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow([str(cell) for cell in head])
    table.writerows([harmless(cell) for cell in row] for row in rows)
    made = Response("\ufeff" + text.getvalue(), mimetype="text/csv")
    made.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    made.headers["Cache-Control"] = "private, no-store"
    return made


def organisations(viewer: Viewer, found: Found, groups: dict[str, Coalition]) -> Response:
    """Return all that fit, in the order of the list."""
    rows = {row.id: row for row in db.session.execute(_SEEN, bound(viewer))}
    themes, languages = roll.ties("")
    known = {key: profile.label(labels) for key, labels in entries.index().themes.items()}
    shown = ((rows[number], groups.get(rows[number].coalition)) for number in found.ids if number in rows)
    lines = (
        _line(
            row,
            group,
            [known[key] for key in themes.get(row.id, ()) if key in known],
            languages.get(row.id, ()),
        )
        for row, group in shown
    )
    return answer("members", [head for _meaning, head in OURS], lines)


def _line(
    row: t.Any, group: Coalition | None, themes: t.Sequence[str], languages: t.Sequence[str]
) -> list[t.Any]:
    """Return one member: what a list that is taken in can say of it, in the reader's words; and its address here."""
    facts = row.facts or {}
    kind = facts.get("kind", "")
    return [
        row.name, row.place, str(names.kind_word(row.form)), row.code, row.country, names.country(row.country),
        names.region(row.region), group.name if group else "", str(names.standing_word(row.standing)),
        row.population_band, facts.get("university", ""), row.lat, row.lon, PLACES if row.lat is not None else "",
        f"{setting('BASE_URL')}/members/{row.id}-{slug(row.place or row.name)}", "; ".join(themes),
        "; ".join(names.own_language(code) for code in languages), row.website, row.timezone,
        _("yes") if row.lead else "", row.acceded.isoformat() if row.acceded else "", row.about, facts.get("office", ""),
        facts.get("city", ""), facts.get("number", ""), facts.get("fields", ""), facts.get("established", ""),
        str(PARTNERS.get(kind, kind)) if row.form == "partner" else "", _points(row.commitments),
    ]  # fmt: skip


# --- people ---------------------------------------------------------------------------------------------------


def _points(numbers: str) -> str:
    """Return commitments by their numbers."""
    return "; ".join(numbers.split())


TEXTS = ("pronouns", "about", "helps", "seeks", "timezone")
_MORE = (_p.c.id, _p.c.handle, _p.c.shown, _p.c.commitments, *(_p.c[name] for name in TEXTS))
_PEOPLE = sa.select(*_MORE).where(in_sight(_p.c.audience_id), _p.c.state == "active")


def people(viewer: Viewer, rows: t.Sequence[t.Any], groups: dict[str, Coalition]) -> Response:
    """Return people with what they let every member know, and nothing else; no addresses of mail."""
    more = {row.id: row for row in db.session.execute(_PEOPLE, bound(viewer))}
    themes, languages = roll.ties("people")
    return answer(
        "people", _people_head(),
        (_person(row, more[row.id], themes.get(row.id, ()), languages.get(row.id, ()), groups) for row in rows if row.id in more),
    )  # fmt: skip


def _people_head() -> list[t.Any]:
    return [
        _("Name"), _("Title"), _("Organisation"), _("Kind"), _("Country"), _("Coalition"), _("Knows about"), _("Languages"),
        _("Pronouns"), _("Works on"), _("Can help with"), _("Looking for"), _("Time zone"), _("Commitments"), _("Address"),
    ]  # fmt: skip


def _person(
    row: t.Any, more: t.Any, themes: t.Sequence[str], languages: t.Sequence[str], groups: t.Any
) -> list[t.Any]:
    told = sight.told_to_all({MEMBERS}, more.shown)
    texts = [getattr(more, name) if name in told else "" for name in TEXTS]
    known, group = entries.index().themes, groups.get(row.coalition)
    subjects = [profile.label(known[key]) for key in themes if key in known] if "themes" in told else []
    spoken = [names.own_language(code) for code in languages] if "languages" in told else []
    points = _points(more.commitments) if "commitments" in told else ""
    return [
        row.name, row.title or "", row.org or "", str(names.kind_word(row.form)) if row.form else "",
        names.country(row.country or ""), group.name if group else "", ", ".join(subjects), ", ".join(spoken), *texts, points,
        f"{setting('BASE_URL')}/people/{row.id}-{more.handle}",
    ]  # fmt: skip
