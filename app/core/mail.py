"""Mail: written into an outbox in the transaction of its cause, sent by the job process.

Without a mail server, and always on a demo network, mails go to a folder; the secretariat reads them at /admin/mail.
"""

import datetime as dt
import email.utils
import hashlib
import hmac
import logging
import pathlib
import smtplib
import typing as t
from urllib.parse import parse_qs, unquote, urlsplit

import sqlalchemy as sa
import sqlalchemy.orm as so
from flask import current_app
from flask_mailman import EmailMultiAlternatives, Mail
from flask_mailman.backends.smtp import EmailBackend as SmtpBackend

from app.core import clock, look
from app.core.database import UtcDateTime, atomic, later, setting, upsert
from app.core.languages import direction, in_language
from app.extensions import Model, db

log = logging.getLogger(__name__)
mail = Mail()
MOST_TRIES = 8
NO_BOX = (550, 551, 553)  # what a server may say of a mail when it means its address
TAKEN, SHORTEST = 40, 8  # how many characters of a text are looked for in mails, and how few are too few
# Longer than a mail server is waited for; after it what a killed process had taken is sent.
SENDING = dt.timedelta(minutes=2)


class OutboxMail(Model):
    """One mail: waiting, sent, failed, or stopped because its cause is gone."""

    __tablename__ = "outbox_mail"
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    key: so.Mapped[str | None] = so.mapped_column(sa.String(120), unique=True)  # the same cause mails once
    kind: so.Mapped[str] = so.mapped_column(sa.String(40))
    to: so.Mapped[str] = so.mapped_column(sa.String(254))
    person_id: so.Mapped[int | None] = so.mapped_column(index=True)
    root: so.Mapped[str] = so.mapped_column(sa.String(60), default="", index=True)
    language: so.Mapped[str] = so.mapped_column(sa.String(12))
    subject: so.Mapped[str] = so.mapped_column(sa.Text)
    text: so.Mapped[str] = so.mapped_column(sa.Text)
    html: so.Mapped[str] = so.mapped_column(sa.Text)
    invitation: so.Mapped[str] = so.mapped_column(
        sa.Text, default=""
    )  # for the reader's calendar (iMIP, RFC 6047)
    headers: so.Mapped[dict[str, str]] = so.mapped_column(sa.JSON, default=dict)
    state: so.Mapped[str] = so.mapped_column(sa.String(12), default="waiting", index=True)
    tries: so.Mapped[int] = so.mapped_column(default=0)
    next_at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)
    error: so.Mapped[str] = so.mapped_column(sa.Text, default="")
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)
    sent_at: so.Mapped[dt.datetime | None] = so.mapped_column(UtcDateTime)


class RefusedAddress(Model):
    """An address to which a server refused mail for good. Notices wait until it takes a mail again."""

    __tablename__ = "refused_address"
    address: so.Mapped[str] = so.mapped_column(sa.String(254), primary_key=True)
    why: so.Mapped[str] = so.mapped_column(sa.Text)
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)


_refused: t.Any = RefusedAddress.__table__
MAY_STOP = ("notice", "digest", "event")  # what nobody asked for at this moment


def refusal(address: str) -> RefusedAddress | None:
    """Return why no notices go to an address, None for one that takes them."""
    return db.session.get(RefusedAddress, address)


def one_address(address: str) -> str:
    """Return an address that can stand in a header; raises ValueError for anything that could be two."""
    if any(ord(c) < 32 or c in ",;<>" for c in address) or address.count("@") != 1 or len(address) > 254:
        raise ValueError("not one address")
    return address


def was_posted(key: str | None) -> bool:
    """Say whether the same cause has written its mail already."""
    return bool(key and db.session.scalar(sa.select(OutboxMail.id).where(OutboxMail.key == key)))


