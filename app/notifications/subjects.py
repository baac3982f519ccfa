"""What can be followed although it has no row of its own: topics, themes, regions and countries, by their pages."""

import functools
import typing as t

import sqlalchemy as sa

from app.board.models import TOPICS
from app.core.database import run
from app.core.languages import _, lazy
from app.core.text import slug
from app.library import vocabularies
from app.members import names, profile
from app.members.models import Organisation, Theme

_org, _theme = Organisation.__table__, Theme.__table__
_REGIONS = {slug(key): key for key in names.REGIONS}
_COUNTRY = sa.select(_org.c.id).where(_org.c.country == sa.bindparam("key")).limit(1)
_THEME = sa.select(_theme.c.id).where(_theme.c.key == sa.bindparam("key")).limit(1)
KINDS = {
    "topic": lazy("Topics of discussions"),
    "theme": lazy("Themes of members"),
    "region": lazy("Regions"),
    "country": lazy("Countries"),
    "doctype": lazy("Types of documents"),
    "docseries": lazy("Series of documents"),
}

LISTS = {"doctype": "type", "docseries": "series"}  # lists of the library


class Subject(t.NamedTuple):
    """One of them, in the reader's language."""

    ref: str
    kind: str
    title: str
    url: str


def ref_of(kind: str, key: str) -> str | None:
    """Return the reference that an address names, None where there is no such thing."""
    if len(key) > 40:
        return None
    known: dict[str, t.Callable[[], str | None]] = {
        "topic": lambda: key if key in TOPICS else None,
        "region": lambda: _REGIONS.get(key),
        "country": lambda: key if run(_COUNTRY, {"key": key}).first() else None,
        "theme": lambda: key if run(_THEME, {"key": key}).first() else None,
        "doctype": lambda: key if key in _terms("doctype") else None,
        "docseries": lambda: key if key in _terms("docseries") else None,
    }
    found = known[kind]() if kind in known else None
    return f"{kind}:{found}" if found else None


def subjects(refs: t.Iterable[str]) -> list[Subject]:
    """Return those of some references that name a subject, in words, by kind and name."""
    parts = [ref.partition(":") for ref in refs]
    asked = {part[0] for part in parts}
    labels = {kind: read() for kind, read in _LABELS.items() if kind in asked}
    made = [_subject(kind, key, labels.get(kind, {})) for kind, _colon, key in parts if kind in KINDS]
    return sorted(made, key=lambda one: (list(KINDS).index(one.kind), one.title))


def _terms(kind: str) -> dict[str, dict[str, str]]:
    return {row.key: row.labels for row in vocabularies.listed(LISTS[kind])}


_LABELS: dict[str, t.Callable[[], dict[str, dict[str, str]]]] = {
    "theme": lambda: {row.key: row.labels for row in profile.themes()},
    **{kind: functools.partial(_terms, kind) for kind in LISTS},
}


def _subject(kind: str, key: str, labels: dict[str, dict[str, str]]) -> Subject:
    ref = f"{kind}:{key}"
    if kind == "topic":
        return Subject(ref, kind, str(TOPICS.get(key, key)), f"/discussions?topic={key}")
    if kind == "theme":
        return Subject(ref, kind, profile.label(labels.get(key, {"en": key})), f"/members?theme={key}")
    if kind in LISTS:
        address = f"/library/series/{key}" if kind == "docseries" else f"/library?type={key}"
        return Subject(ref, kind, profile.label(labels.get(key, {"en": key})), address)
    if kind == "region":
        return Subject(ref, kind, names.region(key), f"/regions/{slug(key)}")
    return Subject(ref, kind, names.country(key) or str(_("Country")), f"/members?country={key}")
