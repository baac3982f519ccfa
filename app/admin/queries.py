"""What the secretariat reads: numbers, mails, the record of changes; all by cursor."""

import typing as t

import sqlalchemy as sa

from app.board.models import Thread
from app.core import audit
from app.core.activity import Activity
from app.core.audience import Viewer
from app.core.audit import AuditEntry
from app.core.database import LARGEST_ID, model_of, split_ref
from app.core.files import Blob
from app.core.mail import OutboxMail, RefusedAddress
from app.core.readers import Untold
from app.extensions import db
from app.members.models import Organisation, Person
from app.spaces.models import Space

PAGE = 50
_mail, _audit, _person = OutboxMail.__table__, AuditEntry.__table__, Person.__table__


def _number(model: t.Any, *where: t.Any) -> t.Any:
    return sa.select(sa.func.count()).select_from(model.__table__).where(*where).scalar_subquery()


_COUNTS = sa.select(
    _number(Organisation).label("organisations"),
    _number(Organisation, Organisation.standing != "member").label("others"),
    _number(Person, Person.state == "active").label("people"),
    _number(Person, Person.state == "invited").label("invited"),
    _number(Space, Space.form == "coalition").label("coalitions"),
    _number(Space, Space.form == "group").label("groups"),
    _number(Thread, Thread.removed.is_(False)).label("discussions"),
    sa.select(sa.func.coalesce(sa.func.sum(Blob.size), 0)).scalar_subquery().label("bytes"),
    _number(OutboxMail, OutboxMail.state == "waiting").label("waiting"),
    _number(OutboxMail, OutboxMail.state == "failed").label("failed"),
    _number(RefusedAddress).label("refused"),
)
_UNTOLD = (
    sa.select(Untold.reader, Untold.fact_id, Untold.tries, Untold.again_at, Untold.error, Activity.verb)
    .outerjoin(Activity, Activity.id == Untold.fact_id)
    .order_by(Untold.fact_id.desc())
    .limit(20)
)


def counts() -> t.Any:
    """Return how many there are of everything."""
    return db.session.execute(_COUNTS).one()


def untold() -> list[t.Any]:
    """Return the newest facts that a reader failed on, with what went wrong."""
    return list(db.session.execute(_UNTOLD))


def mails(state: str, before: int | None, most: int = PAGE) -> list[t.Any]:
    """Return mails, newest first, one more than a page where there are more."""
    columns = [_mail.c[name] for name in ("id", "kind", "to", "state", "error", "at", "next_at", "sent_at")]
    rows = sa.select(*columns).where(_mail.c.id < (before or LARGEST_ID)).order_by(_mail.c.id.desc())
    if state:
        rows = rows.where(_mail.c.state == state)
    return list(db.session.execute(rows.limit(most + 1)))


def changes(
    act: str, person_id: int | None, before: int | None, most: int = PAGE, about: str = ""
) -> list[t.Any]:
    """Return lines of the record of changes, newest first, one more than a page where there are more."""
    rows = (
        sa.select(*_audit.c, _person.c.name, _person.c.handle)
        .outerjoin(_person, _person.c.id == _audit.c.actor_id)
        .where(_audit.c.id < (before or LARGEST_ID))
        .order_by(_audit.c.id.desc())
    )
    if act:
        rows = rows.where(_audit.c.act.startswith(act, autoescape=True))
    if person_id is not None:
        rows = rows.where(_audit.c.actor_id == person_id)
    if about:
        rows = rows.where(audit.about(about))
    return list(db.session.execute(rows.limit(most + 1)))


def person_of(handle: str) -> int | None:
    """Return the person with a handle."""
    return db.session.scalar(sa.select(Person.id).where(Person.handle == handle))


def titles(viewer: Viewer, refs: t.Iterable[str]) -> dict[str, tuple[str, str]]:
    """Return title and address of things, one statement a kind; what the reader may not see is left out."""
    wanted: dict[str, set[int]] = {}
    for kind, number in filter(None, map(split_ref, refs)):
        wanted.setdefault(kind, set()).add(number)
    found = {}
    for kind, numbers in wanted.items():
        model = model_of(kind)
        things = sa.select(model).where(model.id.in_(numbers), model.visible_to(viewer))
        found.update({thing.ref: (thing.title, thing.url) for thing in db.session.scalars(things)})
    return found
