"""Writes entries: what a thing says of itself becomes a row of the index."""

import typing as t

import sqlalchemy as sa

from app.core import clock
from app.core.audience import Thing
from app.core.database import upsert
from app.extensions import db
from app.members.models import Organisation
from app.search import places
from app.search.analyser import EVERY, GAP, tag, titled, tokens
from app.search.models import SearchEntry

MOST_BODY = 200_000
_e: t.Any = SearchEntry.__table__


def entry(
    ref: str, root: str, audience_id: int, kind: str, url: str, found: dict[str, t.Any]
) -> dict[str, t.Any]:
    """Return the row of an entry from what a thing says of itself."""
    lang, title, body = found.get("lang", ""), found.get("title", ""), found.get("body", "")[:MOST_BODY]
    kind, title_tokens = found.get("kind", kind), tokens(" ".join([title, found.get("also", "")]), lang)
    return {
        "id": places.number(ref, root, found["at"]), "ref": ref, "root": root, "audience_id": audience_id, "kind": kind,
        "author_id": found.get("author"), "title": found.get("shown", title), "part": found.get("part", "")[:120],
        "more": found.get("more", {}), "body": body, "lang": lang, "url": url, "by": found.get("by", "")[:200],
        "at": found["at"], "title_tokens": title_tokens, "body_tokens": tokens(body, lang),
        "tags": tags(title_tokens, kind, lang, found.get("tags", {})),
    }  # fmt: skip


def tags(title_tokens: str, kind: str, lang: str, given: t.Mapping[str, t.Iterable[t.Any]]) -> str:
    """Return the properties of an entry as words of the index, behind the words of its title."""
    own = {EVERY, tag("type", kind), *([tag("lang", lang)] if lang else [])}
    own |= {tag(name, value) for name, values in given.items() for value in values if value not in (None, "")}
    return " ".join(filter(None, [titled(title_tokens), GAP, *sorted(own)]))


def write(thing: Thing, found: dict[str, t.Any], fact_id: int = 0) -> set[str]:
    """Insert the entry of a thing, or change what is different; return the names of what changed."""
    _place(found)
    row = entry(thing.ref, found.get("root", thing.ref), thing.audience_id, thing.kind, thing.url, found)
    same = _e.c.ref == row["ref"]
    near = sa.select(_e).where(sa.or_(same, _e.c.id.between(row["id"], row["id"] + 50)))
    known = {one.ref: one for one in db.session.execute(near)}
    old = known.pop(row["ref"], None)
    taken = {one.id for one in known.values()}
    while row["id"] in taken:
        row["id"] += 1
    if old is None:
        statement = upsert(SearchEntry).values(**row, came=clock.now() if fact_id else None)
        db.session.execute(statement.on_conflict_do_update(index_elements=["ref"], set_=row))
        return set(row)
    changed = {name: value for name, value in row.items() if getattr(old, name) != value}
    if changed:
        db.session.execute(sa.update(_e).where(same).values(**changed))
    return set(changed)


def _place(found: dict[str, t.Any]) -> None:
    """What an organisation says comes from its country, where the thing names none of its own."""
    given = found.setdefault("tags", {})
    numbers = [int(number) for number in given.get("org", ()) if number]
    if numbers and not given.get("country"):
        where = sa.select(Organisation.country).where(Organisation.id.in_(numbers))
        found["tags"] = {**given, "country": list(db.session.scalars(where))}


def forget(root: str) -> None:
    """Take a thing and its parts out of the index, inside atomic()."""
    db.session.execute(sa.delete(_e).where(sa.or_(_e.c.root == root, _e.c.ref == root)))
