"""What an action needs, and what members offer: a venue, a translator, data, means. Each act is one transaction."""

import typing as t

import sqlalchemy as sa

from app.actions.care import grown, told
from app.actions.models import Action
from app.actions.need_models import Need, Pledge
from app.core import clock, dates
from app.core.database import atomic
from app.extensions import db

MOST = 40  # needs of one action


class Full(ValueError):
    """There are as many as fit already."""


class Shut(ValueError):
    """The need is met or closed, or the offer was answered or taken back meanwhile."""


def ask(actor: t.Any, action: Action, form: str, title: str, until: str = "") -> Need:
    """Say what an action needs: `form` is a key of words.NEEDS, `until` a day as exact as it is known."""
    with atomic():
        grown(action)
        known = sa.select(sa.func.count()).select_from(Need).where(Need.action_id == action.id)
        if (db.session.scalar(known) or 0) >= MOST:
            raise Full("needs")
        need = Need(
            action_id=action.id, form=form, title=title, language=action.language, until=until, due=dates.last_day(until),
            author_id=actor.id, at=clock.now(),
        )  # fmt: skip
        db.session.add(need)
        db.session.flush()
        told("actions.needed", actor, action, excerpt=title, need=need.id)
        return need


def set_open(actor: t.Any, action: Action, need: Need, state: str) -> bool:
    """Say that a need is met, no longer asked for, or open again. Says whether anything changed."""
    with atomic():
        grown(action)
        db.session.refresh(need)
        if need.state == state:
            return False
        need.state = state
        told("actions.changed", actor, action)
        return True


def offer(actor: t.Any, action: Action, need: Need, organisation: t.Any, words: str) -> Pledge:
    """Offer something for a need in the name of an organisation; an offer that was taken back or declined is made anew."""
    with atomic() as session:
        grown(action)
        session.refresh(need)
        if need.state != "open":
            raise Shut(need.state)
        mine = sa.select(Pledge).where(Pledge.need_id == need.id, Pledge.organisation_id == organisation.id)
        pledge = session.scalar(mine.with_for_update())
        if pledge is not None and pledge.state in ("accepted", "delivered"):
            raise Shut(pledge.state)
        if pledge is None:
            pledge = Pledge(
                need_id=need.id, organisation_id=organisation.id, author_id=actor.id, at=clock.now()
            )
            session.add(pledge)
        pledge.author_id, pledge.by, pledge.words = (
            actor.id,
            actor.byline(actor.voice(organisation.id)),
            words,
        )
        pledge.state, pledge.at, pledge.answered, pledge.answered_by_id = "offered", clock.now(), None, None
        session.flush()
        told(
            "actions.pledged", actor, action, excerpt=need.title, organisation=actor.voice(organisation.id),
            houses=[action.lead_id] if action.lead_id else [],
        )  # fmt: skip
        return pledge


def empty_needs(action: Action) -> None:
    """Take the words of all needs and offers of an action away, inside atomic()."""
    own = sa.select(Need.id).where(Need.action_id == action.id)
    db.session.execute(sa.update(Pledge).where(Pledge.need_id.in_(own)).values(words=""))
    db.session.execute(sa.update(Need).where(Need.action_id == action.id).values(title="", state="closed"))


# From which states an offer comes into which.
WAYS = {
    "accepted": ("offered",), "declined": ("offered", "accepted"), "delivered": ("accepted",),
    "withdrawn": ("offered", "accepted"),
}  # fmt: skip


def answer(actor: t.Any, action: Action, need: Need, pledge: Pledge, state: str) -> bool:
    """Accept or decline an offer, say that it was delivered, or take it back; the other side hears it."""
    with atomic() as session:
        grown(action)
        session.refresh(pledge)
        if pledge.state == state:
            return False
        if pledge.state not in WAYS[state]:
            raise Shut(pledge.state)
        pledge.state, pledge.answered, pledge.answered_by_id = state, clock.now(), actor.id
        if state == "delivered":
            need.state = "met"
        session.flush()
        other = [action.lead_id] if state == "withdrawn" else [pledge.organisation_id]
        verb = {"delivered": "actions.delivered", "withdrawn": "actions.withdrawn"}.get(
            state, "actions.answered"
        )
        told(verb, actor, action, excerpt=need.title, houses=[house for house in other if house], state=state)
        return True
