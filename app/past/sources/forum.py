"""The discussions of a forum as lines of JSON: one post a line, or one discussion with its posts a line."""

import datetime as dt
import hashlib
import json
import typing as t

from app.core.text import clean_line
from app.past.sources import plain
from app.past.sources.items import Fault, Post, Refused, Wrong

MOST_POSTS, MOST_LINE = 50_000, 5 * 1024 * 1024
NAMES = {
    "id": ("id", "post_id", "uid", "guid"),
    "talk": ("thread", "thread_id", "topic_id", "discussion", "discussion_id", "conversation"),
    "title": ("title", "subject", "topic_title", "thread_title"),
    "name": ("author", "by", "name", "author_name", "user", "username", "display_name"),
    "email": ("email", "author_email", "mail", "address"),
    "at": ("date", "at", "created_at", "created", "posted", "time", "timestamp", "published"),
    "body": ("body", "text", "content", "message", "raw"),
    "html": ("html", "cooked", "body_html"),
    "answers": ("reply_to", "in_reply_to", "parent", "parent_id", "answers"),
    "language": ("language", "lang"),
    "topic": ("topic", "category"),
}


def read(file: t.BinaryIO, now: dt.datetime) -> tuple[list[Post], Wrong]:
    """Return the posts of a forum in the order of the file. Raises Refused."""
    found, faults, seen = list[Post](), Wrong(), set[str]()
    for line, value in _lines(file, faults):
        for place, one in enumerate(_posts(value)):
            if len(found) >= MOST_POSTS:
                faults.append(Fault(line, "too_many"))
                return found, faults
            post = _post(line, place, one, now, faults)
            if post and post.key in seen:
                faults.append(Fault(line, "twice", post.title[:80]))
            elif post:
                seen.add(post.key)
                found.append(post)
    return found, faults


def _lines(file: t.BinaryIO, faults: Wrong) -> t.Iterator[tuple[int, t.Any]]:
    head = file.read(64).lstrip(b"\xef\xbb\xbf \r\n\t")
    file.seek(0)
    if head.startswith(b"["):  # a whole list in one piece
        raw = file.read(16 * MOST_LINE + 1)
        try:
            values = json.loads(raw.decode("utf-8-sig")) if len(raw) <= 16 * MOST_LINE else None
        except (ValueError, RecursionError):
            raise Refused("json") from None
        if not isinstance(values, list):
            raise Refused("large")
        yield from enumerate(values, 1)
        return
    number = 0
    while line := file.readline(MOST_LINE + 1):
        number += 1
        if not line.endswith(b"\n") and len(line) > MOST_LINE:
            faults.append(Fault(number, "large"))
            while line and not line.endswith(b"\n"):
                line = file.readline(MOST_LINE)
            continue
        if line.strip():
            try:
                yield number, json.loads(line.decode("utf-8-sig"))
            except (ValueError, RecursionError):
                faults.append(Fault(number, "json"))


def _posts(value: t.Any) -> list[t.Any]:
    """Return the posts of a line: itself, or those of the discussion that it is."""
    if not isinstance(value, dict) or not isinstance(value.get("posts"), list):
        return [value]
    shared = {name: value[name] for name in value if name not in ("posts", "id", "body", "text")}
    shared.setdefault("thread", value.get("id") or value.get("title"))
    return [{**shared, **one} if isinstance(one, dict) else one for one in value["posts"]]


def _value(one: dict[str, t.Any], meaning: str) -> t.Any:
    return next((one[name] for name in NAMES[meaning] if one.get(name) not in (None, "")), "")


def _post(line: int, place: int, one: t.Any, now: dt.datetime, faults: Wrong) -> Post | None:
    if not isinstance(one, dict):
        faults.append(Fault(line, "json"))
        return None
    title, talk = _said(one, "title", 300), _said(one, "talk", 250)
    name, email = _who(one)
    at = _date(_value(one, "at"), now)
    body = str(_value(one, "body") or "")
    rich = not body or (body.lstrip()[:1] == "<" and "</" in body)
    body = plain.of_html(str(_value(one, "html") or body)) if rich else body.strip()
    wrong = "" if at else "date"
    wrong = wrong or ("" if body else "no_words") or ("" if title or talk else "untitled")
    wrong = wrong or ("" if name or email else "nobody")
    if wrong or at is None:
        faults.append(Fault(line, wrong, title[:80]))
        return None
    if len(body) > plain.MOST:
        faults.append(Fault(line, "shortened", title[:80], lost=False))
    own = _said(one, "id", 250)
    plain_key = repr((talk or title, name, email, at.isoformat(), body)).encode("utf-8", "replace")
    answer = _said(one, "answers", 250)
    return Post(
        line, f"{talk}/{own}" if own else hashlib.sha256(plain_key).hexdigest(), title, name, email, at, body,
        talk=talk, answers=(f"{talk}/{answer}",) if answer else (), language=_said(one, "language", 12),
        topic=_said(one, "topic", 60).lower(),
    )  # fmt: skip


def _said(one: dict[str, t.Any], meaning: str, most: int) -> str:
    value = _value(one, meaning)
    return clean_line(str(value))[:most] if isinstance(value, (str, int)) else ""


def _who(one: dict[str, t.Any]) -> tuple[str, str]:
    """Return name and address of who wrote: words, or an object that holds them."""
    value = _value(one, "name")
    if isinstance(value, dict):
        return _who({**value, "author": value.get("name") or value.get("username") or ""})
    email = _said(one, "email", 254).lower()
    return _said(one, "name", 120), email if "@" in email else ""


def _date(value: t.Any, now: dt.datetime) -> dt.datetime | None:
    """Return a moment from ISO 8601 or from seconds or milliseconds since 1970."""
    try:
        if isinstance(value, (int, float)) or str(value).isdigit():
            number = float(value)
            at = dt.datetime.fromtimestamp(number / 1000 if number > 1e11 else number, dt.UTC)
        else:
            at = dt.datetime.fromisoformat(str(value).strip())
    except (ValueError, OverflowError, OSError):
        return None
    at = at.replace(tzinfo=dt.UTC) if at.tzinfo is None else at.astimezone(dt.UTC)
    return at if 1980 <= at.year and at <= now else None
