"""Lists of members and people: looked at, taken in as one batch, taken back as one. The work is the job process's."""

import datetime as dt
import typing as t

import sqlalchemy as sa

from app.arrivals import acts, codes, columns
from app.arrivals.models import ImportBatch, Invitation, JoinRequest
from app.core import audience as audiences
from app.core import audit, clock, database, jobs
from app.core import sheets as table
from app.core.activity import record
from app.core.audience import NOBODY, PUBLIC, audience_of
from app.core.database import atomic
from app.core.languages import in_language
from app.extensions import db
from app.members import acts as members
from app.members import seats
from app.members.models import Organisation, OrganisationLanguage, OrganisationTheme, Person, Seat
from app.members.names import fold
from app.members.signed_in import as_person
from app.spaces.models import Space

PART = 10  # lines in one transaction: others write in between
SAMPLE, MOST_WRONG = 3, 100
KEPT, STUCK = dt.timedelta(days=7), dt.timedelta(minutes=10)
CHANGED = ("encoding", "delimiter", "header", "form", "meanings")


def begin(actor: t.Any, name: str, raw: bytes) -> ImportBatch:
    """Keep a list that was sent, and let it be looked at. Nothing is taken in yet."""
    encoding = "" if table.is_sheet(raw) else table.guess_encoding(raw)
    with atomic() as session:
        batch = ImportBatch(
            by_id=actor.id, at=clock.now(), moved=clock.now(), name=name[:200], raw=raw, state="reading", encoding=encoding,
            delimiter="", header=True, form="city", meanings=[], said={}, send=False, done=0, total=0, made={},
        )  # fmt: skip
        session.add(batch)
        session.flush()
        audit.note(actor, "arrivals.list_sent", f"import:{batch.id}")
        _later("read-import", batch.id)
    return batch


def _later(task: str, number: int) -> None:
    database.later(lambda: jobs.enqueue(task, number))


def change(batch: ImportBatch, **values: t.Any) -> None:
    """Say anew how the list is to be read; it is looked at again."""
    with atomic():
        if _turn(batch, ("ready", "unreadable"), "reading", **{name: values[name] for name in CHANGED}):
            _later("read-import", batch.id)


def _turn(batch: ImportBatch, before: t.Sequence[str], after: str, **values: t.Any) -> bool:
    """Let a batch go from one state to the next; False where somebody was faster."""
    mine = sa.update(ImportBatch).where(ImportBatch.id == batch.id, ImportBatch.state.in_(before))
    done = db.session.execute(mine.values(state=after, moved=clock.now(), **values))
    db.session.refresh(batch)
    return bool(t.cast(t.Any, done).rowcount)


def drop(actor: t.Any, batch: ImportBatch) -> None:
    """Forget a list that was not taken in."""
    with atomic() as session:
        if _turn(batch, ("ready", "unreadable"), "undone"):
            session.delete(batch)
            audit.note(actor, "arrivals.list_dropped", f"import:{batch.id}")


# --- looking --------------------------------------------------------------------------------------------------


@jobs.task("read-import")
def look(number: int) -> None:
    """Read a list and say what it would do: the dry run."""
    batch = db.session.get(ImportBatch, number)
    if batch is None or batch.state != "reading":
        return
    person = db.session.get_one(Person, batch.by_id)
    with in_language(person.language, person.timezone):
        try:
            said, state = _looked(batch), "ready"
        except table.Unreadable as why:
            said, state = {"reason": str(why)}, "unreadable"
    total, meanings = said.get("total", 0), said.pop("meanings", batch.meanings)
    delimiter = said.pop("delimiter", batch.delimiter)
    with atomic():
        _turn(batch, ("reading",), state, said=said, total=total, meanings=meanings, delimiter=delimiter)


def _looked(batch: ImportBatch) -> dict[str, t.Any]:
    delimiter = batch.delimiter
    if not table.is_sheet(batch.raw) and not delimiter:
        delimiter = table.guess_delimiter(table.text_of(batch.raw, batch.encoding))
    rows = table.read(batch.raw, batch.encoding, delimiter)
    width = max(len(row) for row in rows)
    head = (rows[0] if batch.header else []) + [""] * width
    body = rows[1:] if batch.header else rows
    meanings = batch.meanings if len(batch.meanings) == width else columns.guess(head[:width], body)
    lines = _lines(batch, rows, meanings)
    good = [line for line in lines if not line.wrong]
    sample = [[row[n] for row in body[:SAMPLE] if n < len(row) and row[n]] for n in range(width)]
    wrong = [(line.number, line.wrong) for line in lines if line.wrong]
    return {
        "head": head[:width], "sample": sample, "counts": _counts(good), "wrong": wrong[:MOST_WRONG],
        "faults": len(wrong), "total": len(lines), "meanings": meanings, "delimiter": delimiter,
    }  # fmt: skip


