"""Batches: what somebody sends as a file, looked at first, then taken in as one and taken back as one.

A batch goes reading → ready or unreadable → running → done → undoing → undone, and where two want to move it on, one is
first. A room has a table of its batches (`Batch`) and says in a class of its own (`Turns`) how they are read, taken in
and taken back; the job process does all of that, and goes on where it was cut off.
"""

import abc
import datetime as dt
import typing as t

import sqlalchemy as sa
import sqlalchemy.orm as so

from app.core import audience as audiences
from app.core import audit, clock, database, jobs
from app.core.audience import NOBODY, audience_of
from app.core.database import UtcDateTime, atomic
from app.core.languages import lazy
from app.extensions import db

PART, SHOWN = 10, 200  # rows in one transaction: others write in between; titles of what stays
KEPT, STUCK = dt.timedelta(days=7), dt.timedelta(minutes=10)
WAITING = ("ready", "unreadable")
STATES: dict[str, t.Any] = {
    "reading": (lazy("Being read"), "tag--go"),
    "ready": (lazy("Looked at"), "tag--go"),
    "unreadable": (lazy("Not readable"), "tag--late"),
    "running": (lazy("Being taken in"), "tag--go"),
    "done": (lazy("Taken in"), "tag--done"),
    "undoing": (lazy("Being taken back"), "tag--go"),
    "undone": (lazy("Taken back"), ""),
}
Values = dict[str, t.Any]  # of columns
Stays = list[dict[str, str]]  # title and address of what a batch made and that stays


class Batch:
    """The columns that the tables of all batches have. Who sent it is a column of the room's own."""

    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)
    moved: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)  # when anything last happened to it
    name: so.Mapped[str] = so.mapped_column(sa.String(200))  # of the file
    state: so.Mapped[str] = so.mapped_column(sa.String(12), default="reading", index=True)  # one of STATES
    said: so.Mapped[Values] = so.mapped_column(sa.JSON, default=dict)  # what looking at it found
    made: so.Mapped[Values] = so.mapped_column(sa.JSON, default=dict)  # what it made, or how many of what
    done: so.Mapped[int] = so.mapped_column(default=0)
    total: so.Mapped[int] = so.mapped_column(default=0)

    if t.TYPE_CHECKING:  # each table says it

        @property
        def ref(self) -> str: ...

    @property
    def title(self) -> str:
        """The name of its file."""
        return self.name


B = t.TypeVar("B", bound=Batch)


class Stopped(Exception):
    """The batch was stopped, or another process works on it."""


def step(batch: Batch, done: int, state: str = "running") -> None:
    """Begin a step inside atomic(); raises Stopped where the batch is no longer where it was.

    Its row is taken, so that two that work on it at once do not do the same twice."""
    db.session.refresh(batch, ["state", "done", "made", "moved"], with_for_update=True)
    if batch.state != state or batch.done != done:
        raise Stopped
    batch.moved = clock.now()


def counted(batch: Batch, name: str, more: int = 1) -> None:
    """Count what became of a row, inside a step."""
    batch.made = {**batch.made, name: batch.made.get(name, 0) + more}


R = t.TypeVar("R")


def in_parts(
    batch: Batch, rows: t.Sequence[R], take: t.Callable[[R], None], first: t.Callable[[], t.Any] | None = None
) -> None:
    """Take rows in from where the batch is, some in each transaction, which begins with `first`. Raises Stopped."""
    while batch.done < len(rows):
        with atomic():
            if first is not None:
                first()
            step(batch, batch.done)
            part = rows[batch.done : batch.done + PART]
            for row in part:
                take(row)
            batch.done = batch.done + len(part)


def one_by_one(batch: Batch, numbers: t.Sequence[R], out: t.Callable[[R], Stays]) -> Stays:
    """Take things back, each in a transaction of its own; return what stays. Raises Stopped."""
    stay: Stays = []
    for number in numbers:
        with atomic():
            step(batch, batch.done, "undoing")
            stay += out(number)
            batch.done = batch.done + 1
    return stay


