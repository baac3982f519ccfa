"""What stands in profiles: themes from the controlled list, languages with level, and which of it a viewer sees."""

import typing as t

import sqlalchemy as sa

from app.core.audience import Viewer
from app.core.languages import language, lazy
from app.extensions import db
from app.members import sight
from app.members.models import (
    OrganisationLanguage,
    OrganisationTheme,
    Person,
    PersonLanguage,
    PersonTheme,
    Seat,
    Theme,
)

LEVELS = {
    "": lazy("Level not said"),
    "first": lazy("First language"),
    "fluent": lazy("Fluent"),
    "working": lazy("Good enough to work in"),
    "basic": lazy("A little"),
}
_seat, _theme = Seat.__table__, Theme.__table__
Near = t.Callable[[Viewer, t.Collection[int]], set[int]]
_near: list[Near] = []


def counts_as_near(fn: Near) -> None:
    """Let another room say who of these people is close to a viewer: those of the same group."""
    if fn not in _near:
        _near.append(fn)


_COLLEAGUES = sa.select(_seat.c.person_id).where(
    _seat.c.person_id.in_(sa.bindparam("people", expanding=True)),
    _seat.c.organisation_id.in_(sa.bindparam("organisations", expanding=True)),
    _seat.c.ended.is_(None),
)


def gaps(person: Person, themes: t.Sequence[t.Any], spoken: t.Sequence[t.Any]) -> list[tuple[str, t.Any]]:
    """Return what a profile could still tell, with the place in the settings where it is added."""
    asked = (
        ("about", lazy("what you work on"), person.about),
        ("helps", lazy("what you can help with"), person.helps),
        ("seeks", lazy("what you look for"), person.seeks),
        ("themes", lazy("your themes"), themes),
        ("spoken", lazy("how well you speak your languages"), spoken and all(row.level for row in spoken)),
    )
    return [(anchor, words) for anchor, words, told in asked if not told]


def near_to(viewer: Viewer, people: t.Collection[int]) -> set[int]:
    """Return those of these people who share an organisation or a group with the viewer."""
    mine = [int(room.partition(":")[2]) for room in viewer.rooms if room.startswith("organisation:")]
    if not people or viewer.person_id is None:
        return set()
    found = set(db.session.scalars(_COLLEAGUES, {"people": list(people), "organisations": mine}))
    return found.union(*(fn(viewer, people) for fn in _near))


def fields_for(viewer: Viewer, person: Person) -> frozenset[str]:
    """Return the fields of one person that a viewer sees."""
    return sight.visible(viewer, person.id, person.shown, bool(near_to(viewer, [person.id])))


# --- themes and languages -------------------------------------------------------------------------------------


def label(labels: dict[str, str]) -> str:
    """Return a theme's name in the reader's language, else in English."""
    return labels.get(language()) or labels.get("en") or next(iter(labels.values()), "")


_THEMES = (
    sa.select(_theme.c.id, _theme.c.key, _theme.c.labels)
    .where(_theme.c.into_id.is_(None))
    .order_by(_theme.c.id)
)


def themes() -> list[t.Any]:
    """Return the controlled list: id, key, labels."""
    return list(db.session.execute(_THEMES))


def _held(tie: t.Any, owner: str) -> t.Any:
    table = tie.__table__
    return (
        sa.select(_theme.c.key, _theme.c.labels)
        .join_from(table, _theme, _theme.c.id == table.c.theme_id)
        .where(table.c[owner] == sa.bindparam("number"))
        .order_by(_theme.c.id)
    )


_OF_PERSON, _OF_ORGANISATION = _held(PersonTheme, "person_id"), _held(OrganisationTheme, "organisation_id")


def themes_of(thing: t.Any) -> list[t.Any]:
    """Return the themes of a person or an organisation: key, labels."""
    statement = _OF_PERSON if thing.kind == "person" else _OF_ORGANISATION
    return list(db.session.execute(statement, {"number": thing.id}))


_spoken, _written = PersonLanguage.__table__, OrganisationLanguage.__table__
_SPEAKS = (
    sa.select(_spoken.c.code, _spoken.c.level)
    .where(_spoken.c.person_id == sa.bindparam("number"))
    .order_by(_spoken.c.place, _spoken.c.code)
)
_WRITES = (
    sa.select(_written.c.code)
    .where(_written.c.organisation_id == sa.bindparam("number"))
    .order_by(_written.c.code)
)


def speaks(person_id: int) -> list[t.Any]:
    """Return the languages that a person speaks, as they ordered them: code, level."""
    return list(db.session.execute(_SPEAKS, {"number": person_id}))


def languages_of(organisation_id: int) -> list[str]:
    """Return the languages in which an organisation can be written to."""
    return list(db.session.scalars(_WRITES, {"number": organisation_id}))


# --- writing, inside atomic() ---------------------------------------------------------------------------------


def set_themes(thing: t.Any, keys: t.Collection[str]) -> None:
    """Give a person or an organisation these themes and no others; unknown ones are left out."""
    tie, owner = (
        (PersonTheme, "person_id") if thing.kind == "person" else (OrganisationTheme, "organisation_id")
    )
    table = tie.__table__
    numbers = (
        db.session.scalars(sa.select(_theme.c.id).where(_theme.c.key.in_(list(keys)))).all() if keys else []
    )
    db.session.execute(sa.delete(table).where(table.c[owner] == thing.id))  # type: ignore[arg-type]
    if numbers:
        db.session.execute(sa.insert(table), [{owner: thing.id, "theme_id": n} for n in numbers])  # type: ignore[arg-type]


def set_speaks(person_id: int, spoken: t.Iterable[tuple[str, str]]) -> None:
    """Say which languages a person speaks and how well, in this order; one named twice counts once."""
    db.session.execute(sa.delete(PersonLanguage).where(PersonLanguage.person_id == person_id))
    levels: dict[str, str] = {}
    for code, level in spoken:
        levels.setdefault(code, level if level in LEVELS else "")
    rows = [
        {"person_id": person_id, "code": code, "level": level, "place": place}
        for place, (code, level) in enumerate(levels.items())
    ]
    if rows:
        db.session.execute(sa.insert(PersonLanguage), rows)


def set_languages(organisation_id: int, codes: t.Iterable[str]) -> None:
    """Say in which languages an organisation can be written to."""
    table = OrganisationLanguage
    db.session.execute(sa.delete(table).where(table.organisation_id == organisation_id))
    rows = [{"organisation_id": organisation_id, "code": code} for code in dict.fromkeys(codes)]
    if rows:
        db.session.execute(sa.insert(table), rows)
