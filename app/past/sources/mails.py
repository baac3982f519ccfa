"""A mailing list as an mbox: each mail a post, read one by one, so that neither a huge nor a broken one stops the others."""

import datetime as dt
import email
import email.header
import email.utils
import hashlib
import re
import typing as t
from email.message import Message

from app.core.text import clean_line
from app.past.sources import plain
from app.past.sources.items import Fault, Post, Wrong

MOST_MAILS, MOST_MAIL, MOST_PARTS, MOST_FILES = 50_000, 25 * 1024 * 1024, 200, 10
ODD = (ValueError, LookupError, TypeError, AttributeError, RecursionError, AssertionError, OverflowError)
FROM = re.compile(rb"From \S.*\d{4}\b.*\r?\n?$")
SURROGATE = re.compile("[\ud800-\udfff]")
_ID = re.compile(r"<([^<>\s]{3,250})>")
_STAMP = re.compile(r"([A-Z][a-z]{2} [A-Z][a-z]{2} +\d{1,2} \d\d:\d\d(?::\d\d)?)(?: [A-Z+-]\S*)? (\d{4})")


class Raw(t.NamedTuple):
    """One mail as it lies in the file."""

    line: int
    begins: str  # its "From " line
    data: bytes
    at_byte: int
    whole: bool  # else it was too large, and data holds its beginning


def cut(file: t.BinaryIO) -> t.Iterator[Raw]:
    """Yield the mails of an mbox one after the other; at most one of them is in memory."""
    at, empty = 0, True
    begins, begun, start, kept, size = b"", 0, 0, list[bytes](), 0
    for number, line in enumerate(iter(lambda: file.readline(1024 * 1024), b""), 1):
        if empty and FROM.match(line):
            if begins:
                yield Raw(begun, begins.decode("latin-1"), b"".join(kept), start, size <= MOST_MAIL)
            begins, begun, start, kept, size = line, number, at, [], 0
        elif begins:
            size += len(line)
            if size <= MOST_MAIL:
                kept.append(line)
        empty = not line.strip()
        at += len(line)
    if begins:
        yield Raw(begun, begins.decode("latin-1"), b"".join(kept), start, size <= MOST_MAIL)


def one_at(file: t.BinaryIO, at_byte: int) -> Message | None:
    """Return the mail that begins at a place."""
    file.seek(at_byte)
    raw = next(cut(file), None)
    return _parsed(raw) if raw else None


def _parsed(raw: Raw) -> Message:
    data = re.sub(rb"^>(>*From )", rb"\1", raw.data, flags=re.M)
    return email.message_from_bytes(data)


def read(file: t.BinaryIO, now: dt.datetime) -> tuple[list[Post], Wrong]:
    """Return the posts of an mbox in the order of the file."""
    found, faults, seen = list[Post](), Wrong(), set[str]()
    for count, raw in enumerate(cut(file)):
        if count >= MOST_MAILS:
            faults.append(Fault(raw.line, "too_many"))
            break
        try:
            post = _post(raw, now, faults)
        except ODD:
            faults.append(Fault(raw.line, "mail"))
            continue
        if post and post.key in seen:
            faults.append(Fault(raw.line, "twice", post.title[:80]))
        elif post:
            seen.add(post.key)
            found.append(post)
    return found, faults


def _post(raw: Raw, now: dt.datetime, faults: Wrong) -> Post | None:
    mail = _parsed(raw)
    title = words(mail.get("Subject"))[:300]
    name, address = _sender(mail)
    at = _date(mail.get("Date"), now) or _date_of_line(raw.begins, now)
    body, rich, files = _body(mail)
    answers = _answers(mail)
    if rich:
        body = plain.of_html(body)
    body = plain.without_tail(body.replace("\r\n", "\n").replace("\r", "\n"), bool(answers))
    key = (
        _own_id(mail)
        or hashlib.sha256(repr((address, str(at), title, body)).encode("utf-8", "replace")).hexdigest()
    )
    wrong = "" if at else "date"
    wrong = wrong or ("" if raw.whole else "large") or ("" if body or files else "no_words")
    wrong = wrong or ("" if name or address else "nobody")
    if wrong:
        faults.append(Fault(raw.line, wrong, title[:80]))
        return None
    if len(body) > plain.MOST:
        faults.append(Fault(raw.line, "shortened", title[:80], lost=False))
    assert at is not None
    return Post(
        raw.line, key, title, name, address, at, body, answers=answers, at_byte=raw.at_byte, files=files
    )


def words(value: t.Any) -> str:
    """Return a header's words, in whatever letters it was written."""
    if value is None:
        return ""
    if isinstance(value, str):
        value = _bare(value)
    try:
        parts = email.header.decode_header(value)
    except ODD:
        return clean_line(str(value))
    return clean_line("".join(_decoded(part, charset) for part, charset in parts))