def post(
    kind: str,
    to: str,
    language: str,
    *,
    timezone: str = "",
    key: str | None = None,
    person_id: int | None = None,
    root: str = "",
    headers: dict[str, str] | None = None,
    invitation: str = "",
    **values: t.Any,
) -> None:
    """Put a mail into the outbox, inside the transaction of its cause.

    Its words are `templates/mail/<kind>/subject.txt`, `body.txt` and `body.html`, in the reader's language, with
    times in the reader's zone. An `invitation` is iCalendar: it stands beside the words, and hangs on the mail as a file.
    """
    if was_posted(key):
        return
    env = current_app.jinja_env
    with in_language(language, timezone or "UTC"):
        frame = {
            "lang": language, "dir": direction(language), "site_title": look.title(),
            "main": look.pair()[0], "own": look.own("mail"),
            "base_url": setting("BASE_URL"), "demo": is_demo(), **values,
        }  # fmt: skip
        parts = {part: env.get_template(f"mail/{kind}/{part}").render(frame) for part in _PARTS}
    db.session.add(
        OutboxMail(
            key=key, kind=kind, to=one_address(to), person_id=person_id, root=root, language=language,
            subject=" ".join(parts["subject.txt"].split()), text=parts["body.txt"].strip() + "\n",
            html=parts["body.html"], invitation=invitation, headers={"Auto-Submitted": "auto-generated", **(headers or {})},
            next_at=clock.now(), at=clock.now(),
        )
    )  # fmt: skip


_PARTS = ("subject.txt", "body.txt", "body.html")


def take_back(words: str, root: str, for_good: bool = False) -> None:
    """Stop the mails that still wait and hold these words, inside atomic(); `for_good`: forget the words in all.

    Short words, which other mails may hold by chance, are looked for in mails about their root alone.
    A mail that was sent stays with its reader; what is forgotten is our copy of it.
    """
    begins = words.strip().partition("\n")[0].strip()[:TAKEN]
    if not begins:
        return
    holds = OutboxMail.text.contains(begins, autoescape=True)
    if len(begins) < SHORTEST:
        holds = sa.and_(OutboxMail.root == root, holds)
    waits = OutboxMail.state.in_(("waiting", "failed"))
    db.session.execute(sa.update(OutboxMail).where(waits, holds).values(state="stopped"))
    if for_good:
        numbers = list(db.session.scalars(sa.select(OutboxMail.id).where(holds)))
        empty = (
            sa.update(OutboxMail)
            .where(OutboxMail.id.in_(numbers))
            .values(subject="", text="", html="", invitation="")
        )
        db.session.execute(empty)
        later(lambda: _forget_files(numbers))


def _forget_files(numbers: list[int]) -> None:
    for number in numbers:
        pathlib.Path(setting("INSTANCE_DIR"), "mail", f"{number:06}.eml").unlink(missing_ok=True)


def is_demo() -> bool:
    """Say whether this is a demo network: it never sends by SMTP."""
    return bool(current_app.config["IS_DEMO"]())


def due() -> list[int]:
    """Return the mails whose time to be sent has come, oldest first."""
    rows = sa.select(OutboxMail.id).where(OutboxMail.state == "waiting", OutboxMail.next_at <= clock.now())
    return list(db.session.scalars(rows.order_by(OutboxMail.id).limit(50)))


_still: list[t.Callable[[OutboxMail], bool]] = []


def before_sending(fn: t.Callable[[OutboxMail], bool]) -> None:
    """Register who is asked whether a mail may still go: it may have waited for hours, and its reader lost sight."""
    if fn not in _still:
        _still.append(fn)


def send(number: int) -> None:
    """Send one mail of the outbox; at the worst (killed in between) it is sent twice, never lost."""
    row = db.session.get(OutboxMail, number)
    if row is None or row.state != "waiting" or not _claimed(row):
        return
    if not all(fn(row) for fn in _still):
        with atomic():
            row.state = "stopped"
        return
    try:
        _deliver(row)
    except Exception as error:
        log.warning("mail %s was not sent: %s", row.id, type(error).__name__)
        with atomic():
            _failed(row, error)
        return
    with atomic() as session:
        row.state, row.sent_at, row.error = "sent", clock.now(), ""
        session.execute(sa.delete(_refused).where(_refused.c.address == row.to))  # it takes mail again


def _failed(row: OutboxMail, error: Exception) -> None:
    row.tries += 1
    row.error = f"{type(error).__name__}: {error}"[:500]
    row.state = "failed" if row.tries >= MOST_TRIES else "waiting"
    row.next_at = clock.now() + dt.timedelta(seconds=30 * 2**row.tries)
    if is_for_good(error):
        refuse(row)


