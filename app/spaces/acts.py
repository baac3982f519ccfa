"""What people do with spaces: found them, join and leave, ask, let in, give roles."""

import typing as t

import sqlalchemy as sa

from app.core import audit, clock, jobs, look, watches
from app.core.activity import record
from app.core.audience import MEMBERS, PUBLIC, STEWARDS, audience_of, person_room, space_room
from app.core.database import atomic, later, upsert
from app.extensions import db
from app.members import handles
from app.members.signed_in import as_person
from app.spaces import branch
from app.spaces.models import ROLES, Membership, Space, known_audience, own_audience

_m = Membership.__table__


def add_space(
    actor: t.Any,
    *,
    form: str,
    key: str,
    name: str,
    handle: str | None = None,
    parent: Space | None = None,
    summary: str = "",
    texts: dict[str, t.Any] | None = None,
    sight: str = "members",
    joining: str = "open",
    facts: dict[str, t.Any] | None = None,
    rule: dict[str, str] | None = None,
) -> Space:
    """Found a space. `actor` may be None: the system."""
    with atomic() as session:
        space = Space(
            audience_id=audience_of(PUBLIC), form=form, key=key, handle=handles.free(handle or name), name=name,
            parent_id=parent.id if parent else None, summary=summary, texts=texts or {}, sight=sight,
            joining=joining, facts=facts or {}, rule=rule or {}, members=0, at=clock.now(),
        )  # fmt: skip
        session.add(space)
        session.flush()
        coalition = branch.coalition_of(space.parent_id)
        space.audience_id = own_audience(space.id, sight, coalition)
        space.known_id = known_audience(sight)
        session.flush()
        record("spaces.created", actor=actor, subject=space, space_id=space.id, excerpt=summary)
        audit.note(actor, "space.create", space.ref)
        if joining == "automatic":
            later(lambda: jobs.enqueue("settle-space", space.id))
    return space


def found_group(
    actor: t.Any, *, name: str, parent: Space, summary: str, sight: str, joining: str, form: str = "group",
    rule: dict[str, str] | None = None,
) -> Space:  # fmt: skip
    """Found a working group or a national chapter; who founds it looks after it until somebody else does."""
    with atomic():
        handle = handles.free(name)
        space = add_space(
            actor, form=form, key=handle, name=name, handle=handle, parent=parent, summary=summary,
            sight=sight, joining=joining, rule=rule,
        )  # fmt: skip
        join(actor, space, "facilitator")
    return space


def join(person: t.Any, space: Space, role: str = "member") -> bool:
    """Let a person belong to a space; one who asked is in from now on. Says whether that is new."""
    with atomic():
        if not _let_in(space, person.id, role):
            return False
        _reseat(person, person.id)
        record("spaces.joined", actor=person, subject=space, space_id=space.id, audience_id=_heard_by(space))
    return True


def leave(person: t.Any, space: Space, *, for_good: bool = True) -> bool:
    """End a person's belonging: sight ends with the commit, in every process. Says whether there was any.

    Who leaves an automatic space stays out; not `for_good` is who lost the last seat."""
    with atomic():
        if not _let_out(space, person.id, for_good):
            return False
        _reseat(person, person.id)
        _tell_inside("spaces.left", person, space)
    return True


def set_role(actor: t.Any, space: Space, person_id: int, role: str) -> bool:
    """Give a member of the space another role."""
    if role not in ROLES:
        raise ValueError(role)
    with atomic() as session:
        mine = sa.and_(_member(space, person_id), _m.c.state == "in", _m.c.role != role)
        if not session.execute(sa.update(_m).where(mine).values(role=role)).rowcount:
            return False
        _reseat(actor, person_id)
        audit.note(actor, "space.role", space.ref, person_id=person_id, role=role)
        record(
            "spaces.role", actor=actor, subject=f"role:{space.id}-{person_id}", title=space.name, url=space.url,
            audience_id=audience_of(person_room(person_id)), data={"to": [person_id]},
        )  # fmt: skip
    return True


def ask(person: t.Any, space: Space) -> bool:
    """Ask to be let in; those who look after the space hear of it."""
    with atomic() as session:
        asked = upsert(_m).values(
            space_id=space.id, person_id=person.id, role="member", state="asked", at=clock.now()
        )
        again = asked.on_conflict_do_update(
            index_elements=["space_id", "person_id"], where=_m.c.state == "out", set_={"state": "asked"}
        )
        if session.execute(again.returning(_m.c.person_id)).scalar() is None:
            return False
        record(
            "spaces.asked", actor=person, subject=space, space_id=space.id, url=f"/groups/{space.id}/people#asked",
            audience_id=audience_of(*(person_room(n) for n in facilitators(space)), STEWARDS),
        )  # fmt: skip
    return True


def accept(actor: t.Any, space: Space, person_id: int) -> bool:
    """Let in somebody who asked."""
    with atomic() as session:
        asked = sa.and_(_member(space, person_id), _m.c.state == "asked")
        if session.scalar(sa.select(_m.c.person_id).where(asked)) is None:
            return False
        return admit(actor, space, person_id)


def admit(actor: t.Any, space: Space, person_id: int, role: str = "member") -> bool:
    """Let somebody in on behalf of the space; the record keeps who did it."""
    with atomic():
        audit.note(actor, "space.admit", space.ref, person_id=person_id)
        return join(as_person(person_id), space, role)


