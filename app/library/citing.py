"""How a document is cited: in six styles, in the words of the reader's language. Each is made once and kept.

The styles are files of the Citation Style Language project (see styles/README.md). They and the library that reads them
are loaded when the first citation is asked for: no start and no other page waits for them.
"""

import functools
import html
import pathlib
import re
import typing as t

from flask import Response
from markupsafe import Markup

from app.core import clock, drawn, pages
from app.core.languages import language
from app.core.panels import panel
from app.library import exports, record, shown
from app.library.models import Document
from app.library.models.documents import OPEN

FOLDER = pathlib.Path(__file__).parent / "styles"
STYLES: dict[str, tuple[str, str]] = {
    "apa": ("APA", "apa"),
    "chicago": ("Chicago", "chicago-author-date"),
    "harvard": ("Harvard", "harvard-cite-them-right"),
    "ieee": ("IEEE", "ieee"),
    "mla": ("MLA", "modern-language-association"),
    "vancouver": ("Vancouver", "nlm-citation-sequence"),
}
USUAL = "apa"
LOCALES = {"en": "en-GB", "fr": "fr-FR", "es": "es-ES", "ar": "ar", "ru": "ru-RU", "zh": "zh-CN"}
MOST_KEPT = 2000
_NUMBER = re.compile(r"^(?:\[1\]|1\.)\s*")  # in a list there would be others
_YEAR, _DAY = re.compile(r"(\d{4})(?=[^\W\d_]{3})"), re.compile(r"(?<=\d{4} )([^\W\d_]{3,})(?=\d)")


@functools.cache
def _style(name: str, locale: str) -> t.Any:
    from citeproc import CitationStylesStyle  # a part of a second, and needed by few pages

    return CitationStylesStyle(str(FOLDER / f"{name}.csl"), locale=locale, validate=False)


def cited(item: dict[str, t.Any], style: str, tongue: str) -> str:
    """Return one citation as plain text."""
    from citeproc import Citation, CitationItem, CitationStylesBibliography, formatter
    from citeproc.source.json import CiteProcJSON

    name = STYLES[style][1]
    source = CiteProcJSON([{key: _plain(value) for key, value in item.items() if key != "abstract"}])
    book = CitationStylesBibliography(_style(name, LOCALES.get(tongue, "en-GB")), source, formatter.plain)
    book.register(Citation([CitationItem(item["id"])]))
    text = _NUMBER.sub("", html.unescape("".join(str(part) for part in book.bibliography()[0])))
    if style == "vancouver":  # the library leaves out the spaces inside its dates
        text = _DAY.sub(r"\1 ", _YEAR.sub(r"\1 ", text))
    return " ".join(text.split())


def _plain(value: t.Any) -> t.Any:
    """Nothing in a record is markup: what looks like it would be taken for that by the library."""
    return value.replace("<", "‹").replace(">", "›") if isinstance(value, str) else value


def citation(document: Document, style: str = USUAL) -> Markup:
    """Return the citation of a document in a style, in the words of the reader's language; kept for the day."""
    tongue = language()
    key = (document.id, document.version, style, tongue, clock.now().date())

    def make() -> str:
        text = cited(exports.csl(record.of(document)), style, tongue)
        return Markup.escape(text)

    return Markup(drawn.kept("citations", key, MOST_KEPT, make))


def export(document: Document, ending: str) -> Response:
    """Return the record of a document as a file."""
    text, mime, name = exports.written(_whole(document), ending)
    answer = Response(text, mimetype=mime)
    answer.headers.set(
        "Content-Disposition", "attachment", filename=f"document-{document.id}.{ending}", **_other(name)
    )
    return answer


def _other(name: str) -> dict[str, t.Any]:
    from urllib.parse import quote

    return {"filename*": f"UTF-8''{quote(name)}"}


def _whole(document: Document) -> record.Record:
    version = shown.newest(document)
    file = shown.file_of(version)
    return record.of(document, version, file.url.partition("?")[0] if file else "")


# --- on the page of a document ---------------------------------------------------------------------------------


@panel("document", order=30, column="side")
def cite(document: t.Any) -> tuple[str, dict[str, t.Any]] | None:
    """How it is cited, to be copied, and the links to its record for other programs."""
    if document.state not in OPEN:
        return None
    base, schema = f"/library/{document.id}", exports.schema_org(_whole(document))
    values = {"text": citation(document), "base": base, "lang": document.language, "schema": schema}
    return "library/_cite.html", values


@panel("document", order=30, column="head")
def described(document: t.Any) -> tuple[str, dict[str, t.Any]] | None:
    """What search engines and reference managers read in the page."""
    if document.state not in OPEN:
        return None
    told = _whole(document)
    values = {"it": told, "terms": exports.dc_terms(told), "endings": exports.ENDINGS}
    return "library/_described.html", {**values, "script": pages.asset("second.js")}
