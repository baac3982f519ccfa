"""Mails that come back: a report of a mail server that could not deliver one of ours, read from its own words (RFC 3464).

Only who got the mail, or carried it, knows the name that it has in its header: it holds our seal. So nobody can stop
the mail of another by sending a report of their own making.
"""

import email
import email.policy
import hmac
import re
import typing as t
from email.message import Message

from app.core import mail
from app.core.database import LARGEST_ID, atomic

OURS = re.compile(r"<mail-(\d{1,19})\.([0-9a-f]{16})@")
MOST = 1_000_000  # bytes of a report that are looked at


def take(raw: bytes) -> str:
    """Read a report; return the address to which no notices go any more, nothing where it says nothing of that kind.

    An absence, a delay, a refusal by policy and a mail that is not ours change nothing.
    """
    report = email.message_from_bytes(raw[:MOST], policy=email.policy.compat32)
    why, number = _for_good(report), _named(report)
    if not why or not number:
        return ""
    with atomic() as session:
        row = session.get(mail.OutboxMail, number)
        if row is None or row.state not in ("sent", "refused"):
            return ""
        row.error = why[:500]
        mail.refuse(row)
        return row.to


def _for_good(report: Message) -> str:
    """Return what the server says, where an address failed for good (5.x.x, but for 5.7: that is a policy)."""
    for part in report.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        for block in t.cast(list[Message], part.get_payload()):
            status = str(block.get("Status", "")).strip()
            failed = str(block.get("Action", "")).strip().lower() == "failed"
            if failed and status.startswith("5.") and not status.startswith("5.7."):
                return " ".join(f"{status} {block.get('Diagnostic-Code', '')}".split())
    return ""


def _named(report: Message) -> int:
    """Return the number of the mail of ours that a report holds, 0 where none of ours is in it."""
    for part in report.walk():
        if part.get_content_type() == "text/rfc822-headers":
            held = email.message_from_bytes(t.cast(bytes, part.get_payload(decode=True)) or b"")
        elif part is report or part.get_content_type() == "message/rfc822":
            continue  # what lies in a message is walked through by itself
        else:
            held = part
        found = OURS.match(str(held.get("Message-ID", "")).strip())
        if found and int(found[1]) <= LARGEST_ID and hmac.compare_digest(found[2], mail.seal(int(found[1]))):
            return int(found[1])
    return 0
