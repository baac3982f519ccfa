"""What people do here: report, decide, ask for another look, answer. The first argument is who acts."""

import datetime as dt
import typing as t

import sqlalchemy as sa

from app.board import held as holding
from app.core import audit, clock
from app.core.audience import (
    STEWARDS,
    audience_of,
    moderators_room,
    organisation_room,
    person_room,
    readdress,
    rooms_of,
)
from app.core.database import atomic, setting, upsert
from app.core.text import excerpt, plain
from app.extensions import db
from app.members.models import Person
from app.moderation import deeds, telling
from app.moderation.models import Case, Decision, Report, open_to_appeal
from app.spaces import branch
from app.spaces.models import Space

_case, _report = Case.__table__, Report.__table__
SAID = 600  # characters of what was reported that a case keeps
MESSAGE = 10_000  # and of a message


class Past(Exception):
    """Somebody else was faster: the case is decided, or the answer given."""


# --- a case begins ------------------------------------------------------------------------------------------


def report(who: t.Any, thing: t.Any, reason: str, words: str) -> Case:
    """Say that something is wrong with a thing; a second report of the same person changes nothing."""
    with atomic() as session:
        case = opened(thing, "report")
        values = {
            "case_id": case.id,
            "person_id": who.id,
            "reason": reason,
            "words": words,
            "at": clock.now(),
        }
        new = session.execute(
            upsert(Report).values(**values).on_conflict_do_nothing().returning(_report.c.id)
        )
        if new.scalar() is not None:
            more = sa.update(Case).where(Case.id == case.id).values(reports=Case.reports + 1)
            session.execute(more.execution_options(synchronize_session=False))
            session.refresh(case)
            telling.received(case, who.id)
            telling.ring(case)
    return case


def opened(thing: t.Any, form: str, waits: bool = True) -> Case:
    """Return the case that is open about a thing; begin one where there is none. Without `waits` nobody is asked."""
    known = sa.select(Case).where(Case.open_about == thing.ref)
    case = db.session.scalar(known)
    if case is None:
        row = upsert(Case).values(**_begun(thing, form)).on_conflict_do_nothing().returning(_case.c.id)
        new = db.session.execute(row).scalar() is not None
        case = db.session.scalars(known).one()
        if new and waits:
            telling.opened(case)
    return case


def _begun(thing: t.Any, form: str) -> dict[str, t.Any]:
    author_id = thing.id if thing.kind == "person" else getattr(thing, "author_id", None)
    space_id = getattr(thing, "space_id", None)
    space = db.session.get(Space, space_id) if space_id else None
    rooms, now = deciders(space, author_id), clock.now()
    waits = STEWARDS not in rooms and not any(room.startswith("person:") for room in rooms)
    return {
        "audience_id": audience_of(*rooms), "about": thing.ref, "open_about": thing.ref, "form": form, "state": "open",
        "space_id": space_id, "author_id": author_id, "by": deeds.line_of(thing), "said": _copy(thing),
        "language": getattr(thing, "language", "") or "", "about_url": thing.url, "reports": 0, "at": now,
        "due": now + dt.timedelta(hours=setting("REPORT_SILENCE_HOURS")) if waits else None,
    }  # fmt: skip


def _copy(thing: t.Any) -> str:
    """Return the words that a case keeps: of a message all of them, for nobody who decides can look it up."""
    html = deeds.html_of(thing)
    return plain(html)[:MESSAGE] if thing.kind == "message" else excerpt(html, SAID)


def deciders(space: Space | None, author_id: int | None) -> set[str]:
    """Return the rooms that decide first: who looks after the space; where its author is among them, the secretariat."""
    spaces = branch.deciding(space)
    people = branch.moderators(spaces)
    if people and author_id not in people:
        return {moderators_room(number) for number in spaces}
    return of_secretariat(author_id)


def of_secretariat(author_id: int | None) -> set[str]:
    """Return the rooms of the secretariat; of its other people alone, where one of them is the author."""
    offices = sa.or_(Person.steward, Person.moderator)
    people = list(db.session.scalars(sa.select(Person.id).where(offices, Person.state == "active").limit(50)))
    others = [number for number in people if number != author_id]
    return {person_room(number) for number in others} if author_id in people and others else {STEWARDS}


@holding.on_hold
def begun_to_wait(kept: holding.Held) -> None:
    """Open a case for a first post that waits."""
    opened(kept, "first")


# --- it is decided ------------------------------------------------------------------------------------------


