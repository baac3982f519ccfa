"""What the secretariat does here."""

import typing as t

import sqlalchemy as sa

from app.core import audit, clock
from app.core.database import atomic
from app.core.mail import OutboxMail


def send_again(actor: t.Any, number: int | None = None) -> int:
    """Put a mail that failed, or all of them, back to those that wait; return how many there were."""
    failed = OutboxMail.state == "failed" if number is None else sa.and_(
        OutboxMail.state == "failed", OutboxMail.id == number
    )  # fmt: skip
    with atomic() as session:
        row = sa.update(OutboxMail).where(failed).values(state="waiting", tries=0, next_at=clock.now())
        count = t.cast(t.Any, session.execute(row)).rowcount
        if count:
            audit.note(actor, "mail.again", f"mail:{number}" if number else "mail", count=count)
    return int(count)
