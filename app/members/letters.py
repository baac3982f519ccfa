"""Mails of the doors, written by the job process, so that a request takes the same time for every address."""

from urllib.parse import quote

from app.core import jobs
from app.core.audit import note
from app.core.database import atomic, setting
from app.core.mail import post
from app.members import doorkeys, people


def minutes(kind: str) -> int:
    """Return how long a mailed key works."""
    return int(setting("LINK_MINUTES" if kind == "link" else "RESET_MINUTES"))


@jobs.task("letter")
def write(kind: str, address: str, after: str) -> None:
    """Send a key to an address if somebody active has it; else nothing happens."""
    person = people.by_email(address)
    if person is None:
        return
    with atomic():
        url = doorkeys.address(kind, doorkeys.make(person.id, kind))
        url += f"?next={quote(after, safe='/')}" if kind == "link" and after != "/" else ""
        post(kind, person.email, person.language, person_id=person.id, url=url, minutes=minutes(kind))
        note(None, f"members.{kind}_sent", f"person:{person.id}")
