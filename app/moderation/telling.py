"""Who hears what of a case. No fact says who reported; none holds a word of what it is about."""

import sqlalchemy as sa
from markupsafe import Markup

from app.core.activity import record
from app.core.audience import audience_of, person_room, rooms_of
from app.core.database import setting
from app.core.mail import post
from app.extensions import db
from app.members import suspensions
from app.members.models import Person, Seat
from app.moderation import words
from app.moderation.models import Case, Decision, Report, open_to_appeal
from app.spaces import branch

QUEUE = "moderation:queue"  # what the number in the rail is about


def ring(case: Case) -> None:
    """Let the number in the rail of those who decide be counted anew."""
    record("moderation.changed", actor=None, subject=QUEUE, audience_id=case.audience_id)


def deciding(case: Case) -> list[int]:
    """Return the people who decide a case."""
    rooms = rooms_of(case.audience_id)
    numbers = {
        kind: [int(r[len(kind) + 1 :]) for r in rooms if r.startswith(f"{kind}:")]
        for kind in ("keepers", "moderators", "person")
    }
    people = {
        *branch.keepers(numbers["keepers"]),
        *branch.moderators(numbers["moderators"]),
        *numbers["person"],
    }
    if "stewards" in rooms:
        office = sa.or_(Person.steward, Person.moderator)
        people |= set(db.session.scalars(sa.select(Person.id).where(office, Person.state == "active")))
    return sorted(people - {case.author_id})


def opened(case: Case, anew: bool = False) -> None:
    """Tell those who decide that something waits."""
    to = deciding(case)
    record(
        "moderation.opened", actor=None, subject=case, title=case.title, url=case.url,
        data={"to": to, **({"anew": True} if anew else {})},
    )  # fmt: skip


def received(case: Case, person_id: int) -> None:
    """Tell who reported that it arrived."""
    _to_one("moderation.received", case, person_id, "/reports")


def answered(case: Case) -> None:
    """Tell those who reported that it is decided."""
    for person_id in db.session.scalars(sa.select(Report.person_id).where(Report.case_id == case.id)).all():
        _to_one("moderation.answered", case, person_id, "/reports")


def _to_one(verb: str, case: Case, person_id: int, url: str) -> None:
    record(
        verb, actor=None, subject=f"report:{case.id}", title=case.title, url=url,
        audience_id=audience_of(person_room(person_id)), data={"to": [person_id]},
    )  # fmt: skip


def appealed(case: Case, decision: Decision) -> None:
    """Tell those who may answer: everybody who decides, but who decided."""
    to = [number for number in deciding(case) if number != decision.by_id]
    record("moderation.appealed", actor=None, subject=case, title=case.title, url=case.url, data={"to": to})


def decided(case: Case, decision: Decision) -> None:
    """Tell the author what was decided, why, by which rule, and how to answer; what was left alone is not told."""
    people = _concerned(case) if decision.deed != "leave" else []
    if not people:
        return
    verb = "moderation.released" if case.form == "first" else "moderation.decided"
    url = case.about_url if decision.deed == "publish" else decision.url
    record(verb, actor=None, subject=decision, url=url, data={"to": [person.id for person in people]})
    for person in people if decision.deed != "publish" else ():
        _mail(case, decision, person)


def _concerned(case: Case) -> list[Person]:
    if case.author_id:
        return [db.session.get_one(Person, case.author_id)]
    kind, _colon, number = case.about.partition(":")
    seated = sa.select(Seat.person_id).where(Seat.organisation_id == int(number), Seat.ended.is_(None))
    found = sa.select(Person).where(Person.id.in_(seated), Person.state == "active").limit(50)
    return list(db.session.scalars(found)) if kind == "organisation" else []


def _mail(case: Case, decision: Decision, person: Person) -> None:
    path = suspensions.appeal_path(decision.id) if case.author_id else decision.url
    post(
        "statement", person.email, person.language, timezone=person.timezone, person_id=person.id,
        key=f"decision:{decision.id}:{decision.answer}:{person.id}", decision=decision, case=case,
        kind_word=words.KINDS[case.about.partition(":")[0]], told=words.TOLD.get(decision.deed, Markup()),
        rule=words.REASONS[decision.reason] if decision.reason else "",
        may=bool(case.author_id) and open_to_appeal(decision), url=setting("BASE_URL") + path,
    )  # fmt: skip
