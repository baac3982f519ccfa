"""What people do with what they bring over: send it, say how it is read, take it in, take it back. The job process works."""

import datetime as dt
import typing as t

import sqlalchemy as sa

from app.core import audience as audiences
from app.core import audit, clock, database, files, jobs
from app.core.activity import record
from app.core.audience import NOBODY, STEWARDS, audience_of, keepers_room, person_room
from app.core.database import atomic
from app.core.languages import in_language
from app.extensions import db
from app.members.models import Person
from app.members.signed_in import as_person
from app.past import documents, looking, plans, shelves, talks, undoing
from app.past.models import PastBatch
from app.past.sources import Refused
from app.past.sources.kinds import TALKS
from app.past.steps import Stopped
from app.spaces.models import Space

KEPT, STUCK = dt.timedelta(days=7), dt.timedelta(minutes=10)
TITLE = 200


def begin(actor: t.Any, space: Space, kept: files.Kept, form: str) -> PastBatch:
    """Keep what was sent, and let it be looked at. Nothing is taken in yet."""
    with atomic() as session:
        batch = PastBatch(
            by_id=actor.id, space_id=space.id, audience_id=audience_of(*_carers(space, [actor.id])), at=clock.now(),
            moved=clock.now(), name=kept.name[:TITLE], form=form, state="reading", hash=kept.hash,
            how=usual(actor, space, form, kept.name), said={}, made={}, done=0, total=0,
        )  # fmt: skip
        session.add(batch)
        session.flush()
        files.attach(kept, batch.ref, batch, actor.id).state = "ready"
        audit.note(actor, "past.sent", batch.ref, form=form)
        _later("read-past", batch.id)
    return batch


def _carers(space: Space, people: t.Iterable[int]) -> set[str]:
    """Those who see a batch: who brought it, and who looks after its group."""
    theirs = {person_room(number) for number in people}
    return {*theirs, keepers_room(space.id), *(() if space.enclosed else (STEWARDS,))}


def narrow(_actor: t.Any, space: Space) -> None:
    """A space is seen by other people: so is what was brought to it, inside atomic()."""
    for batch in db.session.scalars(sa.select(PastBatch).where(PastBatch.space_id == space.id)).all():
        people = [room for room in batch.rooms if room.startswith("person:")]
        after = audience_of(*people, *_carers(space, [batch.by_id]))
        if after != batch.audience_id:
            batch.audience_id = after
            audiences.readdress(batch.ref, after)


def usual(actor: t.Any, space: Space, form: str, name: str) -> dict[str, t.Any]:
    """Return how things are taken in, unless it is said otherwise."""
    shared: dict[str, t.Any] = {"read": {}, "language": actor.language, "sight": space.offers()[0]}
    if form in TALKS:
        return {**shared, "topic": "network"}
    folder = name.rpartition(".")[0] if form == "archive" else ""
    return {**shared, "type": "", "licence": "", "publish": True, "collection": folder[:TITLE]}


def _later(task: str, number: int) -> None:
    database.later(lambda: jobs.enqueue(task, number))


def change(batch: PastBatch, how: dict[str, t.Any]) -> None:
    """Say anew how it is to be read and taken in; it is looked at again."""
    with atomic():
        if _turn(batch, ("ready", "unreadable"), "reading", how=how):
            _later("read-past", batch.id)


def _turn(batch: PastBatch, before: t.Sequence[str], after: str, **values: t.Any) -> bool:
    """Let a batch go from one state to the next; False where somebody was faster."""
    mine = sa.update(PastBatch).where(PastBatch.id == batch.id, PastBatch.state.in_(before))
    done = db.session.execute(mine.values(state=after, moved=clock.now(), **values))
    db.session.refresh(batch)
    return bool(t.cast(t.Any, done).rowcount)


def drop(actor: t.Any, batch: PastBatch) -> None:
    """Forget what was not taken in."""
    with atomic() as session:
        if _turn(batch, ("ready", "unreadable"), "undone", hash=""):
            files.forget(batch.ref)
            audit.note(actor, "past.dropped", batch.ref)
            session.delete(batch)


# --- looking --------------------------------------------------------------------------------------------------


