"""What the page of a document shows of its record: its facts, its versions, its review."""

import itertools
import typing as t
from urllib.parse import quote

import sqlalchemy as sa
from markupsafe import Markup

from app.core import dates, files, links
from app.core.audience import MEMBERS, PUBLIC, bound, in_sight, rooms_of
from app.core.database import get_or_none, locate
from app.core.languages import _, language, own_name
from app.core.panels import panel
from app.core.policy import can, me
from app.core.text import slug
from app.extensions import db
from app.library import facets, reviewing, shown, sight, versions, words
from app.library.forms import EDITIONS
from app.library.models import Document, Edition, Version
from app.library.models.documents import OPEN
from app.members import goals, names, profile
from app.members.models import Organisation, Person
from app.spaces.models import Space

Drawn = tuple[str, dict[str, t.Any]] | None
_p, _s = Person.__table__, Space.__table__


# --- facts --------------------------------------------------------------------------------------------------


@panel("document", order=10, column="side")
def facts(document: Document) -> Drawn:
    """The record."""
    own, licence = facets.of(document.id), words.LICENCES.get(document.licence)
    return "library/_facts.html", {
        "it": document, "dated": dates.words(document.date), "type": words.term("type", document.type),
        "series": words.term("series", document.series), "credits": [_credit(one) for one in document.credits],
        "languages": [(code, own_name(code)) for code in document.languages.split()], "tagged": _tagged(own),
        "licence": words.licence_short(document.licence), "may": words.licence_may(document.licence),
        "licence_url": licence.url if licence else "",
        "identifiers": [_identifier(row) for row in document.identifiers], "ties": _ties(document),
        "spaces": _spaces(document), "readers": readers(document), "may_edit": can("library.edit", document),
        "may_end": can("library.end", document), "may_discard": can("library.publish", document),
        "may_report": document.state in OPEN and can("moderation.report", document),
    }  # fmt: skip


