"""The public feed for feed readers: Atom 1.0 (RFC 4287), public facts alone, whoever asks."""

import functools
import typing as t

from flask import Blueprint, Response, abort, current_app, request

from app.core import activity, atom, former, look, policy, text
from app.core.audience import VISITOR
from app.core.database import get_or_none, setting
from app.core.languages import _, language
from app.core.mail import is_demo
from app.feed import queries
from app.feed.items import Item
from app.spaces.models import Space

bp = Blueprint("atom", __name__)
KEPT_SECONDS = 60


@bp.get("/feed.atom")
@policy.public
def feed() -> Response:
    """Answer with the newest public facts, or with 304."""
    return _answered(lambda: queries.facts(None, most=setting("FEED_PAGE")), look.title(), "", "")


@bp.get("/groups/<int:number>/feed.atom")
@policy.public
def of_space(number: int) -> Response:
    """Answer with the newest public facts of a space that everybody may see."""
    space = get_or_none(Space, number)
    if space is None or not space.readable_by(VISITOR):
        abort(404)
    title, base = space.text("name", language()), f"/groups/{space.id}"
    rows = functools.partial(queries.done_by, VISITOR, "space", space.id, setting("FEED_PAGE"))
    return _answered(rows, title, base, space.url)


def _answered(rows: t.Callable[[], list[t.Any]], title: str, base: str, page: str) -> Response:
    """Answer with a document, or with 304; `base` and `page` are where the feed and its page stand."""
    tag = f"{activity.highest()}-{language()}-{current_app.extensions['build']}"
    if request.if_none_match.contains_weak(tag):
        return _labelled(Response(status=304), tag)
    found = rows()
    answer = Response(_document(found, title, base, page or "/"), mimetype=atom.TYPE)
    answer.last_modified = found[0].at if found else None
    return _labelled(answer, tag)


def _labelled(answer: Response, tag: str) -> Response:
    answer.set_etag(tag, weak=True)
    answer.cache_control.public = True
    answer.cache_control.max_age = KEPT_SECONDS
    answer.vary.add("Accept-Language")
    answer.vary.add("Cookie")
    if is_demo():
        answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _document(rows: list[t.Any], title: str, place: str, page: str) -> bytes:
    base = setting("BASE_URL")
    words = _("What members say to everybody.")
    root = atom.head(f"{base}{place}/feed.atom", title, words, f"{base}{page}", rows[0].at if rows else None)
    for row in rows:
        _entry(root, row, base)
    return atom.written(root)


def _entry(root: t.Any, row: t.Any, base: str) -> None:
    item = Item(row)
    said = text.plain(item.sentence)
    title = f"{said}: {row.title}" if item.verb.headed else said
    author = former.said(item.by.get("name")) or look.title()
    url = base + (row.url or f"/feed/{row.id}")
    entry = atom.entry(root, f"{base}/feed/{row.id}", title, row.at, author, url)
    atom.add(entry, "category", term=row.verb, label=str(item.verb.word))
    atom.summary(entry, item.text, row.lang)
