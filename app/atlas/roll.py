"""Reads all members as entries: what filters see of them, and nothing that not everybody who finds them may know."""

import typing as t

import sqlalchemy as sa

from app.atlas import globe
from app.core import audience
from app.core.sieve import breathing
from app.extensions import db
from app.members import sight
from app.members.models import (
    Organisation,
    OrganisationLanguage,
    OrganisationTheme,
    Person,
    PersonLanguage,
    PersonTheme,
    Seat,
    Theme,
)
from app.members.names import fold

_o, _p, _s, _theme = Organisation.__table__, Person.__table__, Seat.__table__, Theme.__table__
Values = tuple[str, ...]
Told = t.Mapping[int, Values]


class Entry(t.NamedTuple):
    """One member as filters see it. Facets hold tuples: a member may have several values."""

    id: int
    audience_id: int
    key: str
    words: str
    standing: str
    at: tuple[float, float] | None  # latitude; longitude from the map's edge on
    facets: tuple[Values, ...]  # in the order of FACETS


_ORGANISATIONS = (
    sa.select(
        _o.c.id, _o.c.audience_id, _o.c.sort_key, _o.c.found_by, _o.c.form, _o.c.country, _o.c.region, _o.c.coalition,
        _o.c.commitments, _o.c.population_band, _o.c.standing, _o.c.lat, _o.c.lon,
    )
    .where(_o.c.standing != "other")  # they have a page, but are no members
    .order_by(_o.c.sort_key, _o.c.id)
)  # fmt: skip
_PEOPLE = sa.select(_p.c.id, _p.c.audience_id, _p.c.name, _p.c.handle, _p.c.commitments, _p.c.shown).where(
    _p.c.state == "active"
)
_SEATS = (
    sa.select(_s.c.person_id, _s.c.organisation_id, _s.c.title)
    .where(_s.c.ended.is_(None))
    .order_by(_s.c.primary, _s.c.id.desc())  # the seat that counts comes last
)


def _themes(tie: t.Any) -> t.Any:
    owner = next(iter(tie.c))
    return sa.select(owner, _theme.c.key).join_from(tie, _theme, _theme.c.id == tie.c.theme_id)


_TIES = {
    "": (
        _themes(OrganisationTheme.__table__),
        sa.select(OrganisationLanguage.organisation_id, OrganisationLanguage.code),
    ),
    "people": (_themes(PersonTheme.__table__), sa.select(PersonLanguage.person_id, PersonLanguage.code)),
}


def read() -> dict[str, list[Entry]]:
    """Return all organisations and all people, by name."""
    homes = {row.id: row for row in db.session.execute(_ORGANISATIONS)}
    themes, languages = ties("")
    return {
        "": [_organisation(row, themes, languages) for row in breathing(homes.values())],
        "people": _people(homes),
    }


def ties(who: str) -> tuple[Told, Told]:
    """Return the themes and the languages of all organisations, or of all people, whoever may know them."""
    themes, languages = map(_told, _TIES[who])
    return themes, languages


def _told(statement: t.Any) -> Told:
    """Return what each has of a kind: rows of number and value."""
    found: dict[int, list[str]] = {}
    for number, value in db.session.execute(statement):
        found.setdefault(number, []).append(value)
    return {number: tuple(values) for number, values in found.items()}


def _organisation(row: t.Any, themes: Told, languages: Told) -> Entry:
    at = None if row.lat is None or row.lon is None else (row.lat, globe.unrolled(row.lon))
    facets = _facets(row, themes.get(row.id, ()), tuple(row.commitments.split()), languages.get(row.id, ()))
    return Entry(row.id, row.audience_id, row.sort_key, row.found_by, row.standing, at, facets)


def _people(homes: dict[int, t.Any]) -> list[Entry]:
    seats = {row.person_id: row for row in db.session.execute(_SEATS)}
    themes, languages = ties("people")
    made = [
        _person(row, seats.get(row.id), homes, themes, languages)
        for row in breathing(db.session.execute(_PEOPLE))
    ]
    return sorted(made, key=lambda one: (one.key, one.id))


def _person(row: t.Any, seat: t.Any, homes: dict[int, t.Any], themes: Told, languages: Told) -> Entry:
    """A person stands where the first organisation stands that they act for, and nowhere on the map.

    Found by themes, commitments and languages only where all who see the person may know them.
    """
    home = homes.get(seat.organisation_id) if seat else None
    words = " ".join([fold(row.name), row.handle, fold(seat.title) if seat else ""])
    own = themes.get(row.id, ()), tuple(row.commitments.split()), languages.get(row.id, ())
    if any(own):
        told = sight.told_to_all(audience.rooms_of(row.audience_id), row.shown)
        names = ("themes", "commitments", "languages")
        own = tuple(values if name in told else () for name, values in zip(names, own, strict=True))
    words = f"{words} {home.found_by}" if home else words
    return Entry(row.id, row.audience_id, fold(row.name), words, "member", None, _facets(home, *own))


def _facets(row: t.Any, themes: Values, commitments: Values, languages: Values) -> tuple[Values, ...]:
    if row is None:
        return ((), (), (), (), themes, commitments, languages, ())
    kind, coalition, region, country, size = (
        (value,) if value else ()
        for value in (row.form, row.coalition, row.region, row.country, row.population_band)
    )
    return kind, coalition, region, country, themes, commitments, languages, size