def decide(
    actor: t.Any, case: Case, deed: str, *, reason: str = "", words: str = "", days: int = 0
) -> Decision:
    """Decide a case: do what was decided, and tell its author and who reported. Raises Past where it was decided."""
    with atomic() as session:
        mine = sa.update(Case).where(Case.id == case.id, Case.state == "open")
        done = session.execute(
            mine.values(state="done", open_about=None).execution_options(synchronize_session=False)
        )
        if not t.cast(t.Any, done).rowcount:
            raise Past(case.ref)
        session.refresh(case)
        until = clock.now() + dt.timedelta(days=days) if deed == "suspend" and days else None
        decision = _decided(actor, case, deed, reason=reason, words=words, until=until)
        deeds.do(actor, case, decision)
        audit.note(actor, f"moderation.{deed}", case.about, also=_whose(case), case=case.id, reason=reason)
        telling.decided(case, decision)
        telling.answered(case)
        telling.ring(case)
    return decision


def _whose(case: Case) -> list[str]:
    """Return what a decision is about beside the thing: the case, and the person whose thing it is."""
    return [case.ref, *([f"person:{case.author_id}"] if case.author_id else [])]


def keep_out(actor: t.Any, person: Person, *, reason: str, words: str, days: int) -> Decision:
    """Keep somebody out without a report: a case that is decided at once. Raises Past where somebody was faster."""
    with atomic() as session:
        session.refresh(person)
        if person.state == "suspended":
            raise Past(person.ref)
        return decide(
            actor, opened(person, "report", waits=False), "suspend", reason=reason, words=words, days=days
        )


def _decided(actor: t.Any, case: Case, deed: str, **values: t.Any) -> Decision:
    whom = person_room(case.author_id) if case.author_id else _of_organisation(case)
    decision = Decision(
        audience_id=audience_of(whom), case_id=case.id, author_id=case.author_id, deed=deed, by_id=actor.id,
        at=clock.now(), **values,
    )  # fmt: skip
    db.session.add(decision)
    db.session.flush()
    return decision


def _of_organisation(case: Case) -> str:
    kind, _colon, number = case.about.partition(":")
    return organisation_room(int(number)) if kind == "organisation" else STEWARDS


def restore(actor: t.Any, case: Case, words: str) -> Decision:
    """Put back what was hidden, let in who was kept out, without having been asked. Raises Past where that is done."""
    with atomic():
        if case.state != "done" or not (deeds.hidden(case) or deeds.kept_out(case)):
            raise Past(case.ref)
        decision = _decided(actor, case, "restore", words=words)
        deeds.undo(actor, case)
        audit.note(actor, "moderation.restore", case.about, also=_whose(case), case=case.id)
        telling.decided(case, decision)
        telling.ring(case)
    return decision


# --- another look -------------------------------------------------------------------------------------------


def appeal(decision: Decision, words: str) -> None:
    """Let the author of something ask that somebody else looks at a decision about it; once. Raises Past otherwise."""
    with atomic() as session:
        session.refresh(decision)
        if not open_to_appeal(decision):
            raise Past(decision.ref)
        decision.appeal_at, decision.appeal = clock.now(), words
        case = session.get_one(Case, decision.case_id)
        case.state = "appeal"
        _widen(case, of_secretariat(case.author_id))
        audit.note(
            session.get(Person, decision.author_id or 0),
            "moderation.appeal",
            case.about,
            also=_whose(case),
            case=case.id,
        )
        telling.appealed(case, decision)
        telling.ring(case)


def _widen(case: Case, rooms: set[str]) -> None:
    """Let more people decide: the case, and what was told of it, is theirs too from now on."""
    case.audience_id, case.due = audience_of(*(rooms_of(case.audience_id) | rooms)), None
    db.session.flush()
    readdress(case.ref, case.audience_id)


def answer(actor: t.Any, case: Case, decision: Decision, *, changed: bool, words: str) -> None:
    """Answer an appeal: the decision stays, or it is undone. Never by who decided; the rule asked before."""
    with atomic() as session:
        session.refresh(decision)
        if not decision.appealed or decision.by_id == actor.id:
            raise Past(decision.ref)
        decision.answer = "changed" if changed else "kept"
        decision.answer_words, decision.answer_by_id, decision.answer_at = words, actor.id, clock.now()
        case.state = "done"
        session.flush()
        if changed:
            deeds.undo(actor, case)
        audit.note(actor, f"moderation.{decision.answer}", case.about, also=_whose(case), case=case.id)
        telling.decided(case, decision)
        telling.ring(case)


def pass_on(case: Case) -> None:
    """Let the secretariat decide too: nobody of the group did in time."""
    with atomic() as session:
        session.refresh(case)
        if case.state == "open" and case.due is not None:
            _widen(case, of_secretariat(case.author_id))
            audit.note(None, "moderation.passed_on", case.about, also=_whose(case), case=case.id)
            telling.opened(case, anew=True)
            telling.ring(case)
