"""What is read of the terms: editions, their words, who accepted."""

import typing as t

import sqlalchemy as sa

from app.core import languages
from app.core.database import LARGEST_ID, setting
from app.extensions import db
from app.members.models import Organisation, Person, Seat
from app.terms.models import Acceptance, Edition, Words

PAGE = 100
_p, _a = Person.__table__, Acceptance.__table__


def edition(number: int) -> Edition | None:
    """Return an edition by its number."""
    return db.session.get(Edition, number) if 0 < number <= LARGEST_ID else None


def editions() -> list[t.Any]:
    """Return all editions, newest first, with how many accepted each."""
    count = sa.select(sa.func.count()).where(_a.c.edition_id == Edition.id).scalar_subquery()
    return list(
        db.session.execute(
            sa.select(Edition.id, Edition.at, count.label("accepted")).order_by(Edition.id.desc())
        )
    )


def words(number: int, code: str = "") -> Words | None:
    """Return the words of an edition in the reader's language, else in the site's, else in whatever there is."""
    found = {
        row.language: row for row in db.session.scalars(sa.select(Words).where(Words.edition_id == number))
    }
    wanted = (code or languages.language(), setting("DEFAULT_LANGUAGE"))
    return next((found[one] for one in wanted if one in found), next(iter(found.values()), None))


def in_languages(number: int) -> list[str]:
    """Return the languages that an edition has words in."""
    rows = sa.select(Words.language).where(Words.edition_id == number).order_by(Words.language)
    return list(db.session.scalars(rows))


def counts(number: int) -> tuple[int, int]:
    """Return how many active people there are, and how many of them accepted an edition."""
    good = sa.exists().where(_a.c.person_id == _p.c.id, _a.c.edition_id == number)
    row = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(sa.case((good, 1), else_=0)), 0))
    everybody, accepted = db.session.execute(row.where(_p.c.state == "active")).one()
    return everybody, accepted


_ORG = (
    sa.select(Organisation.name)
    .join(Seat, Seat.organisation_id == Organisation.id)
    .where(Seat.person_id == _p.c.id, Seat.ended.is_(None))
    .order_by(Seat.primary.desc(), Seat.id)
    .limit(1)
    .scalar_subquery()
)


def report(number: int, open_only: bool, after: int = 0, most: int = PAGE) -> list[t.Any]:
    """Return active people with when and in which language they accepted an edition, by number; one more than a page."""
    mine = sa.and_(_a.c.person_id == _p.c.id, _a.c.edition_id == number)
    rows = (
        sa.select(_p.c.id, _p.c.name, _p.c.handle, _ORG.label("organisation"), _a.c.at, _a.c.language)
        .outerjoin(_a, mine)
        .where(_p.c.state == "active", _p.c.id > after)
        .order_by(_p.c.id)
    )
    if open_only:
        rows = rows.where(_a.c.at.is_(None))
    return list(db.session.execute(rows.limit(most + 1)))
