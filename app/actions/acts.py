"""What people do with joint actions. Each act is one transaction and records one fact; the first argument is who acts."""

import typing as t

import sqlalchemy as sa

from app.actions.care import Gone, grown, partners, seen_by, settle, told, voice
from app.actions.models import AFTERWARDS, STATES, Action, ActionTheme, Partner, Step
from app.actions.needed import empty_needs
from app.actions.progress import SHOWS, empty_notes
from app.core import clock, dates, links, text, watches
from app.core.activity import record
from app.core.audience import silence
from app.core.database import atomic
from app.core.text import render
from app.extensions import db
from app.spaces.models import Space

FIELDS = frozenset({
    "title", "detail", "language", "form", "lead_id", "asked", "for_whom", "begins", "ends", "rhythm", "funding", "means",
    "builds_on", "origin_id", "section", "line", "sdgs", "commitments",
})  # fmt: skip
BUILDS, FROM = "builds_on", "comes_from"  # kinds of ties that go out from an action
_a, _p, _t = (
    t.cast(t.Any, Action.__table__),
    t.cast(t.Any, Partner.__table__),
    t.cast(t.Any, ActionTheme.__table__),
)


class NeedsReason(ValueError):
    """This change of state has to say why."""


def propose(
    author: t.Any, space: Space, *, title: str, audience: str = "space", state: str = "proposed", why: str = "",
    organisation: t.Any = None, partner_ids: t.Iterable[int] = (), themes: t.Iterable[str] = (),
    ties: t.Mapping[str, t.Iterable[str]] | None = None, **fields: t.Any,
) -> Action:  # fmt: skip
    """Enter a joint action in a space: the one way in, for the form, for minutes and for imports.

    `audience` is a word that the space offers. `fields` are some of FIELDS: `lead_id` an organisation, `ends` a day as
    exact as it is known ("2026-12-15"), `line` where it stands in what it comes from. `ties` are references by kind:
    {"comes_from": ["event:4"], "builds_on": ["document:3"]}. Who may name which organisation is asked before.
    """
    with atomic():
        now = clock.now()
        action = Action(
            space_id=space.id, audience_id=space.audience_named(audience), author_id=author.id,
            organisation_id=organisation and organisation.id, by=author.byline(organisation), state=state, state_at=now,
            at=now, changed=now, version=1, title=title, language=fields.pop("language", "") or "en",
        )  # fmt: skip
        _say(action, fields)
        db.session.add(action)
        db.session.flush()
        _put_partners(action, partner_ids)
        put_themes(action, themes)
        _put_ties(author, action, ties or {})
        _step(author, action, why, organisation)
        watches.watch(author.id, action.ref, watches.FOLLOW, softly=True)
        told(
            "actions.proposed",
            author,
            action,
            excerpt=text.excerpt(action.html),
            organisation=organisation,
            state=state,
        )
        _ask(author, action, None, [])
        return action


def change(
    actor: t.Any, action: Action, fields: dict[str, t.Any], *, audience: str = "", partner_ids: t.Iterable[int] | None = None,
    themes: t.Iterable[str] | None = None, ties: t.Mapping[str, t.Iterable[str]] | None = None,
) -> Action:  # fmt: skip
    """Say other things of an action, or to other readers; what is not given stays as it is."""
    with atomic():
        grown(action)
        lead, before = action.lead_id, partners(action)
        _say(action, fields)
        if partner_ids is not None:
            _put_partners(action, partner_ids)
        if themes is not None:
            put_themes(action, themes)
        if ties is not None:
            _put_ties(actor, action, ties)
        if audience:
            seen_by(actor, action, db.session.get_one(Space, action.space_id).audience_named(audience))
        settle(actor, action)
        told("actions.changed", actor, action)
        _ask(actor, action, lead, before)
        return action


def _say(action: Action, fields: dict[str, t.Any]) -> None:
    unknown = fields.keys() - FIELDS
    if unknown:
        raise KeyError(f"no fields of an action: {sorted(unknown)}")
    for name, value in fields.items():
        setattr(action, name, value)
    if "detail" in fields:
        action.html, action.renderer = render(action.detail), text.RENDERER
    if "ends" in fields:
        action.due = dates.last_day(action.ends)