def decline(actor: t.Any, space: Space, person_id: int) -> bool:
    """Drop a request to be let in."""
    with atomic() as session:
        asked = sa.and_(_member(space, person_id), _m.c.state == "asked")
        if not session.execute(sa.delete(_m).where(asked)).rowcount:
            return False
        audit.note(actor, "space.decline", space.ref, person_id=person_id)
    return True


def withdraw(person: t.Any, space: Space) -> bool:
    """Take one's own request back."""
    with atomic() as session:
        asked = sa.and_(_member(space, person.id), _m.c.state == "asked")
        return bool(session.execute(sa.delete(_m).where(asked)).rowcount)


def remove(actor: t.Any, space: Space, person_id: int) -> bool:
    """End somebody else's belonging; the record keeps who did it."""
    with atomic():
        if not _let_out(space, person_id):
            return False
        _reseat(actor, person_id)
        audit.note(actor, "space.remove", space.ref, person_id=person_id)
        _tell_inside("spaces.left", as_person(person_id), space)
    return True


def enter(actor: t.Any, space: Space) -> bool:
    """Let the secretariat into a space as observer: kept in the record, and those inside see it."""
    with atomic():
        if not _let_in(space, actor.id, "observer"):
            return False
        _reseat(actor, actor.id)
        audit.note(actor, "space.enter", space.ref)
        _tell_inside("spaces.entered", actor, space)
    return True


def follow(person: t.Any, space: Space, on: bool) -> None:
    """Follow a space, or stop it."""
    with atomic():
        if on:
            watches.watch(person.id, space.ref, watches.FOLLOW)
        else:
            watches.unwatch(person.id, space.ref)


def set_level(person: t.Any, space: Space, level: str) -> None:
    """Choose how much one hears of a space: everything, new discussions, mentions only, nothing."""
    if level not in watches.LEVELS:
        raise ValueError(level)
    with atomic():
        watches.watch(person.id, space.ref, level)


def facilitators(space: Space) -> list[int]:
    """Return the people who look after a space."""
    looks_after = sa.and_(_m.c.space_id == space.id, _m.c.role == "facilitator", _m.c.state == "in")
    return list(
        db.session.scalars(sa.select(_m.c.person_id).where(looks_after).order_by(_m.c.person_id).limit(20))
    )


def arrive(person_id: int) -> None:
    """Let a new person belong to the network. The first one makes it, and looks after it, in a real network."""
    with atomic() as session:
        network = session.scalar(sa.select(Space).where(Space.form == "network").limit(1))
        role = "member" if network else "facilitator"
        network = network or add_space(
            None, form="network", key="network", name=look.title(), handle="network", sight="public"
        )
        join(as_person(person_id), network, role)


def _member(space: Space, person_id: int) -> t.Any:
    return sa.and_(_m.c.space_id == space.id, _m.c.person_id == person_id)


def _let_in(space: Space, person_id: int, role: str) -> bool:
    if role not in ROLES:
        raise ValueError(role)
    row = upsert(_m).values(space_id=space.id, person_id=person_id, role=role, state="in", at=clock.now())
    now_in = row.on_conflict_do_update(
        index_elements=["space_id", "person_id"], where=_m.c.state != "in",
        set_={"state": "in", "role": role, "how": "", "at": clock.now()},
    )  # fmt: skip
    new = db.session.execute(now_in.returning(_m.c.person_id)).scalar() is not None
    if new:
        _count(space, 1)
    return new


def _let_out(space: Space, person_id: int, for_good: bool = True) -> bool:
    inside = sa.and_(_member(space, person_id), _m.c.state == "in")
    stays_out = sa.update(_m).where(inside).values(state="out", role="member")
    gone = stays_out if for_good and space.joining == "automatic" else sa.delete(_m).where(inside)
    if was_in := bool(t.cast(t.Any, db.session.execute(gone)).rowcount):
        _count(space, -1)
        watches.unwatch(person_id, space.ref)
    return was_in


def let_in_by_rule(space: Space, person_id: int) -> None:
    """Let somebody belong to an automatic space, inside atomic(). Nothing is said about it: nobody did it."""
    row = upsert(_m).values(
        space_id=space.id, person_id=person_id, role="member", state="in", how="rule", at=clock.now()
    )
    if db.session.execute(row.on_conflict_do_nothing().returning(_m.c.person_id)).scalar() is not None:
        _count(space, 1)
        _reseat(None, person_id)


def let_out_by_rule(space: Space, person_id: int) -> None:
    """End the belonging of somebody whose organisation is no longer meant, inside atomic()."""
    if _let_out(space, person_id, for_good=False):
        _reseat(None, person_id)


def _count(space: Space, more: int) -> None:
    """Counted by the database: two who join at once are two."""
    row = sa.update(Space).where(Space.id == space.id).values(members=Space.members + more)
    db.session.execute(row.execution_options(synchronize_session=False))
    if space in db.session:
        db.session.expire(space, ["members"])


def _reseat(actor: t.Any, person_id: int) -> None:
    """First of the facts: who comes in hears what follows, who goes does not."""
    record("seat.changed", actor=actor, subject=f"person:{person_id}", data={"person_id": person_id})


def _heard_by(space: Space) -> int:
    """Who belongs where is said to members, not to the public."""
    return audience_of(MEMBERS) if space.sight in ("public", "members") else audience_of(space_room(space.id))


def _tell_inside(verb: str, person: t.Any, space: Space) -> None:
    record(
        verb, actor=person, subject=space, space_id=space.id, audience_id=audience_of(space_room(space.id))
    )
