"""Guest links: a secret address by which somebody without an account reads one document for a time."""

import base64
import datetime as dt
import hashlib
import hmac
import secrets
import typing as t

import sqlalchemy as sa

from app.core import audit, clock, once
from app.core.audience import is_apart
from app.core.database import atomic, get_or_none, setting
from app.core.files import Attachment
from app.extensions import db
from app.library import words
from app.library.care import Shut
from app.library.models import Document, Edition, GuestLink, Page, Version
from app.library.models.documents import OPEN

LONGEST = dt.timedelta(days=366)
_l = t.cast(t.Any, GuestLink.__table__)


def hashed(token: str) -> str:
    """Return what is kept of the secret in an address."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def secret_for(person_id: int, document: Document) -> str:
    """Return the secret of the link that this form makes: the same form sent twice shows the same link."""
    key = once.form_key()
    if not key:
        return secrets.token_urlsafe(32)
    words = f"guest link\0{person_id}\0{document.id}\0{key}"
    made = hmac.new(setting("SECRET_KEY").encode(), words.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def make(
    author: t.Any, document: Document, token: str, *, until: dt.datetime, password: str = "", most: int = 0, note: str = ""
) -> GuestLink:  # fmt: skip
    """Make a link; `password` is what is kept of one. Its secret is known only to who made it."""
    with atomic():
        db.session.refresh(document)
        if document.state not in OPEN:
            raise Shut(document.ref)
        link = GuestLink(
            document_id=document.id, token_hash=hashed(token), password=password, note=note, until=until, most=most,
            used=0, by_id=author.id, at=clock.now(),
        )  # fmt: skip
        db.session.add(link)
        db.session.flush()
        audit.note(
            author, "library.guest_link", document.ref, link=link.id, most=most, password=bool(password)
        )
        return link


def end(actor: t.Any, document: Document, number: int) -> None:
    """End a link: from now on its address answers nothing."""
    mine = sa.update(_l).where(_l.c.id == number, _l.c.document_id == document.id, _l.c.ended.is_(None))
    with atomic() as session:
        if t.cast(t.Any, session.execute(mine.values(ended=clock.now()))).rowcount:
            audit.note(actor, "library.guest_ended", document.ref, link=number)
    db.session.expire_all()


def listed(document: Document) -> list[GuestLink]:
    """Return the links of a document, the newest first."""
    mine = sa.select(GuestLink).where(GuestLink.document_id == document.id)
    return list(db.session.scalars(mine.order_by(GuestLink.id.desc()).limit(50)))


def is_over(link: GuestLink) -> bool:
    """Say whether a link opens for nobody any longer."""
    return link.ended is not None or link.until <= clock.now()


def is_used_up(link: GuestLink) -> bool:
    """Say whether a link was opened as often as it may be: it still serves those who opened it."""
    return bool(link.most) and link.used >= link.most


def of_token(token: str) -> tuple[GuestLink, Document] | None:
    """Return the link of an address with its document, while it holds and others read the document."""
    link = db.session.scalars(sa.select(GuestLink).where(GuestLink.token_hash == hashed(token))).first()
    if link is None or is_over(link):
        return None
    document = get_or_none(Document, link.document_id)
    good = document is not None and document.state in OPEN and not is_apart(document.audience_id)
    good = good and words.may_leave(t.cast(Document, document).licence)
    return (link, document) if good and document is not None else None


def count_opening(link: GuestLink) -> bool:
    """Count that a link is opened; says whether it still may be. Exact, however many open it at once."""
    free = sa.or_(_l.c.most == 0, _l.c.used < _l.c.most)
    mine = sa.update(_l).where(_l.c.id == link.id, _l.c.ended.is_(None), _l.c.until > clock.now(), free)
    with atomic() as session:
        counted = t.cast(t.Any, session.execute(mine.values(used=_l.c.used + 1))).rowcount == 1
        if counted:
            audit.note(None, "library.guest_opened", f"document:{link.document_id}", link=link.id)
    return bool(counted)


# --- what a guest gets --------------------------------------------------------------------------------------


def newest(document: Document) -> list[Version]:
    """Return the newest version in each language, the original first."""
    theirs = sa.select(Edition.version_id).where(
        Edition.document_id == document.id, Edition.version_id.is_not(None)
    )
    numbers = {*db.session.scalars(theirs), document.version_id or 0}
    rows = db.session.scalars(sa.select(Version).where(Version.id.in_(numbers))).all()
    return sorted(rows, key=lambda one: (one.language != document.language, one.language))


def file_for(document: Document, number: int) -> Attachment | None:
    """Return a file that a guest may have: of the newest versions, or a picture in their text."""
    row = get_or_none(Attachment, number)
    if row is None or row.root != document.ref or row.state != "ready":
        return None
    kind, _colon, key = row.subject.partition(":")
    shown = {one.id for one in newest(document)}
    if kind == "page" and key.isdigit():
        page = get_or_none(Page, int(key))
        return row if page is not None and page.version_id in shown else None
    return row if kind == "version" and key.isdigit() and int(key) in shown else None