@jobs.task("read-past")
def look(number: int) -> None:
    """Read what was sent and say what it would do: the dry run."""
    batch = db.session.get(PastBatch, number)
    if batch is None or batch.state != "reading":
        return
    person = db.session.get_one(Person, batch.by_id)
    how = dict(batch.how)
    with in_language(person.language, person.timezone):
        try:
            with plans.read(batch) as plan:
                how["read"] = {**(how.get("read") or {}), **looking.how_read(plan)}
                said, state, total = (
                    looking.looked(batch, plan, as_person(batch.by_id).viewer),
                    "ready",
                    int(plan.head["total"]),
                )
        except Refused as why:
            said, state, total = {"reason": str(why)}, "unreadable", 0
    with atomic():
        _turn(batch, ("reading",), state, said=said, total=total, how=how)


# --- taking in ------------------------------------------------------------------------------------------------


def start(actor: t.Any, batch: PastBatch) -> bool:
    """Take it in. Says whether it was ready."""
    with atomic():
        if not _turn(batch, ("ready",), "running", by_id=actor.id, done=0, made={}):
            return False
        audit.note(actor, "past.taken", batch.ref, lines=batch.total)
        _later("run-past", batch.id)
    return True


@jobs.task("run-past")
def run(number: int) -> None:
    """Take a batch in, some things at a time; begun again after a stop it goes on where it was."""
    batch = db.session.get(PastBatch, number)
    if batch is None or batch.state != "running":
        return
    actor = as_person(batch.by_id)
    try:
        with in_language(actor.language, actor.timezone), plans.read(batch, with_files=True) as plan:
            (talks if batch.form in TALKS else documents).take_in(actor, batch, plan)
    except Stopped:
        return
    _finish(actor, batch)


def _finish(actor: t.Any, batch: PastBatch) -> None:
    """The newsfeed hears of all of it once; the bytes that were sent are needed no longer."""
    with atomic():
        kept = {name: batch.said.get(name) for name in ("counts", "lost", "notes", "wrong")}
        if not _turn(batch, ("running",), "done", said=kept, hash=""):
            return
        files.forget(batch.ref)
        _tell(actor, batch)


def fact_of(batch: PastBatch) -> str:
    """Return the reference under which the newsfeed tells of a batch."""
    return f"brought:{batch.id}"


def _tell(actor: t.Any, batch: PastBatch) -> None:
    spoken = batch.form in TALKS
    count = int(batch.made.get("talks" if spoken else "documents", 0))
    if not count or not (spoken or batch.how.get("publish", True)):
        return
    space = db.session.get_one(Space, batch.space_id)
    record(
        "board.imported" if spoken else "library.imported", actor=actor, subject=fact_of(batch), title=str(count),
        url=f"/discussions?group={space.id}" if spoken else f"/library?space={space.id}", space_id=space.id,
        audience_id=shelves.audience_of(batch), data={"count": count},
    )  # fmt: skip


# --- taking back ----------------------------------------------------------------------------------------------


def undo(actor: t.Any, batch: PastBatch) -> bool:
    """Take a batch back: what nobody has used since goes. Says whether there was something to take back."""
    rest = ("done", "undone") if batch.said.get("stays") else ("done",)
    with atomic():
        if not _turn(batch, rest, "undoing", by_id=actor.id, done=0):
            return False
        audit.note(actor, "past.undone", batch.ref)
        _later("undo-past", batch.id)
    return True


@jobs.task("undo-past")
def take_back(number: int) -> None:
    """Take out what a batch made; what somebody has changed, answered or used stays, and is named."""
    batch = db.session.get(PastBatch, number)
    if batch is None or batch.state != "undoing":
        return
    try:
        stay = undoing.take_back(as_person(batch.by_id), batch)
    except Stopped:
        return
    with atomic():
        audiences.readdress(fact_of(batch), audience_of(NOBODY))
        _turn(batch, ("undoing",), "undone", said={**batch.said, "stay": stay[:200], "stays": len(stay)})


@jobs.hourly
def tidy() -> None:
    """Forget what nobody took in; go on with what was cut off."""
    old = (PastBatch.state.in_(("reading", "ready", "unreadable")), PastBatch.moved < clock.now() - KEPT)
    for batch in db.session.scalars(sa.select(PastBatch).where(*old)).all():
        with atomic() as session:
            files.forget(batch.ref)
            session.delete(batch)
    stuck = sa.select(PastBatch.id, PastBatch.state).where(
        PastBatch.state.in_(("reading", "running", "undoing")), PastBatch.moved < clock.now() - STUCK
    )
    for row in db.session.execute(stuck).all():
        {"reading": look, "running": run, "undoing": take_back}[row.state](row.id)
