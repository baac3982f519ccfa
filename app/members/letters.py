"""Mails of the doors, written by the job process, so that a request takes the same time for every address."""

import typing as t
from urllib.parse import quote

from app.core import jobs
from app.core.audit import note
from app.core.database import atomic, setting
from app.core.mail import post, was_posted
from app.members import doorkeys, people, signed_in, suspensions


def minutes(kind: str) -> int:
    """Return how long a mailed key works."""
    return int(setting("LINK_MINUTES" if kind == "link" else "RESET_MINUTES"))


def _say_suspended(person: t.Any, kept_out: suspensions.Suspension, key: str | None) -> None:
    url = setting("BASE_URL") + suspensions.appeal_path(kept_out.decision_id)
    post(
        "suspended", person.email, person.language, person_id=person.id, key=key, until=kept_out.until,
        why=kept_out.why, url=url,
    )  # fmt: skip


@jobs.task("letter")
def write(kind: str, address: str, after: str, form_key: str = "") -> None:
    """Send a key to an address if somebody active has it; else nothing happens. A form sent twice sends one."""
    person = people.by_email(address)
    key = f"{kind}:{signed_in.hashed(form_key)}" if form_key else None
    if person is None or was_posted(key):
        return
    kept_out = suspensions.of(person.id) if person.state == "suspended" else None
    with atomic():
        if kept_out:
            _say_suspended(person, kept_out, key)
            return
        url = doorkeys.address(kind, doorkeys.make(person.id, kind))
        url += f"?next={quote(after, safe='/')}" if kind == "link" and after != "/" else ""
        post(
            kind, person.email, person.language, person_id=person.id, url=url, minutes=minutes(kind), key=key
        )
        note(None, f"members.{kind}_sent", f"person:{person.id}")
