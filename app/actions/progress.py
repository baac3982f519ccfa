"""How an action goes: notes, milestones, and what shows it. Each act is one transaction and records one fact."""

import datetime as dt
import typing as t

import sqlalchemy as sa

from app.actions.care import Gone, grown, insiders, noted, opened, told, voice
from app.actions.models import Action, Milestone, Note, Origin
from app.core import clock, dates, links, text
from app.core.audience import silence
from app.core.database import atomic
from app.core.text import clean_text, render
from app.extensions import db

SHOWS = "evidence"
MOST_MILESTONES, MOST_SHOWN = 40, 60


class Full(ValueError):
    """There are as many as fit already."""


def note(author: t.Any, action: Action, body: str, *, internal: bool = False, language: str = "") -> Note:
    """Write how an action goes, for all its readers or for those who carry it."""
    body = clean_text(body)
    with atomic():
        grown(action)
        spoken = voice(author, action)
        one = Note(
            action_id=action.id, root=action.ref, audience_id=insiders(action) if internal else action.audience_id,
            author_id=author.id, organisation_id=spoken and spoken.id, by=author.byline(spoken), body=body,
            language=language or action.language, html=render(body), renderer=text.RENDERER, internal=internal,
            at=clock.now(),
        )  # fmt: skip
        db.session.add(one)
        db.session.flush()
        if (
            internal
        ):  # it hangs on itself: whatever happens to the readers of the action, it does not reach them
            one.root = one.ref
            db.session.flush()
        told(
            "actions.noted", author, action, subject=one, root=one if internal else action, lang=one.language,
            excerpt=text.excerpt(one.html), url=f"{action.url}#n{one.id}", organisation=spoken, internal=internal,
        )  # fmt: skip
        return one


def remove_note(actor: t.Any, one: Note) -> None:
    """Take the words of a note away, everywhere and at once."""
    with atomic():
        grown(one.action)
        _emptied(one)
        told("actions.changed", actor, one.action)


def empty_notes(action: Action) -> None:
    """Take the words of all notes of an action away, inside atomic()."""
    for one in db.session.scalars(sa.select(Note).where(Note.action_id == action.id, ~Note.removed)).all():
        _emptied(one)


def _emptied(one: Note) -> None:
    one.removed, one.body, one.html = True, "", ""
    db.session.flush()
    silence(one.ref, url=f"/actions/{one.action_id}")


# --- milestones -----------------------------------------------------------------------------------------------


def add_milestone(
    actor: t.Any, thing: Action | Origin, title: str, day: str, language: str = ""
) -> Milestone:
    """Add a day on which something is to be reached, to an action or to a meeting that actions come from."""
    with atomic():
        _take(thing)
        of = {"action_id": thing.id} if isinstance(thing, Action) else {"origin_id": thing.id}
        kept = sa.select(sa.func.count()).select_from(Milestone).filter_by(**of)
        if (db.session.scalar(kept) or 0) >= MOST_MILESTONES:
            raise Full("milestones")
        one = Milestone(
            title=title, day=day, due=_last(day), language=language or thing.language, at=clock.now(), **of
        )  # fmt: skip
        db.session.add(one)
        db.session.flush()
        _tell(actor, thing)
        return one


def _last(day: str) -> dt.date:
    due = dates.last_day(day)
    if due is None:
        raise ValueError(day)
    return due


def _take(thing: Action | Origin) -> None:
    if isinstance(thing, Action):
        grown(thing)
    else:
        opened(thing)


def _again(one: Milestone) -> None:
    """Look at a milestone as it is now."""
    if db.session.get(Milestone, one.id, populate_existing=True) is None:
        raise Gone(f"milestone:{one.id}")


def _tell(actor: t.Any, thing: Action | Origin, verb: str = "actions.changed", excerpt: str = "") -> None:
    if isinstance(thing, Action):
        told(verb, actor, thing, excerpt=excerpt)
    else:
        noted(actor, thing)


def reach(
    actor: t.Any, thing: Action | Origin, one: Milestone, on: bool, *, day: str = "", said: str = ""
) -> bool:
    """Say that a milestone is reached, on a day as exact as it is known, or that it is not; `said`: what came of it.

    Says whether anything changed."""
    with atomic():
        _take(thing)
        _again(one)
        new = (on, day if on else "", said)
        if new == (one.reached is not None, one.reached_on, one.said):
            return False
        first = on and one.reached is None
        one.reached = (one.reached or clock.now()) if on else None
        one.reached_on, one.said = new[1:]
        _tell(actor, thing, "actions.reached" if first else "actions.changed", one.title if first else "")
        return True


def change_milestone(actor: t.Any, thing: Action | Origin, one: Milestone, title: str, day: str) -> None:
    """Say otherwise what is to be reached, or until when."""
    with atomic():
        _take(thing)
        _again(one)
        one.title, one.day, one.due = title, day, _last(day)
        _tell(actor, thing)


def drop_milestone(actor: t.Any, thing: Action | Origin, one: Milestone) -> None:
    """Take a milestone off."""
    with atomic():
        _take(thing)
        db.session.execute(sa.delete(Milestone).where(Milestone.id == one.id))
        _tell(actor, thing)


# --- evidence -------------------------------------------------------------------------------------------------


def show(actor: t.Any, action: Action, ref: str, on: bool) -> bool:
    """Tie something that shows how an action goes to it, or take it off. Says whether anything changed."""
    with atomic():
        grown(action)
        known = [row.target for row in links.from_(action.ref, SHOWS)]
        if on == (ref in known):
            return False
        if on and len(known) >= MOST_SHOWN:
            raise Full("evidence")
        if on:
            links.tie(action.ref, SHOWS, ref, actor.id)
        else:
            links.untie(action.ref, SHOWS, ref)
        told("actions.shown" if on else "actions.changed", actor, action, shown=ref)
        return True