def is_for_good(error: Exception) -> bool:
    """Say whether a server refused an address for good: it knows no such box, or takes nothing for it.

    What it refuses about the sender, the sign-in or by a policy (5.7) is ours to put right, and is tried again.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        answers: list[tuple[int, bytes | str]] = list(error.recipients.values())
    elif isinstance(error, smtplib.SMTPDataError) and error.smtp_code in NO_BOX:
        answers = [(error.smtp_code, error.smtp_error)]
    else:
        return False
    return all(500 <= code < 600 and b"5.7." not in _bytes(said) for code, said in answers)


def _bytes(said: bytes | str) -> bytes:
    return said if isinstance(said, bytes) else said.encode()


def refuse(row: OutboxMail) -> None:
    """Remember the address of a mail that was refused, and stop the notices that wait for it; inside atomic()."""
    row.state = "refused"
    known = upsert(_refused).values(address=row.to, why=row.error, at=clock.now())
    new = {"why": row.error, "at": clock.now()}
    db.session.execute(known.on_conflict_do_update(index_elements=["address"], set_=new))
    waits = (OutboxMail.to == row.to, OutboxMail.state == "waiting", OutboxMail.kind.in_(MAY_STOP))
    stopped = sa.update(OutboxMail).where(*waits, OutboxMail.id != row.id).values(state="stopped")
    db.session.execute(stopped.execution_options(synchronize_session=False))


def _claimed(row: OutboxMail) -> bool:
    """Take a mail for the time that sending needs: two who look at once must not both send it."""
    seen, until = row.next_at, clock.now() + SENDING
    with atomic() as session:
        mine = (OutboxMail.id == row.id, OutboxMail.state == "waiting", OutboxMail.next_at == seen)
        taken = sa.update(OutboxMail).where(*mine).values(next_at=until)
        done = t.cast(t.Any, session.execute(taken.execution_options(synchronize_session=False)))
        return bool(done.rowcount)


def message_id(number: int) -> str:
    """Return the name of a mail in its header, with our seal: who reports that it came back must have had it."""
    host = urlsplit(setting("BASE_URL")).hostname or "localhost"
    return f"<mail-{number}.{seal(number)}@{host}>"


def seal(number: int) -> str:
    """Return our seal on the number of a mail."""
    key = setting("SECRET_KEY").encode()
    return hmac.new(key, f"mail\0{number}".encode(), hashlib.sha256).hexdigest()[:16]


def _message(row: OutboxMail) -> EmailMultiAlternatives:
    headers = {
        "Message-ID": message_id(row.id),
        "Date": email.utils.format_datetime(row.at),
        **row.headers,
    }
    message = EmailMultiAlternatives(
        subject=row.subject,
        body=row.text,
        from_email=setting("MAIL_FROM"),
        to=[row.to],
        headers=headers,
    )
    message.attach_alternative(row.html, "text/html")
    if row.invitation:  # Outlook and Gmail take the part beside the words, Apple and Thunderbird the file
        method = row.invitation.partition("\nMETHOD:")[2].partition("\n")[0]
        message.attach_alternative(row.invitation, f"text/calendar; method={method}")
        message.attach("invite.ics", row.invitation.replace("\n", "\r\n").encode(), "application/ics")
    return message


def _deliver(row: OutboxMail) -> None:
    message, url = _message(row), setting("MAIL_URL")
    if url and not is_demo():
        message.connection = _server(url)
        try:
            message.send()
        finally:
            message.connection.close()  # a refused mail leaves it open
        return
    folder = pathlib.Path(setting("INSTANCE_DIR"), "mail")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{row.id:06}.eml").write_bytes(message.message().as_bytes())


def _server(url: str) -> SmtpBackend:
    parts = urlsplit(url)
    tls = parse_qs(parts.query).get("tls", ["0"])[0] in ("1", "yes")
    return SmtpBackend(
        host=parts.hostname, port=parts.port or (465 if parts.scheme == "smtps" else 587),
        username=unquote(parts.username or ""), password=unquote(parts.password or ""),
        use_tls=tls and parts.scheme == "smtp", use_ssl=parts.scheme == "smtps", timeout=20,
    )  # fmt: skip