def _credit(one: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return an author with the way to them, as far as the reader sees who it is."""
    model: t.Any = {"person": Person, "organisation": Organisation}.get(one.get("kind", ""))
    found: t.Any = get_or_none(model, one.get("id") or 0) if model else None
    seen = (
        found is not None and found.readable_by(me().viewer) and getattr(found, "state", "active") == "active"
    )
    url = (f"/people/{found.id}-{found.handle}" if model is Person else found.url) if seen else ""
    role = one.get("role", "author")
    return {
        "name": one.get("name", ""),
        "url": url,
        "role": "" if role == "author" else words.ROLES.get(role, role),
    }


def _tagged(own: dict[str, list[str]]) -> list[tuple[str, t.Any, list[tuple[str, t.Any]]]]:
    themes = {row.key: profile.label(row.labels) for row in profile.themes()} if own.get("theme") else {}
    known: list[tuple[str, t.Any, t.Mapping[str, t.Any]]] = [
        ("theme", _("Themes"), themes), ("commitment", _("Commitments"), goals.commitments()), ("sdg", _("Goals"), goals.goals()),
        ("target", _("For whom"), words.terms("target")),
        ("country", _("Countries"), {code: names.country(code) for code in own.get("country", [])}),
    ]  # fmt: skip
    return [
        (facet, title, [(key, said.get(key, key)) for key in own.get(facet, [])])
        for facet, title, said in known
    ]


ADDRESSES = {
    "doi": "https://doi.org/", "issn": "https://portal.issn.org/resource/ISSN/",
    "unesdoc": "https://unesdoc.unesco.org/ark:/48223/",
}  # fmt: skip


def _identifier(row: dict[str, str]) -> tuple[str, str, str]:
    scheme, value = row.get("scheme", ""), row.get("value", "")
    begins = ADDRESSES.get(scheme, "")
    return words.SCHEMES.get(scheme, scheme.upper()), value, begins + quote(value, safe="/") if begins else ""


def _ties(document: Document) -> list[tuple[t.Any, list[Document]]]:
    """Return the documents that this one is tied to, both ways, as far as the reader sees them."""
    found: dict[str, tuple[t.Any, list[Document]]] = {}
    out = [(tie.kind, words.TIES, tie.target) for tie in links.from_(document.ref)]
    back = [(tie.kind, words.BACK, tie.source) for tie in links.to(document.ref)]
    for kind, said, ref in [*out, *back]:
        other = locate(ref) if kind in said else None
        if isinstance(other, Document) and other.state in OPEN and other.readable_by(me().viewer):
            rows = found.setdefault(str(said[kind]), (said[kind], []))[1]
            if other not in rows:
                rows.append(other)
    return list(found.values())


_NAMED = sa.select(_s.c.id, _s.c.name, _s.c.texts).where(
    _s.c.id.in_(sa.bindparam("numbers", expanding=True)), in_sight(_s.c.audience_id)
)


def _spaces(document: Document) -> list[tuple[str, str]]:
    """Return the spaces that a document stands in, as far as the reader sees them, its home first."""
    numbers = [document.space_id, *sight.placed_in(document.id)]
    rows = {row.id: row for row in db.session.execute(_NAMED, {"numbers": numbers, **bound(me().viewer)})}
    return [
        (f"/groups/{number}-{slug(rows[number].name)}", rows[number].texts.get(language(), {}).get("name") or rows[number].name)
        for number in numbers
        if number in rows
    ]  # fmt: skip


def readers(document: Document) -> t.Any:
    """Say in words who can read a document; of one that is not published yet, who will."""
    word = sight.word_for(document)
    rooms = rooms_of(document.audience_id) if document.state in OPEN else frozenset({word})
    if PUBLIC in rooms:
        return _("Everyone")
    if MEMBERS in rooms:
        return _("Members of the network")
    if word == "organisation":
        return (
            _("Only %(name)s", name=document.by["name"]) if document.organisation_id else _("Only its author")
        )
    return _("Only members of the groups that it is kept in")


# --- versions -----------------------------------------------------------------------------------------------


@panel("document", order=30)
def all_versions(document: Document) -> Drawn:
    """Every file of the document, the newest first."""
    listed = versions.listed(document)
    if not listed:
        return None
    known, kept = {row.language: row for row in _editions(document)}, files.of(document.ref)
    here = shown.version_of(document)
    rows = [_row(document, one, known.get(one.language), here, kept) for one in listed]
    changes = f"/library/{document.id}/difference" if document.versions > 1 else ""
    values = {"it": document, "rows": rows, "changes": changes, "may_edit": can("library.edit", document)}
    return "library/_versions.html", values


def _editions(document: Document) -> list[Edition]:
    return list(db.session.scalars(sa.select(Edition).where(Edition.document_id == document.id)))


def _row(
    document: Document, one: Version, edition: Edition | None, here: Version | None, kept: dict[str, list[t.Any]]
) -> dict[str, t.Any]:  # fmt: skip
    other = one.language != document.language
    tail = f"?lang={one.language}" if other else ""
    newest = one.id == (edition.version_id if edition and other else document.version_id)
    row = next((file for file in kept.get(f"version:{one.id}", ()) if file.id == one.file_id), None)
    return {
        "number": one.number, "url": f"/library/{document.id}/v/{one.number}{tail}", "note": one.note, "at": one.at, "by": one.by,
        "restores": one.restores, "newest": newest, "here": here is not None and here.id == one.id,
        "lang": one.language if other else "", "lang_name": own_name(one.language), "file": shown.file_as(row, one),
        "status": EDITIONS.get(edition.status, "") if edition and other else "",
    }  # fmt: skip


# --- review -------------------------------------------------------------------------------------------------

_REVIEWERS = sa.select(_p.c.id, _p.c.name, _p.c.handle).where(
    _p.c.id.in_(sa.bindparam("numbers", expanding=True))
)


@panel("document", order=5, column="side")
def review(document: Document) -> Drawn:
    """Who was asked and what they said, for those who work on the document."""
    if not me().is_authenticated or me().viewer.rooms.isdisjoint(rooms_of(sight.circle_of(document))):
        return None
    rows = reviewing.listed(document)
    if not rows:
        return None
    people = {
        row.id: row for row in db.session.execute(_REVIEWERS, {"numbers": [one.reviewer_id for one in rows]})
    }
    rounds = [
        (number, [_said(one, people.get(one.reviewer_id)) for one in group])
        for number, group in itertools.groupby(rows, key=lambda one: one.round)
    ]
    own = shown.own_review(document, me().id)
    url = f"/library/{document.id}/answer" if own is not None and not own.answer else ""
    return "library/_review.html", {"rounds": rounds, "answer_url": url}


def _said(one: t.Any, person: t.Any) -> dict[str, t.Any]:
    return {
        "name": person.name if person else _("A former member"),
        "url": f"/people/{person.id}-{person.handle}" if person else "", "answer": words.ANSWERS.get(one.answer, ""),
        "answered": one.answered, "asked": one.asked_at, "number": one.number, "html": Markup(one.html),
        "checked": [words.CHECKS[key] for key in one.checked if key in words.CHECKS],
    }  # fmt: skip