def _lines(batch: ImportBatch, rows: table.Rows, meanings: list[str]) -> list[columns.Line]:
    coalitions = sa.select(Space.key, Space.name).where(Space.form == "coalition")
    known = columns.Known(
        columns.known_countries(),
        {fold(word): row.key for row in db.session.execute(coalitions) for word in (row.key, row.name)},
        {
            row.code: columns.plain(row.name)
            for row in db.session.execute(sa.select(Organisation.code, Organisation.name))
        },
    )
    body = rows[1:] if batch.header else rows
    return [columns.line(cells.line, cells, meanings, batch.form, known) for cells in body]


def _counts(lines: list[columns.Line]) -> dict[str, int]:
    """Return how many members and people are new, and how many are here already."""
    homes = {line.number: _home(line.said) for line in lines}
    keys = {n: home or _wish(line.said) for line in lines for n, home in [(line.number, homes[line.number])]}
    wished = {keys[n] for n, home in homes.items() if home is None}
    there = {home for home in homes.values() if home is not None}
    people = {(keys[line.number], line.said["email"]) for line in lines if line.said.get("email")}
    old = {pair for pair in people if isinstance(pair[0], int) and _is_in(pair[0], pair[1])}
    return {
        "members": len(wished),
        "known": len(there),
        "people": len(people - old),
        "people_known": len(old),
    }


def _wish(said: dict[str, str]) -> str:
    return said.get("code") or columns.plain(said["name"])


def _home(said: dict[str, str]) -> int | None:
    """Return the member that a line is about, None where it is not here yet."""
    coded = sa.select(Organisation.id).where(Organisation.code == said.get("code", ""))
    found = db.session.scalar(coded) if said.get("code") else None
    if found is not None or not said.get("name"):
        return found
    name = columns.plain(said["name"])[:230]
    same = (Organisation.form == said["kind"], Organisation.sort_key.in_([name, f"city of {name}"]))
    return db.session.scalar(sa.select(Organisation.id).where(*same).order_by(Organisation.id).limit(1))


def _is_in(home: int, email: str) -> bool:
    return acts.acts_for(home, email) or acts.open_one(home, email) is not None


# --- taking in ------------------------------------------------------------------------------------------------


def start(actor: t.Any, batch: ImportBatch, send: bool) -> bool:
    """Take the list in. Says whether it was ready."""
    with atomic():
        if not _turn(batch, ("ready",), "running", send=send, by_id=actor.id, done=0):
            return False
        audit.note(actor, "arrivals.list_taken", f"import:{batch.id}", lines=batch.total, sent=send)
        _later("run-import", batch.id)
    return True


@jobs.task("run-import")
def run(number: int) -> None:
    """Take a list in, some lines at a time; begun again after a stop it goes on where it was."""
    batch = db.session.get(ImportBatch, number)
    if batch is None or batch.state != "running":
        return
    actor = as_person(batch.by_id)
    with in_language(actor.language, actor.timezone):
        lines = _lines(batch, table.read(batch.raw, batch.encoding, batch.delimiter), batch.meanings)
    while batch.done < len(lines):
        with atomic() as session:
            session.refresh(batch, ["state", "done", "made"], with_for_update=True)
            part = lines[batch.done : batch.done + PART]
            if batch.state != "running" or not part:
                return
            made = {name: list(batch.made.get(name, ())) for name in ("organisations", "invitations")}
            for line in part:
                if not line.wrong:
                    _take(actor, line.said, batch.send, made)
            batch.made, batch.done, batch.moved = made, batch.done + len(part), clock.now()
    _finish(actor, batch)


def _take(actor: t.Any, said: dict[str, str], send: bool, made: dict[str, list[int]]) -> None:
    number = _home(said)
    home = db.session.get_one(Organisation, number) if number else _member(actor, said)
    if not number:
        made["organisations"].append(home.id)
    if not said.get("email") or _is_in(home.id, said["email"]):
        return
    first = not seats.contacts(home.id) and not db.session.scalar(
        sa.select(Invitation.id)
        .where(Invitation.organisation_id == home.id, Invitation.state == "waiting")
        .limit(1)
    )
    invitation = acts.invite(
        actor, home, email=said["email"], name=said.get("person", ""), role=said["role"], title=said.get("title", ""),
        language=said.get("language", ""), primary=first, may_publish=first, may_answer=first, send=send,
    )  # fmt: skip
    made["invitations"].append(invitation.id)


