"""Requests to join: asked, proved by mail, answered by one, passed on after days of silence."""

import datetime as dt
import json
import typing as t

import sqlalchemy as sa
from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from app.arrivals import acts
from app.arrivals.models import JoinRequest
from app.core import audience as audiences
from app.core import audit, clock, jobs, limits, watches
from app.core.activity import record
from app.core.audience import audience_of, person_room
from app.core.database import atomic, get_or_none, setting
from app.core.mail import post, was_posted
from app.extensions import db
from app.members import acts as members
from app.members.models import Organisation, Person, Seat
from app.spaces import branch
from app.spaces.models import Space

STAGES = ("contact", "coalition", "secretariat")
SILENT = dt.timedelta(days=7)  # how long each is asked alone
PROVE = dt.timedelta(days=3)  # how long the mailed link waits
KEPT = dt.timedelta(days=90)  # how long a request is kept once it is over
MAILS_A_DAY = 3  # that strangers can cause to one address


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="join")


def path(one: JoinRequest) -> str:
    """Return the secret address of a request; only its sender is told it."""
    return f"/join/{_signer().dumps([one.id, _moment(one)])}"


def _moment(one: JoinRequest) -> int:
    """When it was asked: the number of a request that was forgotten is given again, its address opens nothing."""
    return int(one.at.timestamp() * 1_000_000)


def find(secret: str) -> JoinRequest | None:
    """Return the request of a secret address, None where nobody of ours wrote it or it is forgotten."""
    try:
        number, moment = _signer().loads(secret)
    except (BadSignature, TypeError, ValueError):
        return None
    one = t.cast("JoinRequest | None", get_or_none(JoinRequest, number))
    return one if one is not None and _moment(one) == moment else None


@jobs.task("ask-to-join")
def receive(said: str, form_key: str = "") -> None:
    """Keep what was asked and mail a link to prove the address; who has an account is told so instead.

    It runs in the job process: for the page every address is the same. A form sent twice is one request.
    """
    values = json.loads(said)
    address, key = values["email"], f"join:{form_key}" if form_key else None
    if was_posted(key) or not limits.hit("join-mails", address, MAILS_A_DAY, 24 * 60):
        return
    person = db.session.scalar(sa.select(Person).where(Person.email == address))
    with atomic() as session:
        if person is not None and person.state in ("active", "suspended"):
            if person.state == "active":
                post("join_known", address, person.language, person_id=person.id, key=key, organisation=values["organisation"],
                     url=f"{setting('BASE_URL')}/sign-in")  # fmt: skip
            return
        one = JoinRequest(**values, state="unproved", stage="", at=clock.now())
        session.add(one)
        session.flush()
        post("join", address, one.language, key=key, organisation=one.organisation, days=PROVE.days,
             url=setting("BASE_URL") + path(one))  # fmt: skip


def prove(one: JoinRequest) -> bool:
    """The address is theirs: from now on the request waits for an answer. Says whether that is new."""
    with atomic():
        if not _turn(one, "unproved", "waiting"):
            return False
        if one.organisation_id:
            home = db.session.get_one(Organisation, one.organisation_id)
            one.space_id = db.session.scalar(sa.select(Space.id).where(Space.key == (home.coalition or "-")))
        audit.note(None, "arrivals.asked", one.ref)
        _hand_to(one, STAGES)
    return True


def _turn(one: JoinRequest, before: str, after: str, **values: t.Any) -> bool:
    """Let a request go from one state to the next; False where somebody was faster."""
    mine = sa.update(JoinRequest).where(JoinRequest.id == one.id, JoinRequest.state == before)
    done = t.cast(t.Any, db.session.execute(mine.values(state=after, **values))).rowcount
    db.session.refresh(one)
    return bool(done)


def _hand_to(one: JoinRequest, stages: t.Sequence[str]) -> None:
    """Ask the first of these that has somebody to ask, and tell them, inside atomic()."""
    one.stage = next(stage for stage in stages if stage == STAGES[-1] or asked(one, stage))
    one.due = None if one.stage == STAGES[-1] else clock.now() + SILENT
    to = asked(one, one.stage)
    if to:
        record(
            "arrivals.asked", actor=None, subject=one.ref, title=one.organisation, url=f"/requests/{one.id}",
            audience_id=audience_of(*(person_room(number) for number in to)), data={"to": to},
        )  # fmt: skip


