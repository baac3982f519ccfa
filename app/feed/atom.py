"""The public feed for feed readers: Atom 1.0 (RFC 4287), public facts alone, whoever asks."""

import typing as t
from xml.etree import ElementTree as ET

from flask import Blueprint, Response, current_app, request
from markupsafe import Markup

from app.core import activity, policy, text, when
from app.core.clock import now
from app.core.database import setting
from app.core.languages import _, language
from app.core.mail import is_demo
from app.feed import queries
from app.feed.items import Item

bp = Blueprint("atom", __name__)
ATOM = "http://www.w3.org/2005/Atom"
XML = "{http://www.w3.org/XML/1998/namespace}"
KEPT_SECONDS = 60
ET.register_namespace("", ATOM)


@bp.get("/feed.atom")
@policy.public
def feed() -> Response:
    """Answer with the newest public facts, or with 304."""
    tag = f"{activity.highest()}-{language()}-{current_app.extensions['build']}"
    if request.if_none_match.contains_weak(tag):
        return _labelled(Response(status=304), tag)
    rows = queries.facts(None, most=setting("FEED_PAGE"))
    answer = Response(_document(rows), mimetype="application/atom+xml")
    answer.last_modified = rows[0].at if rows else None
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


def _document(rows: list[t.Any]) -> bytes:
    base = setting("BASE_URL")
    root = ET.Element(f"{{{ATOM}}}feed", {f"{XML}lang": language()})
    _add(root, "id", f"{base}/feed.atom")
    _add(root, "title", setting("SITE_TITLE"))
    _add(root, "subtitle", _subtitle())
    _add(root, "updated", when.iso(rows[0].at if rows else now()))
    _add(root, "link", rel="self", type="application/atom+xml", href=f"{base}/feed.atom")
    _add(root, "link", rel="alternate", type="text/html", href=f"{base}/")
    for row in rows:
        _entry(root, row, base)
    return t.cast(bytes, ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _subtitle() -> str:
    words = [_("What members say to everybody.")]
    if is_demo():
        words.append(_("Sample content. It does not report real activity of the places named."))
    return " ".join(words)


def _entry(root: ET.Element, row: t.Any, base: str) -> None:
    item, entry = Item(row), ET.SubElement(root, f"{{{ATOM}}}entry")
    _add(entry, "id", f"{base}/feed/{row.id}")
    said = text.plain(item.sentence)
    _add(entry, "title", f"{said}: {row.title}" if item.verb.headed else said)
    _add(entry, "updated", when.iso(row.at))
    _add(entry, "published", when.iso(row.at))
    _add(ET.SubElement(entry, f"{{{ATOM}}}author"), "name", row.by.get("name") or setting("SITE_TITLE"))
    _add(entry, "link", rel="alternate", type="text/html", href=base + (row.url or f"/feed/{row.id}"))
    _add(entry, "category", term=row.verb, label=str(item.verb.word))
    if item.text:
        _add(entry, "summary", item.text, **({f"{XML}lang": row.lang} if row.lang else {}))


def _add(parent: ET.Element, name: str, words: str | Markup = "", **attributes: str) -> None:
    element = ET.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
    element.text = text.CONTROL.sub("", str(words)) or None
