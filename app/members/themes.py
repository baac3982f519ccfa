"""The controlled list of themes: a new one, new words for one, two that become one. Addresses and follows stay good."""

import typing as t

import sqlalchemy as sa

from app.core import audit, watches
from app.core.activity import record
from app.core.audience import NOBODY, audience_of
from app.core.database import atomic, upsert
from app.core.text import slug
from app.extensions import db
from app.members.models import OrganisationTheme, PersonTheme, Theme

MOST = 200
Merged = t.Callable[[Theme, Theme], None]
_merged: list[Merged] = []
_theme = Theme.__table__
TIES: tuple[tuple[t.Any, str, str], ...] = (
    (OrganisationTheme.__table__, "organisation_id", "organisation"),
    (PersonTheme.__table__, "person_id", "person"),
)


def on_merged(fn: Merged) -> None:
    """Let another room follow when one theme becomes another, in the same transaction."""
    if fn not in _merged:
        _merged.append(fn)


def add(actor: t.Any, labels: dict[str, str]) -> Theme:
    """Put a theme on the list, under a key made from its first name."""
    with atomic() as session:
        theme = Theme(key=_free(slug(labels.get("en") or next(iter(labels.values())))[:34]), labels=labels)
        session.add(theme)
        session.flush()
        audit.note(actor, "members.theme_added", f"theme:{theme.id}", key=theme.key)
    return theme


def _free(wish: str) -> str:
    taken = set(
        db.session.scalars(sa.select(_theme.c.key).where(_theme.c.key.startswith(wish, autoescape=True)))
    )
    number, key = 1, wish
    while key in taken:
        number += 1
        key = f"{wish}-{number}"
    return key


def rename(actor: t.Any, theme: Theme, labels: dict[str, str]) -> bool:
    """Give a theme other words; its key, and so every address, stays. Says whether anything changed."""
    with atomic() as session:
        session.refresh(theme)
        if theme.labels == labels:
            return False
        theme.labels = labels
        session.flush()
        _told(theme.id)
        audit.note(actor, "members.theme_renamed", f"theme:{theme.id}", key=theme.key)
    return True


def merge(actor: t.Any, theme: Theme, into: Theme) -> bool:
    """Let one theme become another: whoever had the one has the other, and its address leads there."""
    with atomic() as session:
        session.refresh(theme)
        if theme.id == into.id or theme.into_id is not None or into.into_id is not None:
            return False
        _told(theme.id)
        for table, owner, _kind in TIES:
            had = sa.select(table.c[owner], sa.literal(into.id)).where(table.c.theme_id == theme.id)
            taken = upsert(table).from_select([owner, "theme_id"], had).on_conflict_do_nothing()
            session.execute(taken)
            session.execute(sa.delete(table).where(table.c.theme_id == theme.id))
        theme.into_id = into.id
        session.execute(sa.update(_theme).where(_theme.c.into_id == theme.id).values(into_id=into.id))
        watches.rename(f"theme:{theme.key}", f"theme:{into.key}")
        session.flush()
        for fn in _merged:
            fn(theme, into)
        audit.note(actor, "members.theme_merged", f"theme:{theme.id}", key=theme.key, into=into.key)
    return True


def _told(theme_id: int) -> None:
    """Who has the theme is found by its new words: the readers describe each anew."""
    nobody = audience_of(NOBODY)
    for table, owner, kind in TIES:
        for number in db.session.scalars(sa.select(table.c[owner]).where(table.c.theme_id == theme_id)).all():
            record("members.changed", actor=None, subject=f"{kind}:{number}", audience_id=nobody)


_into = _theme.alias("into")
_NOW = sa.select(_theme.c.key, _into.c.key.label("now")).join_from(
    _theme, _into, _into.c.id == _theme.c.into_id
)


def merged() -> dict[str, str]:
    """Return which themes became which, by key: for addresses that name an old one."""
    return {row.key: row.now for row in db.session.execute(_NOW)}


def _used(table: t.Any) -> t.Any:
    return (
        sa.select(sa.func.count())
        .select_from(table)
        .where(table.c.theme_id == _theme.c.id)
        .correlate(_theme)
        .scalar_subquery()
    )


_LISTED = (
    sa.select(
        _theme.c.id, _theme.c.key, _theme.c.labels, _used(TIES[0][0]).label("organisations"), _used(TIES[1][0]).label("people")
    )
    .where(_theme.c.into_id.is_(None))
    .order_by(_theme.c.id)
    .limit(MOST)
)  # fmt: skip


def listed() -> list[t.Any]:
    """Return the list with how many organisations and people have each theme."""
    return list(db.session.execute(_LISTED))
