"""What people do with what they bring over: send it, say how it is read, take it in, take it back. The job process works."""

import typing as t

import sqlalchemy as sa

from app.core import audience as audiences
from app.core import files
from app.core.activity import record
from app.core.audience import STEWARDS, audience_of, keepers_room, person_room
from app.core.batches import Turns, Values, what_stays
from app.core.database import atomic
from app.core.languages import in_language
from app.extensions import db
from app.members.signed_in import as_person
from app.past import documents, looking, plans, shelves, talks, undoing
from app.past.models import PastBatch
from app.past.sources import Refused
from app.past.sources.kinds import TALKS
from app.spaces.models import Space

TITLE = 200


def begin(actor: t.Any, space: Space, kept: files.Kept, form: str) -> PastBatch:
    """Keep what was sent, and let it be looked at. Nothing is taken in yet."""
    with atomic():
        batch = PastBatch(
            by_id=actor.id, space_id=space.id, audience_id=audience_of(*_carers(space, [actor.id])), name=kept.name,
            form=form, hash=kept.hash, how=usual(actor, space, form, kept.name),
        )  # fmt: skip
        BROUGHT.keep(actor, batch, form=form)
        files.attach(kept, batch.ref, batch, actor.id).state = "ready"
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
    voices = [seat.id for seat in actor.seats if seat.may_publish]
    shared = {**shared, "organisation": voices[0] if voices else 0, "series": "", "themes": []}
    return {**shared, "type": "", "licence": "", "publish": True, "collection": folder[:TITLE]}


class Brought(Turns[PastBatch]):
    """How what was brought goes from turn to turn."""

    model, work, noted, fact = PastBatch, "past", "past.", "brought"
    unreadable = Refused

    def looked(self, batch: PastBatch) -> Values:
        """Read it and say what it would do; how it was read stands in its form from now on."""
        who = as_person(batch.by_id)
        with in_language(who.language, who.timezone), plans.read(batch) as plan:
            said, read = looking.looked(batch, plan, who), looking.how_read(plan)
            how = {**batch.how, "read": {**(batch.how.get("read") or {}), **read}}
            return {"said": said, "total": int(plan.head["total"]), "how": how}

    def take_in(self, batch: PastBatch) -> None:
        """Take its documents or discussions in."""
        who = as_person(batch.by_id)
        with in_language(who.language, who.timezone), plans.read(batch, with_files=True) as plan:
            (talks if batch.form in TALKS else documents).take_in(who, batch, plan)

    def over(self, batch: PastBatch) -> Values:
        """The bytes that were sent are needed no longer."""
        kept = {name: batch.said.get(name) for name in ("counts", "lost", "notes", "wrong")}
        return {"said": kept, "hash": ""}

    def forget(self, batch: PastBatch) -> None:
        """Let go of these bytes."""
        files.forget(batch.ref)

    def tell(self, batch: PastBatch) -> None:
        """The newsfeed hears of all of it once; of drafts it hears nothing."""
        spoken = batch.form in TALKS
        made = batch.made  # what is for fewer people than the rest is not counted before them
        count = int(made.get("talks", 0) if spoken else made.get("documents", 0) - made.get("inside", 0))
        if not count or not (spoken or batch.how.get("publish", True)):
            return
        space = batch.space_id
        record(
            "board.imported" if spoken else "library.imported", actor=as_person(batch.by_id), subject=self.fact_of(batch),
            title=str(count), url=f"/discussions?group={space}" if spoken else f"/library?space={space}", space_id=space,
            audience_id=shelves.audience_of(batch), data={"count": count},
        )  # fmt: skip

    def out(self, batch: PastBatch) -> Values:
        """Take out what nobody has changed, answered or used since."""
        return what_stays(batch, undoing.take_back(as_person(batch.by_id), batch))


BROUGHT = Brought()
