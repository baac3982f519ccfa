"""A record as it was brought, and the fields of a document: words of lists are found again in the lists of this site."""

import functools
import typing as t

import sqlalchemy as sa

from app.arrivals.columns import known_countries
from app.extensions import db
from app.library import words
from app.library.models import Term
from app.members import goals, names, profile
from app.members.models import Organisation
from app.members.names import fold
from app.past.sources import Fault, Record, values

# What references call their kinds, as far as the list of this site has them.
KINDS = {
    "rprt": "report", "techreport": "report", "report": "report", "news": "press-release", "pamp": "policy-brief",
    "conf": "background-note", "inproceedings": "background-note", "manual": "training-manual", "unpb": "discussion-paper",
    "unpublished": "discussion-paper", "workingpaper": "discussion-paper",
}  # fmt: skip
NO_KINDS = {"book", "jour", "article", "gen", "misc", "elec", "online", "chap", "inbook", "incollection", "thes", "blog",
            "phdthesis", "mastersthesis", "edbook", "serial", "video", "web", "magazinearticle"}  # fmt: skip
TONGUES = ("en", "fr", "es", "ar", "ru", "zh", "pt", "de", "it", "nl", "pl", "tr", "sv", "no", "da", "fi", "el", "uk", "ro",
           "cs", "hu", "bg", "hr", "sr", "sk", "sl", "lt", "lv", "et", "ja", "ko", "hi", "fa", "he", "sw", "ca", "eu")  # fmt: skip
THREE = {"eng": "en", "fre": "fr", "fra": "fr", "spa": "es", "ara": "ar", "rus": "ru", "chi": "zh", "zho": "zh", "por": "pt",
         "ger": "de", "deu": "de", "ita": "it"}  # fmt: skip
MOST_ABSTRACT, MOST_CREDITS = 10_000, 100


class Known(t.NamedTuple):
    """What a record may name, folded → key."""

    types: dict[str, str]
    series: dict[str, str]
    licences: dict[str, str]
    themes: dict[str, str]
    countries: dict[str, str]
    tongues: dict[str, str]
    organisations: dict[str, tuple[int, str]]


def known() -> Known:
    """Read the lists of this site once for a whole batch."""
    organisations = {
        fold(row.name): (row.id, row.name)
        for row in db.session.execute(sa.select(Organisation.id, Organisation.name))
    }
    themes = {fold(word): row.key for row in profile.themes() for word in (row.key, *row.labels.values())}
    licences = {
        fold(word): key for key, one in words.LICENCES.items() for word in (key, one.short, one.url) if word
    }
    return Known(
        _terms("type"), _terms("series"), licences, themes, known_countries(), _tongues(), organisations
    )


def _terms(vocabulary: str) -> dict[str, str]:
    rows = db.session.execute(
        sa.select(Term.key, Term.labels).where(Term.vocabulary == vocabulary, Term.into_id.is_(None))
    )
    return {fold(word): row.key for row in rows for word in (row.key, *row.labels.values())}


@functools.cache
def _tongues() -> dict[str, str]:
    found = dict(THREE)
    for code in TONGUES:
        mine = [
            names.own_language(code),
            *(names.locale(tongue).languages.get(code, "") for tongue in ("en", "fr", "es", "ar")),
        ]
        found.update({fold(word): code for word in (code, *mine) if word})
    return found


class Described(t.NamedTuple):
    """The fields of a document, and what of the record could not be used."""

    fields: dict[str, t.Any]
    faults: list[Fault]


