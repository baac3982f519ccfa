"""Lists of members and people: looked at, taken in as one batch, taken back as one. The work is the job process's."""

import typing as t

import sqlalchemy as sa

from app.arrivals import acts, codes, columns, member_columns
from app.arrivals.models import ImportBatch, Invitation, JoinRequest
from app.core import audit
from app.core import sheets as table
from app.core.activity import record
from app.core.audience import NOBODY, PUBLIC, audience_of
from app.core.batches import Turns, Values, in_parts
from app.core.database import atomic
from app.core.languages import in_language
from app.extensions import db
from app.members import acts as members
from app.members import seats
from app.members.models import Organisation, OrganisationLanguage, OrganisationTheme, Person, Seat
from app.members.names import fold
from app.members.signed_in import as_person
from app.spaces.models import Space

SAMPLE, MOST_WRONG = 3, 100


def begin(actor: t.Any, name: str, raw: bytes) -> ImportBatch:
    """Keep a list that was sent, and let it be looked at. Nothing is taken in yet."""
    encoding = "" if table.is_sheet(raw) else table.guess_encoding(raw)
    batch = ImportBatch(
        by_id=actor.id, name=name, raw=raw, encoding=encoding, delimiter="", header=True, form="city", meanings=[], send=False,
    )  # fmt: skip
    with atomic():
        return LISTS.keep(actor, batch)


class Lists(Turns[ImportBatch]):
    """How a list goes from turn to turn."""

    model, work, noted, fact = ImportBatch, "import", "arrivals.list_", "import"
    unreadable = table.Unreadable

    def looked(self, batch: ImportBatch) -> Values:
        """Read it and say what it would do."""
        person = db.session.get_one(Person, batch.by_id)
        with in_language(person.language, person.timezone):
            return _looked(batch)

    def take_in(self, batch: ImportBatch) -> None:
        """Take its lines in, one after the other."""
        actor = as_person(batch.by_id)
        with in_language(actor.language, actor.timezone):
            lines = _lines(batch, table.read(batch.raw, batch.encoding, batch.delimiter), batch.meanings)
        in_parts(batch, lines, lambda line: None if line.wrong else _take(actor, batch, line.said))

    def over(self, batch: ImportBatch) -> Values:
        """What it held is needed no longer."""
        kept = {"counts": batch.said.get("counts", {}), "faults": batch.said.get("faults", 0)}
        return {"raw": b"", "said": kept}

    def tell(self, batch: ImportBatch) -> None:
        """The newsfeed hears of the whole list once."""
        count = len(batch.made.get("organisations", ()))
        if count:
            record(
                "arrivals.imported", actor=as_person(batch.by_id), subject=self.fact_of(batch), title=str(count),
                url="/members?sort=newest", audience_id=audience_of(PUBLIC), data={"count": count},
            )  # fmt: skip

    def out(self, batch: ImportBatch) -> Values:
        """Withdraw the invitations that wait, and take out the members that nobody acts for; the rest stays."""
        actor = as_person(batch.by_id)
        for which in batch.made.get("invitations", ()):
            _uninvite(actor, db.session.get(Invitation, which))
        stay = [which for which in batch.made.get("organisations", ()) if not _take_out(actor, which)]
        return {"said": {**batch.said, "stay": len(stay)}, "made": {"organisations": stay}}


LISTS = Lists()


# --- looking --------------------------------------------------------------------------------------------------


def _looked(batch: ImportBatch) -> Values:
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
    said = {
        "head": head[:width], "sample": sample, "counts": _counts(good), "wrong": wrong[:MOST_WRONG], "faults": len(wrong),
        "total": len(lines),
    }  # fmt: skip
    return {"said": said, "total": len(lines), "meanings": meanings, "delimiter": delimiter}


def _lines(batch: ImportBatch, rows: table.Rows, meanings: list[str]) -> list[columns.Line]:
    coalitions = sa.select(Space.key, Space.name).where(Space.form == "coalition")
    known = columns.Known(
        columns.known_countries(),
        {fold(word): row.key for row in db.session.execute(coalitions) for word in (row.key, row.name)},
        {
            row.code: columns.plain(row.name)
            for row in db.session.execute(sa.select(Organisation.code, Organisation.name))
        },
        member_columns.known(),
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


def _take(actor: t.Any, batch: ImportBatch, said: dict[str, str]) -> None:
    number = _home(said)
    home = db.session.get_one(Organisation, number) if number else _member(actor, said)
    if not number:
        _made(batch, "organisations", home.id)
    if not said.get("email") or _is_in(home.id, said["email"]):
        return
    first = not seats.contacts(home.id) and not db.session.scalar(
        sa.select(Invitation.id)
        .where(Invitation.organisation_id == home.id, Invitation.state == "waiting")
        .limit(1)
    )
    invitation = acts.invite(
        actor, home, email=said["email"], name=said.get("person", ""), role=said["role"], title=said.get("title", ""),
        language=said.get("language", ""), primary=first, may_publish=first, may_answer=first, send=batch.send,
    )  # fmt: skip
    _made(batch, "invitations", invitation.id)


def _made(batch: ImportBatch, what: str, number: int) -> None:
    batch.made = {**batch.made, what: [*batch.made.get(what, ()), number]}


def _member(actor: t.Any, said: dict[str, str]) -> Organisation:
    name, form = said["name"], said["kind"]
    plain = name.removeprefix("City of ") if form == "city" else name
    return members.add_organisation(
        actor, form=form, name=name, sort_name=plain, place=said.get("place", plain if form == "city" else ""),
        code=said.get("code") or codes.free(name, codes.taken()), country=said.get("country", ""),
        region=said.get("region", ""), coalition=said.get("coalition", ""), told=False, **member_columns.values(said),
    )  # fmt: skip


# --- taking back ----------------------------------------------------------------------------------------------


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