class Turns(abc.ABC, t.Generic[B]):
    """The turns of one kind of batches; what is a room's own stands in the methods that it overrides."""

    model: type[B]
    work: str  # its tasks are read-<work>, run-<work> and undo-<work>
    noted: str  # how its acts begin in the record of changes
    fact: str  # the newsfeed tells of a batch under <fact>:<number>
    unreadable: type[Exception]  # its argument is the key of the reason

    def __init__(self) -> None:
        """Register its tasks."""
        jobs.task(f"read-{self.work}")(self.look)
        jobs.task(f"run-{self.work}")(self.run)
        jobs.task(f"undo-{self.work}")(self.take_back)
        jobs.hourly(self.tidy)

    # --- what a room says ---

    @abc.abstractmethod
    def looked(self, batch: B) -> Values:
        """Return what looking at a batch found, as columns: `said` and `total` at least. Raises what `unreadable` names."""

    @abc.abstractmethod
    def take_in(self, batch: B) -> None:
        """Take all of it in, from where it is. Raises Stopped."""

    @abc.abstractmethod
    def over(self, batch: B) -> Values:
        """Return the columns of a batch that was taken in: what was sent is needed no longer."""

    @abc.abstractmethod
    def tell(self, batch: B) -> None:
        """Record that it was taken in, inside atomic(): the newsfeed hears of all of it once."""

    @abc.abstractmethod
    def out(self, batch: B) -> Values:
        """Take out what it made, but for what somebody has used since; return the columns after that. Raises Stopped."""

    def forget(self, batch: B) -> None:
        """Let go of bytes that are kept elsewhere than in its row, inside atomic()."""

    # --- what all do ---

    def fact_of(self, batch: B) -> str:
        """Return the reference under which the newsfeed tells of a batch."""
        return f"{self.fact}:{batch.id}"

    def turn(self, batch: B, before: t.Sequence[str], after: str, **values: t.Any) -> bool:
        """Let a batch go from one state to the next; False where somebody was faster."""
        mine = sa.update(self.model).where(self.model.id == batch.id, self.model.state.in_(before))
        done = db.session.execute(mine.values(state=after, moved=clock.now(), **values))
        db.session.refresh(batch)
        return bool(t.cast(t.Any, done).rowcount)

    def keep(self, actor: t.Any, batch: B, **noted: t.Any) -> B:
        """Keep what was sent, inside atomic(), and let it be looked at. Nothing is taken in yet."""
        batch.at = batch.moved = clock.now()
        batch.name, batch.state, batch.done, batch.total = batch.name[:200], "reading", 0, 0
        batch.said, batch.made = {}, {}
        db.session.add(batch)
        db.session.flush()
        audit.note(actor, f"{self.noted}sent", batch.ref, **noted)
        self._later("read", batch)
        return batch

    def again(self, batch: B, **values: t.Any) -> None:
        """Look at it again, read otherwise."""
        with atomic():
            if self.turn(batch, WAITING, "reading", **values):
                self._later("read", batch)

    def drop(self, actor: t.Any, batch: B) -> None:
        """Forget what was not taken in."""
        with atomic() as session:
            if self.turn(batch, WAITING, "undone"):
                self.forget(batch)
                audit.note(actor, f"{self.noted}dropped", batch.ref)
                session.delete(batch)

    def start(self, actor: t.Any, batch: B, noted: Values | None = None, **values: t.Any) -> bool:
        """Take it in; `noted` stands in the record of changes. Says whether it was ready."""
        with atomic():
            if not self.turn(batch, ("ready",), "running", done=0, made={}, **values):
                return False
            audit.note(actor, f"{self.noted}taken", batch.ref, lines=batch.total, **(noted or {}))
            self._later("run", batch)
        return True

    def undo(self, actor: t.Any, batch: B, **values: t.Any) -> bool:
        """Take it back: what nobody has used since goes. Says whether there was something to take back."""
        rest = ("done", "undone") if batch.said.get("stays") else ("done",)
        with atomic():
            if not self.turn(batch, rest, "undoing", done=0, **values):
                return False
            audit.note(actor, f"{self.noted}undone", batch.ref)
            self._later("undo", batch)
        return True

    def _later(self, turn: str, batch: B) -> None:
        task, number = f"{turn}-{self.work}", batch.id
        database.later(lambda: jobs.enqueue(task, number))

    # --- what the job process does ---

    def look(self, number: int) -> None:
        """Read what was sent and say what it would do: the dry run."""
        batch = self._found(number, "reading")
        if batch is None:
            return
        try:
            values, state = self.looked(batch), "ready"
        except self.unreadable as why:
            values, state = {"said": {"reason": str(why)}, "total": 0}, "unreadable"
        with atomic():
            self.turn(batch, ("reading",), state, **values)

    def run(self, number: int) -> None:
        """Take a batch in, some rows at a time; begun again after a stop it goes on where it was."""
        batch = self._found(number, "running")
        if batch is None:
            return
        try:
            self.take_in(batch)
        except Stopped:
            return
        with atomic():
            if self.turn(batch, ("running",), "done", **self.over(batch)):
                self.forget(batch)
                self.tell(batch)

    def take_back(self, number: int) -> None:
        """Take out what a batch made, and let the newsfeed tell of it no longer."""
        batch = self._found(number, "undoing")
        if batch is None:
            return
        try:
            values = self.out(batch)
        except Stopped:
            return
        with atomic():
            audiences.readdress(self.fact_of(batch), audience_of(NOBODY))
            self.turn(batch, ("undoing",), "undone", **values)

    def tidy(self) -> None:
        """Forget what nobody took in; go on with what was cut off."""
        state, moved = self.model.state, self.model.moved
        old = (state.in_(("reading", *WAITING)), moved < clock.now() - KEPT)
        for batch in db.session.scalars(sa.select(self.model).where(*old)).all():
            with atomic() as session:
                self.forget(batch)
                session.delete(batch)
        stuck = (state.in_(("reading", "running", "undoing")), moved < clock.now() - STUCK)
        for row in db.session.execute(sa.select(self.model.id, state).where(*stuck)).all():
            {"reading": self.look, "running": self.run, "undoing": self.take_back}[row.state](row.id)

    def _found(self, number: int, state: str) -> B | None:
        batch = db.session.get(self.model, number)
        return batch if batch is not None and batch.state == state else None


def what_stays(batch: Batch, stay: Stays) -> Values:
    """Return the columns of a batch that was taken back: what stays is named."""
    return {"said": {**batch.said, "stay": stay[:SHOWN], "stays": len(stay)}}