def described(record: Record, lists: Known, shared: dict[str, t.Any]) -> Described:
    """Return the fields of a document; what a record does not say is said for all of them, in `shared`."""
    said, faults = record.said, list[Fault]()
    title = said.get("title", "") or values.title_of(record.file)
    if len(title) > 300:
        faults.append(Fault(record.line, "shortened", title[:80], lost=False))
    fields: dict[str, t.Any] = {
        "title": title[:300], "abstract": said.get("abstract", "")[:MOST_ABSTRACT], "sight": shared["sight"],
        "language": _one(record, "language", lists.tongues, faults) or shared["language"],
        "type": _kind(record, lists, faults) or shared.get("type", ""),
        "licence": _one(record, "licence", lists.licences, faults) or shared.get("licence", ""),
        "series": _one(record, "series", lists.series, faults), "series_number": said.get("number", "")[:20],
        "date": _date(record, faults), "credits": _credits(record, lists), "link": values.link_of(said.get("link", "")),
        "identifiers": _identifiers(said), "countries": _some(record, "countries", lists.countries, faults),
        "themes": _themes(record, lists, faults),
        "sdgs": [n for n in _numbers(said.get("sdgs", "")) if n in goals.SDGS],
    }  # fmt: skip
    if said.get("link") and not fields["link"]:
        faults.append(Fault(record.line, "link", said["link"][:80], lost=False))
    if not fields["series"]:
        fields["series_number"] = ""
    return Described(fields, faults)


def _one(record: Record, meaning: str, lists: dict[str, str], faults: list[Fault]) -> str:
    word = record.said.get(meaning, "")
    key = lists.get(fold(word)) or (
        lists.get(fold(word).split("-")[0].split("_")[0], "") if meaning == "language" else ""
    )
    if word and not key:
        faults.append(Fault(record.line, meaning, word[:80], lost=False))
    return key or ""


def _kind(record: Record, lists: Known, faults: list[Fault]) -> str:
    word = fold(record.said.get("type", ""))
    if KINDS.get(word) in lists.types.values():
        return KINDS[word]
    return "" if word in NO_KINDS else _one(record, "type", lists.types, faults)


def _date(record: Record, faults: list[Fault]) -> str:
    word = record.said.get("date", "")
    found = values.date_of(word, fold(word))
    if word and not found:
        faults.append(Fault(record.line, "date_kept_out", word[:80], lost=False))
    return found


def _some(record: Record, meaning: str, lists: dict[str, str], faults: list[Fault]) -> list[str]:
    found = []
    for word in values.several(record.said.get(meaning, "").replace(",", ";")):
        key = lists.get(fold(word))
        if key:
            found.append(key)
        else:
            faults.append(Fault(record.line, meaning, word[:80], lost=False))
    return list(dict.fromkeys(found))


def _themes(record: Record, lists: Known, faults: list[Fault]) -> list[str]:
    """Themes that are named have to be on the list; of keywords those count that are."""
    free = values.several(record.said.get("keywords", "").replace(",", ";"))
    also = [lists.themes[fold(word)] for word in free if fold(word) in lists.themes]
    return list(dict.fromkeys([*_some(record, "themes", lists.themes, faults), *also]))


def _numbers(text: str) -> list[str]:
    found = "".join(sign if sign.isdigit() else " " for sign in text).split()
    return list(dict.fromkeys(number.lstrip("0") for number in found))


def _credits(record: Record, lists: Known) -> list[dict[str, t.Any]]:
    found = []
    for meaning, role in (("authors", "author"), ("editors", "editor"), ("publisher", "publisher")):
        for word in values.several(record.said.get(meaning, ""))[:MOST_CREDITS]:
            number, name = lists.organisations.get(fold(word), (0, ""))
            if number:
                found.append({"kind": "organisation", "id": number, "name": name, "role": role})
            else:
                found.append({"kind": "outside", "name": values.name_of(word), "role": role})
    return found[:MOST_CREDITS]


def _identifiers(said: dict[str, str]) -> list[dict[str, str]]:
    found = {"doi": values.doi_of(said.get("doi", "") or said.get("link", "")), "isbn": values.isbn_of(said.get("isbn", "")),
             "issn": said.get("issn", "").strip()[:9] if len(said.get("issn", "").strip()) == 9 else ""}  # fmt: skip
    return [{"scheme": scheme, "value": value} for scheme, value in found.items() if value]