def asked(one: JoinRequest, stage: str) -> list[int]:
    """Return the people who are asked in a stage."""
    if stage == "contact":
        mine = (
            Seat.organisation_id == one.organisation_id,
            Seat.primary,
            Seat.ended.is_(None),
            Person.state == "active",
        )
        rows = sa.select(Person.id).join(Seat, Seat.person_id == Person.id).where(*mine)
        return sorted(set(db.session.scalars(rows.limit(20)))) if one.organisation_id else []
    if stage == "coalition":
        keepers = branch.keepers([one.space_id] if one.space_id else [])
        rows = sa.select(Person.id).where(Person.id.in_(keepers), Person.state == "active")
        return sorted(db.session.scalars(rows))
    office = sa.select(Person.id).where(Person.steward, Person.state == "active")
    return sorted(db.session.scalars(office.limit(50)))


def escalate() -> None:
    """Pass on what nobody answered in time; forget what is long over."""
    late = sa.select(JoinRequest).where(JoinRequest.state == "waiting", JoinRequest.due <= clock.now())
    for one in db.session.scalars(late.order_by(JoinRequest.id).limit(200)).all():
        with atomic() as session:
            session.refresh(one, with_for_update=True)
            if one.state == "waiting" and one.due is not None:
                _hand_to(one, STAGES[STAGES.index(one.stage) + 1 :])
                audit.note(None, "arrivals.passed_on", one.ref, stage=one.stage)
    _forget()


def _forget() -> None:
    never = sa.and_(JoinRequest.state == "unproved", JoinRequest.at < clock.now() - PROVE)
    over = sa.or_(never, JoinRequest.ended < clock.now() - KEPT)
    for one in db.session.scalars(sa.select(JoinRequest).where(over).limit(500)).all():
        with atomic() as session:
            audiences.silence(one.ref)
            session.delete(one)


def _end(actor: t.Any, one: JoinRequest, state: str, reason: str = "") -> bool:
    """Answer a request once; the notices of all who were asked are read with it. Inside atomic()."""
    by = actor.id if actor is not None else None
    if not _turn(one, "waiting", state, ended=clock.now(), by_id=by, reason=reason, due=None):
        return False
    for number in {number for stage in STAGES for number in asked(one, stage)}:
        watches.seen(number, one.ref)
    deed = "withdrawn_request" if state == "withdrawn" else state
    audit.note(
        actor,
        f"arrivals.{deed}",
        one.ref,
        **({"organisation_id": one.organisation_id} if one.organisation_id else {}),
    )
    return True


def approve(
    actor: t.Any, one: JoinRequest, *, seat: dict[str, t.Any], member: dict[str, t.Any] | None = None
) -> bool:
    """Say yes: a new member is taken in, and the applicant is invited to the seat. Says whether nobody was faster."""
    with atomic() as session:
        if not _end(actor, one, "approved"):
            return False
        if one.organisation_id is None:
            one.organisation_id = members.add_organisation(actor, **(member or {})).id
        home = session.get_one(Organisation, one.organisation_id)
        # The house invites: who answers a request need not be somebody who could invite there on their own.
        guest = acts.invite(None, home, email=one.email, name=one.name, language=one.language, **seat)
        audit.tie(one.ref, f"person:{guest.person_id}")  # asked before there was an account to name
    return True


def decline(actor: t.Any, one: JoinRequest, reason: str) -> bool:
    """Say no, with a reason that goes to the applicant alone. Says whether nobody was faster."""
    with atomic():
        if not _end(actor, one, "declined", reason):
            return False
        post("join_declined", one.email, one.language, organisation=one.organisation, reason=reason,
             url=setting("BASE_URL") + path(one), key=f"join-declined:{one.id}")  # fmt: skip
    return True


def withdraw(one: JoinRequest) -> bool:
    """The applicant takes the request back: its words are gone at once."""
    with atomic():
        if one.state == "unproved":
            return _turn(one, "unproved", "withdrawn", ended=clock.now(), words="")
        if not _end(None, one, "withdrawn"):
            return False
        one.words = ""
        audiences.silence(one.ref)
    return True