def _bare(value: str) -> str:
    """Return a header's value with the bytes that it should not have had read as letters."""
    return _decoded(value.encode("utf-8", "surrogateescape"), None) if SURROGATE.search(value) else value


def _filename(part: Message) -> str:
    """Return the name of what is attached: bytes in it that are no letters by the rules are often UTF-8 all the same."""
    for wanted in ("content-disposition", "content-type"):
        raw = next((str(value) for name, value in part.raw_items() if name.lower() == wanted), "")
        if SURROGATE.search(raw):
            again = Message()
            again[wanted] = _bare(raw)
            return words(again.get_filename())
    return words(part.get_filename())


def _decoded(part: bytes | str, charset: str | None) -> str:
    if isinstance(part, str):
        return part
    for name in (charset if charset and charset != "unknown-8bit" else "utf-8", "utf-8", "cp1252"):
        try:
            return part.decode(name)
        except (LookupError, ValueError):
            continue
    return part.decode("latin-1")


def _sender(mail: Message) -> tuple[str, str]:
    """Return name and address of who wrote, each empty where it is not there."""
    name, address = email.utils.parseaddr(words(mail.get("From")))
    if re.search(r" via .{2,60}$", name) and mail.get("Reply-To"):
        name, address = (
            name.rsplit(" via ", 1)[0],
            email.utils.parseaddr(words(mail.get("Reply-To")))[1] or address,
        )
    address = clean_line(address).lower()[:254]
    name = clean_line(name).strip("'\"")[:120]
    return (name if "@" not in name else ""), (address if "@" in address else "")


def _date(value: t.Any, now: dt.datetime) -> dt.datetime | None:
    try:
        at = email.utils.parsedate_to_datetime(str(value)) if value else None
        return _sane(at, now)
    except ODD:
        return None


def _date_of_line(line: str, now: dt.datetime) -> dt.datetime | None:
    found = _STAMP.search(line)
    if not found:
        return None
    try:
        stamp = f"{found[1] if found[1].count(':') == 2 else found[1] + ':00'} {found[2]}"
        return _sane(dt.datetime.strptime(stamp, "%a %b %d %H:%M:%S %Y"), now)
    except ValueError:
        return None


def _sane(at: dt.datetime | None, now: dt.datetime) -> dt.datetime | None:
    if at is None:
        return None
    at = at.replace(tzinfo=dt.UTC) if at.tzinfo is None else at.astimezone(dt.UTC)
    return at if 1980 <= at.year and at <= now else None


def _own_id(mail: Message) -> str:
    found = _ID.search(str(mail.get("Message-ID", "")))
    return found[1] if found else ""


def _answers(mail: Message) -> tuple[str, ...]:
    """Return the numbers of the mails that this one answers, the nearest last."""
    older = _ID.findall(str(mail.get("References", ""))[-4000:])[-20:]
    return tuple(dict.fromkeys([*older, *_ID.findall(str(mail.get("In-Reply-To", ""))[:1000])[:1]]))


def _body(mail: Message) -> tuple[str, bool, int]:
    """Return the words, whether they are HTML, and how many files hang on the mail."""
    texts, pages, files = list[str](), list[str](), 0
    for number, part in enumerate(mail.walk()):
        if number > MOST_PARTS:
            break
        if part.is_multipart():
            continue
        if is_file(part):
            files += 1
        elif part.get_content_type() == "text/plain":
            texts.append(_text(part))
        elif part.get_content_type() == "text/html":
            pages.append(_text(part))
    plain_words = "\n\n".join(filter(str.strip, texts))
    return (plain_words, False, files) if plain_words else ("\n".join(pages), True, files)


def is_file(part: Message) -> bool:
    """Say whether a part is something attached, rather than words of the mail."""
    named = bool(part.get_filename())
    return (
        part.get_content_disposition() == "attachment"
        or (named and part.get_content_maintype() != "text")
        or (named and part.get_content_type() == "text/calendar")
    )


def _text(part: Message) -> str:
    raw = part.get_payload(decode=True)
    if not isinstance(raw, bytes):
        return ""
    return _decoded(raw[: 20 * plain.MOST], part.get_content_charset() or "utf-8")


def files_of(mail: Message) -> list[tuple[str, bytes]]:
    """Return what is attached to a mail: names and bytes, the first ten."""
    found = list[tuple[str, bytes]]()
    for number, part in enumerate(mail.walk()):
        if number > MOST_PARTS or len(found) >= MOST_FILES:
            break
        if not part.is_multipart() and is_file(part):
            raw = part.get_payload(decode=True)
            if isinstance(raw, bytes) and raw:
                found.append((_filename(part) or "file", raw))
    return found
