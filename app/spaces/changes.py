"""Changing a space: its words, who sees it, how one gets in. What was said in it never reaches more people by that."""

import typing as t

import sqlalchemy as sa

from app.core import audit, jobs
from app.core.activity import Activity, record
from app.core.audience import GONE, NOBODY, audience_of, repoint, rooms_of, space_room
from app.core.database import atomic, later
from app.core.text import render
from app.extensions import db
from app.spaces import branch
from app.spaces.models import Space, known_audience, own_audience

Narrowing = t.Callable[[t.Any, Space], None]
_narrowing: list[Narrowing] = []
WORDS = ("name", "summary")  # what a space has for all languages, and can have in each
WHO_IS_IN = ("spaces.joined",)  # facts that say who belongs to a space


def on_narrowed(fn: Narrowing) -> None:
    """Let another room point what was said in a space to whom the space still offers, in the same transaction."""
    if fn not in _narrowing:
        _narrowing.append(fn)


def change_space(
    actor: t.Any, space: Space, said: dict[str, dict[str, str]] | None = None, **values: t.Any
) -> bool:
    """Change what a space is called and says of itself, who sees it and how one gets in. Says whether anything did.

    `said` has names and summaries by language; a language that it does not speak of keeps its own."""
    with atomic() as session:
        session.refresh(space)
        base = {part: values.get(part, getattr(space, part)) for part in WORDS}
        values["texts"] = _worded(space, base, said or {})
        changed = sorted(name for name, value in values.items() if getattr(space, name) != value)
        if not changed:
            return False
        space.facts = {**space.facts, "former_names": _former(space, _names(base["name"], values["texts"]))}
        for name in changed:
            setattr(space, name, values[name])
        session.flush()
        if "sight" in changed:
            readdress(actor, space)
        if space.joining == "automatic":
            later(lambda: jobs.enqueue("settle-space", space.id))
        record(
            "spaces.changed", actor=actor, subject=space, space_id=space.id, audience_id=audience_of(NOBODY)
        )
        audit.note(actor, "space.change", space.ref, fields=", ".join(changed))
    return True


def set_texts(actor: t.Any, space: Space, said: dict[str, dict[str, str]]) -> None:
    """Set what the home of a space says in each language; rendered once, here."""
    with atomic() as session:
        session.refresh(space)
        texts = dict(space.texts)
        for code, words in said.items():
            html = {f"{name}_html": render(value) for name, value in words.items() if value}
            names = {*words, *(f"{name}_html" for name in words)}
            kept = {name: value for name, value in texts.get(code, {}).items() if name not in names}
            texts[code] = {**kept, **{name: value for name, value in words.items() if value}, **html}
        space.texts = texts
        session.flush()
        _note(actor, space, "space.home")


def move(actor: t.Any, space: Space, parent: Space) -> bool:
    """Put a space, with all that lies in it, below another one. Its number, and so its address, stays.

    Raises ValueError where it would lie in itself.
    """
    with atomic() as session:
        inside = branch.branch_of(space.id)
        if parent.id in inside:
            raise ValueError("a space cannot lie in itself")
        if space.parent_id == parent.id:
            return False
        space.parent_id = parent.id
        session.flush()
        seen = sa.select(Space).where(Space.id.in_(inside), Space.sight == "coalition")
        for one in session.scalars(seen.order_by(Space.id)).all():
            readdress(actor, one)
        _note(actor, space, "space.move", to=parent.ref)
    return True


def _note(actor: t.Any, space: Space, act: str, **more: t.Any) -> None:
    nobody = audience_of(NOBODY)
    record("spaces.changed", actor=actor, subject=space, space_id=space.id, audience_id=nobody)
    audit.note(actor, act, space.ref, **more)


def own_words(space: Space, code: str, part: str) -> str:
    """Return the name or summary of a space in one language, nothing where it is the one for every language."""
    own = str(space.texts.get(code, {}).get(part) or "")
    return "" if own == getattr(space, part) else own


def _worded(space: Space, base: dict[str, str], said: dict[str, dict[str, str]]) -> dict[str, t.Any]:
    """Return the texts with other names and summaries; a language that says the same as all others says nothing."""
    texts = {code: dict(own) for code, own in space.texts.items()}
    for code, words in said.items():
        for part in WORDS:
            own = texts.setdefault(code, {})
            own.pop(part, None)
            if words.get(part) and words[part] != base[part]:
                own[part] = words[part]
    return {code: own for code, own in texts.items() if own}


def _names(base: str, texts: dict[str, t.Any]) -> list[str]:
    return [base, *(own["name"] for own in texts.values() if own.get("name"))]


def _former(space: Space, new: list[str]) -> list[t.Any]:
    """Return the names that the space had and has no longer, in any language."""
    known = [*(space.facts.get("former_names") or []), *_names(space.name, space.texts)]
    return [name for name in dict.fromkeys(known) if name not in new]


def readdress(actor: t.Any, space: Space) -> None:
    """Bring who sees a space, and all that tells of it, to what its sight says by now, inside atomic()."""
    before = space.audience_id
    coalition = branch.coalition_of(space.parent_id)
    after = own_audience(space.id, space.sight, coalition)
    space.known_id = known_audience(space.sight)
    inside = audience_of(space_room(space.id))
    if space.sight not in ("public", "members"):
        told = sa.update(Activity).where(Activity.root == space.ref, Activity.verb.in_(WHO_IS_IN))
        db.session.execute(told.values(audience_id=inside))
    if before != after:
        space.audience_id = after
        db.session.flush()
        repoint([space.ref], [before], after, WHO_IS_IN)
        if not rooms_of(before) <= rooms_of(after):
            gone = {"refs": [space.ref], "kept": sorted(rooms_of(after))}
            record(GONE, actor=actor, subject=space.ref, audience_id=before, data=gone)
    for fn in _narrowing:
        fn(actor, space)