def _member(actor: t.Any, said: dict[str, str]) -> Organisation:
    name, form = said["name"], said["kind"]
    plain = name.removeprefix("City of ") if form == "city" else name
    return members.add_organisation(
        actor, form=form, name=name, sort_name=plain, place=said.get("place", plain if form == "city" else ""),
        code=said.get("code") or codes.free(name, codes.taken()), country=said.get("country", ""),
        region=said.get("region", ""), coalition=said.get("coalition", ""), website=said.get("website", ""), told=False,
    )  # fmt: skip


def _finish(actor: t.Any, batch: ImportBatch) -> None:
    """The newsfeed hears of the whole list once."""
    with atomic():
        kept = {"counts": batch.said.get("counts", {}), "faults": batch.said.get("faults", 0)}
        if not _turn(batch, ("running",), "done", raw=b"", said=kept):
            return
        count = len(batch.made.get("organisations", ()))
        if count:
            record(
                "arrivals.imported", actor=actor, subject=f"import:{batch.id}", title=str(count), url="/members?sort=newest",
                audience_id=audience_of(PUBLIC), data={"count": count},
            )  # fmt: skip


# --- taking back ----------------------------------------------------------------------------------------------


def undo(actor: t.Any, batch: ImportBatch) -> bool:
    """Take a list back: what nobody has used since goes. Says whether there was something to take back."""
    with atomic():
        if not _turn(batch, ("done",), "undoing", by_id=actor.id):
            return False
        audit.note(actor, "arrivals.list_undone", f"import:{batch.id}")
        _later("undo-import", batch.id)
    return True


@jobs.task("undo-import")
def take_back(number: int) -> None:
    """Withdraw the invitations that wait, and take out the members that nobody acts for; the rest stays."""
    batch = db.session.get(ImportBatch, number)
    if batch is None or batch.state != "undoing":
        return
    actor = as_person(batch.by_id)
    for which in batch.made.get("invitations", ()):
        _uninvite(actor, db.session.get(Invitation, which))
    stay = [which for which in batch.made.get("organisations", ()) if not _take_out(actor, which)]
    with atomic():
        audiences.readdress(f"import:{batch.id}", audience_of(NOBODY))
        _turn(
            batch,
            ("undoing",),
            "undone",
            said={**batch.said, "stay": len(stay)},
            made={"organisations": stay},
        )


def _uninvite(actor: t.Any, one: Invitation | None) -> None:
    if one is not None:
        with atomic() as session:
            if acts.withdraw(actor, one):
                session.delete(one)


def _take_out(actor: t.Any, number: int) -> bool:
    """Take a member out that nobody acts for and nothing hangs on; False where it stays."""
    uses = (
        Seat.organisation_id == number,
        Invitation.organisation_id == number,
        JoinRequest.organisation_id == number,
    )
    if any(db.session.scalar(sa.select(sa.true()).where(used).limit(1)) for used in uses):
        return False
    try:
        with atomic() as session:
            home = session.get(Organisation, number)
            if home is not None:
                for own in (OrganisationTheme, OrganisationLanguage):
                    session.execute(sa.delete(own).where(own.organisation_id == number))
                session.delete(home)
                session.flush()
                record(
                    "members.taken_out",
                    actor=actor,
                    subject=f"organisation:{number}",
                    audience_id=audience_of(NOBODY),
                )
                audit.note(actor, "members.taken_out", f"organisation:{number}")
    except sa.exc.IntegrityError:  # something was written for it meanwhile
        return False
    return True


@jobs.hourly
def tidy() -> None:
    """Forget lists that nobody took in; go on with those that were cut off."""
    old = (ImportBatch.state.in_(("reading", "ready", "unreadable")), ImportBatch.moved < clock.now() - KEPT)
    with atomic() as session:
        session.execute(sa.delete(ImportBatch).where(*old))
    stuck = sa.select(ImportBatch.id, ImportBatch.state).where(
        ImportBatch.state.in_(("reading", "running", "undoing")), ImportBatch.moved < clock.now() - STUCK
    )
    for row in db.session.execute(stuck).all():
        {"reading": look, "running": run, "undoing": take_back}[row.state](row.id)
