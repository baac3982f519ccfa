"""Second steps: what a person has besides the password. An authenticator app, passkeys, recovery codes.

Of an app the secret is kept sealed with the key of this installation, of recovery codes only hashes.
"""

import datetime as dt
import typing as t

import sqlalchemy as sa
import sqlalchemy.orm as so

from app.core import clock, policy, site
from app.core.database import UtcDateTime
from app.core.languages import lazy
from app.extensions import Model, db
from app.members.models import Person

APP, PASSKEY = "app", "passkey"
SETUP = "/settings/second-step"
# Whose second step the secretariat may ask for: key, words.
ROLES = {
    "stewards": lazy("The secretariat"),
    "moderators": lazy("Moderators"),
    "facilitators": lazy("Facilitators of groups and coalitions"),
    "everybody": lazy("Everybody"),
}


class Factor(Model):
    """One second step of a person: an authenticator app or a passkey."""

    __tablename__ = "factor"
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    person_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("person.id"), index=True)
    kind: so.Mapped[str] = so.mapped_column(sa.String(8))  # app, passkey
    name: so.Mapped[str] = so.mapped_column(sa.String(60), default="")  # of a passkey, given by its owner
    secret: so.Mapped[str] = so.mapped_column(sa.Text)  # sealed; of a passkey its public key
    credential: so.Mapped[str | None] = so.mapped_column(sa.String(400), unique=True)  # a passkey's number
    counter: so.Mapped[int] = so.mapped_column(
        default=0
    )  # what was used last: the app's step, the key's count
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)
    used: so.Mapped[dt.datetime | None] = so.mapped_column(UtcDateTime)


class RecoveryCode(Model):
    """One code that opens the second door once, when the phone is lost."""

    __tablename__ = "recovery_code"
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    person_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("person.id"), index=True)
    salt: so.Mapped[str] = so.mapped_column(sa.String(32))  # the same for all codes of one sheet
    hash: so.Mapped[str] = so.mapped_column(sa.String(64))


_factor: t.Any = Factor.__table__
_code: t.Any = RecoveryCode.__table__
_NUMBERED = sa.select(_factor).where(_factor.c.person_id == sa.bindparam("number")).order_by(_factor.c.id)


def of(person_id: int, kind: str = "") -> list[t.Any]:
    """Return the second steps of a person, the oldest first."""
    rows = db.session.execute(_NUMBERED, {"number": person_id}).all()
    return [row for row in rows if kind in ("", row.kind)]


def codes_left(person_id: int) -> int:
    """Return how many recovery codes a person has left."""
    count = sa.select(sa.func.count()).select_from(_code).where(_code.c.person_id == person_id)
    return int(db.session.scalar(count) or 0)


def count_again(person_id: int) -> bool:
    """Write down whether a person has a second step, inside atomic(); without one the recovery codes go."""
    has = (
        db.session.scalar(sa.select(_factor.c.id).where(_factor.c.person_id == person_id).limit(1))
        is not None
    )
    row = sa.update(Person).where(Person.id == person_id).values(second=has)
    db.session.execute(row.execution_options(synchronize_session=False))
    if not has:
        db.session.execute(sa.delete(RecoveryCode).where(_code.c.person_id == person_id))
    return has


def mark_used(factor_id: int, counter: int, before: int | None = None) -> bool:
    """Write down that a factor was used, inside atomic(); with `before` only where that is still its counter."""
    mine = [_factor.c.id == factor_id] + ([_factor.c.counter == before] if before is not None else [])
    row = sa.update(Factor).where(*mine).values(counter=counter, used=clock.now())
    done = t.cast(t.Any, db.session.execute(row.execution_options(synchronize_session=False)))
    return bool(done.rowcount)


# --- who must have one ----------------------------------------------------------------------------------------


def asked_of() -> frozenset[str]:
    """Return the roles that the secretariat asks a second step of."""
    return frozenset(filter(None, site.kept("second_step").split(",")))


def must(who: policy.Me) -> bool:
    """Say whether this person's role needs a second step."""
    roles = asked_of()
    return bool(roles) and (
        "everybody" in roles
        or ("stewards" in roles and who.steward)
        or ("moderators" in roles and (who.moderator or _is("moderator", who)))
        or ("facilitators" in roles and _is("facilitator", who))
    )


def _is(role: str, who: policy.Me) -> bool:
    return any(group.role == role for group in who.groups)


@policy.gate
def _first(who: policy.Me) -> str:
    return SETUP if not who.second and must(who) else ""