def _put_partners(action: Action, numbers: t.Iterable[int]) -> None:
    wanted, known = {number for number in numbers if number != action.lead_id}, set(partners(action))
    gone = sa.delete(_p).where(_p.c.action_id == action.id, _p.c.organisation_id.in_(known - wanted))
    db.session.execute(gone)
    rows = [
        {"action_id": action.id, "organisation_id": number, "at": clock.now()}
        for number in sorted(wanted - known)
    ]
    if rows:
        db.session.execute(sa.insert(_p), rows)


def put_themes(action: Action, keys: t.Iterable[str]) -> None:
    """Give an action these themes and no others, inside atomic()."""
    db.session.execute(sa.delete(_t).where(_t.c.action_id == action.id))
    rows = [{"action_id": action.id, "theme": key} for key in dict.fromkeys(keys)]
    if rows:
        db.session.execute(sa.insert(_t), rows)


def _put_ties(actor: t.Any, action: Action, ties: t.Mapping[str, t.Iterable[str]]) -> None:
    for kind, refs in ties.items():
        links.untie(action.ref, kind)
        for ref in dict.fromkeys(refs):
            if ref != action.ref:
                links.tie(action.ref, kind, ref, actor.id)


def _ask(actor: t.Any, action: Action, lead: int | None, before: t.Collection[int]) -> None:
    """Tell those who were named, lead or partner, that they were: by somebody else, and not before."""
    own = {seat.id for seat in actor.seats}
    named = {action.lead_id, *partners(action)} - {None, lead, *before} - own
    if named:
        told("actions.named", actor, action, houses=sorted(t.cast("set[int]", named)))


# --- state ----------------------------------------------------------------------------------------------------


def needs_reason(old: str, new: str) -> bool:
    """Say whether a change of state has to say why: waiting, giving up, and taking up again what was over."""
    return new in ("held", "dropped") or old in AFTERWARDS


def set_state(actor: t.Any, action: Action, state: str, why: str = "") -> bool:
    """Move an action on, back or aside; its history keeps when, who and why. Says whether anything changed."""
    if state not in STATES:
        raise ValueError(state)
    with atomic():
        grown(action)
        if state == action.state:
            return False
        if needs_reason(action.state, state) and not why:
            raise NeedsReason(state)
        action.state, action.state_at = state, clock.now()
        _step(actor, action, why)
        told("actions.state", actor, action, excerpt=why, state=state)
        return True


def _step(actor: t.Any, action: Action, why: str, organisation: t.Any = None) -> None:
    spoken = organisation or voice(actor, action)
    row = Step(
        action_id=action.id, state=action.state, why=why, by_id=actor.id, by=actor.byline(spoken), at=clock.now()
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()


# --- taking part, following, taking away ----------------------------------------------------------------------


def take_part(actor: t.Any, action: Action, organisation: t.Any, on: bool) -> bool:
    """Let an organisation take part in an action, or no longer. Says whether anything changed."""
    with atomic():
        grown(action)
        here = set(partners(action))
        if on == (organisation.id in here) or organisation.id == action.lead_id:
            return False
        _put_partners(action, here | {organisation.id} if on else here - {organisation.id})
        settle(actor, action)
        verb = "actions.joined" if on else "actions.changed"
        told(verb, actor, action, organisation=actor.voice(organisation.id), joined=organisation.id)
        return True


def follow(actor: t.Any, action: Action, on: bool) -> None:
    """Hear of how an action goes, or no longer."""
    with atomic():
        if on:
            watches.watch(actor.id, action.ref, watches.FOLLOW)
        else:
            watches.unwatch(actor.id, action.ref)


def remove(actor: t.Any, action: Action) -> None:
    """Take an action away with its words, everywhere and at once; a row without text stays."""
    with atomic():
        grown(action)
        empty_notes(action)
        empty_needs(action)
        db.session.execute(sa.update(Step).where(Step.action_id == action.id).values(why=""))
        action.removed, action.title, action.detail, action.html = True, "", "", ""
        action.asked = action.for_whom = action.rhythm = action.means = action.builds_on = action.line = ""
        db.session.flush()
        silence(action.ref, url=f"/actions/{action.id}")
        record("actions.removed", actor=actor, subject=action, space_id=action.space_id)


__all__ = [
    "BUILDS", "FROM", "SHOWS", "Gone", "NeedsReason", "change", "follow", "needs_reason", "propose",
    "put_themes", "remove", "set_state", "take_part",
]  # fmt: skip
