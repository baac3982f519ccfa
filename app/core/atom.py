"""Writes Atom 1.0 (RFC 4287), whatever it is about: a feed's head and its entries."""

import typing as t
from xml.etree import ElementTree as ET

from app.core import text, when
from app.core.clock import now
from app.core.languages import _, language
from app.core.mail import is_demo

ATOM = "http://www.w3.org/2005/Atom"
XML = "{http://www.w3.org/XML/1998/namespace}"
TYPE = "application/atom+xml"
ET.register_namespace("", ATOM)


def head(own: str, title: t.Any, words: t.Any, page: str, updated: t.Any = None) -> ET.Element:
    """Return a feed without entries. `own` is its address, `page` that of the page which shows the same."""
    root = ET.Element(f"{{{ATOM}}}feed", {f"{XML}lang": language()})
    said = [words]
    if is_demo():
        said.append(_("Sample content. It does not report real activity of the places named."))
    add(root, "id", own)
    add(root, "title", title)
    add(root, "subtitle", " ".join(map(str, said)))
    add(root, "updated", when.iso(updated or now()))
    add(root, "link", rel="self", type=TYPE, href=own)
    add(root, "link", rel="alternate", type="text/html", href=page)
    return root


def entry(root: ET.Element, own: str, title: t.Any, at: t.Any, author: t.Any, url: str) -> ET.Element:
    """Add an entry; return it, for what else it says."""
    made = ET.SubElement(root, f"{{{ATOM}}}entry")
    add(made, "id", own)
    add(made, "title", title)
    add(made, "updated", when.iso(at))
    add(made, "published", when.iso(at))
    add(ET.SubElement(made, f"{{{ATOM}}}author"), "name", author)
    add(made, "link", rel="alternate", type="text/html", href=url)
    return made


def summary(made: ET.Element, words: str, lang: str = "") -> None:
    """Say in an entry what it is about."""
    if words:
        add(made, "summary", words, **({f"{XML}lang": lang} if lang else {}))


def add(parent: ET.Element, name: str, words: t.Any = "", **attributes: str) -> None:
    """Add an element with words that any reader of XML takes."""
    element = ET.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
    element.text = text.CONTROL.sub("", str(words)) or None


def written(root: ET.Element) -> bytes:
    """Return a feed as it is sent."""
    return t.cast(bytes, ET.tostring(root, encoding="utf-8", xml_declaration=True))
