"""Mails of the doors, written by the job process, so that a request takes the same time for every address."""

from urllib.parse import quote

from app.core import jobs
from app.core.audit import note
from app.core.database import atomic, setting
from app.core.mail import post, was_posted
from app.members import doorkeys, people, signed_in


def minutes(kind: str) -> int:
    """Return how long a mailed key works."""
    return int(setting("LINK_MINUTES" if kind == "link" else "RESET_MINUTES"))


@jobs.task("letter")
def write(kind: str, address: str, after: str, form_key: str = "") -> None:
    """Send a key to an address if somebody active has it; else nothing happens. A form sent twice sends one."""
    person = people.by_email(address)
    key = f"{kind}:{signed_in.hashed(form_key)}" if form_key else None
    if person is None or was_posted(key):
        return
    with atomic():
        url = doorkeys.address(kind, doorkeys.make(person.id, kind))
        url += f"?next={quote(after, safe='/')}" if kind == "link" and after != "/" else ""
        post(
            kind, person.email, person.language, person_id=person.id, url=url, minutes=minutes(kind), key=key
        )
        note(None, f"members.{kind}_sent", f"person:{person.id}")
