"""The same form sent twice makes one thing and gets the same answer."""

import datetime as dt
import hashlib
import typing as t

import sqlalchemy as sa
import sqlalchemy.orm as so
from flask import request

from app.core import clock
from app.core.database import UtcDateTime, atomic, built, run, setting, upsert
from app.core.text import clean_line
from app.extensions import Model, db

NOT_MEANING = {"csrf_token", "idempotency_key"}


class Once(Model):
    """A key that was used, what it was used for, and the address that was answered."""

    __tablename__ = "once"
    person_id: so.Mapped[int] = so.mapped_column(primary_key=True, autoincrement=False)
    key: so.Mapped[str] = so.mapped_column(sa.String(80), primary_key=True)
    act: so.Mapped[str] = so.mapped_column(sa.String(60))
    print: so.Mapped[str] = so.mapped_column(sa.String(64))
    answer: so.Mapped[str] = so.mapped_column(sa.Text, default="")
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)


class OtherWords(Exception):
    """The key of a form that was already sent came again with other words."""


_once: t.Any = Once.__table__
_its_row = (_once.c.person_id == sa.bindparam("who"), _once.c.key == sa.bindparam("form"))
_ANSWER = sa.update(_once).where(*_its_row).values(answer=sa.bindparam("said"))
_EARLIER = sa.select(_once.c.act, _once.c.print, _once.c.answer).where(*_its_row)


@built
def _claim() -> t.Any:
    return upsert(_once).on_conflict_do_nothing().returning(_once.c.key)


def once(person_id: int | None, act: str, fn: t.Callable[[], str]) -> str:
    """Run an act once for the key of this request and return its answer, an address.

    Check the form and the rule before: what is refused must not use up the key. The key comes from the
    form field `idempotency_key` or the header `Idempotency-Key`; without one the act simply runs.
    Raises OtherWords where the key was used with other words.
    """
    key = form_key()
    if not key:
        return fn()
    mark = _fingerprint()
    who = person_id or 0
    with atomic():
        claim = {"person_id": who, "key": key, "act": act, "print": mark, "answer": "", "at": clock.now()}
        if run(_claim(), claim).scalar() is None:
            return _earlier(run(_EARLIER, {"who": who, "form": key}).one(), act, mark)
        answer = fn()
        run(_ANSWER, {"who": who, "form": key, "said": answer})
        return answer


def earlier(person_id: int | None, act: str) -> str | None:
    """Return the answer that this very form got before, None where it is new.

    For acts whose way is barred once they are done, such as a reply in a discussion that was closed since.
    """
    key = form_key()
    row = db.session.execute(_EARLIER, {"who": person_id or 0, "form": key}).first() if key else None
    return row.answer if row and row.act == act and row.print == _fingerprint() else None


def answered(person_id: int | None) -> str | None:
    """Return the answer that this very form got before, whatever its act.

    A form sent twice by a hasty finger may meet a door that its first sending closed: leaving a private group
    takes its page away. The second answer is then the first one.
    """
    key = form_key()
    row = db.session.execute(_EARLIER, {"who": person_id or 0, "form": key}).first() if key else None
    return row.answer if row and row.print == _fingerprint() else None


def form_key() -> str:
    """Return the key that a form or a program's request carries, empty without one."""
    return clean_line(request.form.get("idempotency_key") or request.headers.get("Idempotency-Key"))[:80]


def _earlier(row: sa.Row, act: str, mark: str) -> str:
    if row.act != act or row.print != mark:
        raise OtherWords(act)
    return str(row.answer)


def _fingerprint() -> str:
    digest = hashlib.sha256(request.path.encode())
    for name in sorted(set(request.form) - NOT_MEANING):
        for value in request.form.getlist(name):
            digest.update(f"\0{name}\1{value}".encode("utf-8", "surrogatepass"))
    for name in sorted(request.files):
        for upload in request.files.getlist(name):
            digest.update(f"\0{name}\2{upload.filename}".encode("utf-8", "surrogatepass"))
            digest.update(hashlib.file_digest(upload.stream, "sha256").digest())  # type: ignore[arg-type]
            upload.stream.seek(0)
    return digest.hexdigest()


def sweep() -> None:
    """Forget keys that are older than the setting KEY_DAYS."""
    with atomic():
        db.session.execute(
            sa.delete(Once).where(Once.at < clock.now() - dt.timedelta(days=setting("KEY_DAYS")))
        )
