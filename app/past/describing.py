"""A record as it was brought, and the fields of a document: words of lists are found again in the lists of this site."""

import functools
import typing as t

import sqlalchemy as sa

from app.arrivals.columns import known_countries
from app.extensions import db
from app.library import words
from app.library.identifiers import is_issn
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
    targets: dict[str, str]


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
        _terms("type"),
        _terms("series"),
        licences,
        themes,
        known_countries(),
        _tongues(),
        organisations,
        _terms("target"),
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
        "language": _language(record, lists, faults) or shared["language"],
        "type": _kind(record, lists, faults) or shared.get("type", ""),
        "licence": _one(record, "licence", lists.licences, faults) or shared.get("licence", ""),
        "series": _one(record, "series", lists.series, faults) or shared.get("series", ""),
        "series_number": said.get("number", "")[:20],
        "date": _date(record, faults), "credits": _credits(record, lists), "link": values.link_of(said.get("link", "")),
        "identifiers": _identifiers(record, faults), "archive": values.link_of(said.get("archive", "")),
        "countries": _some(record, "countries", lists.countries, faults),
        "themes": _themes(record, lists, faults) or list(shared.get("themes", ())),
        "sdgs": _listed(record, "sdgs", goals.SDGS, faults),
        "commitments": _listed(record, "commitments", goals.COMMITMENTS, faults),
        "targets": _some(record, "targets", lists.targets, faults),
    }  # fmt: skip
    for name in ("link", "archive"):
        if said.get(name) and not fields[name]:
            faults.append(Fault(record.line, name, said[name][:80], lost=False))
    if not fields["series"]:
        fields["series_number"] = ""
    if fields["sight"] == "public" and not words.may_leave(fields["licence"]):
        fields["sight"] = "members"
        faults.append(Fault(record.line, "inside", title[:80], lost=False))
    return Described(fields, faults)


def _one(record: Record, meaning: str, lists: dict[str, str], faults: list[Fault]) -> str:
    word = record.said.get(meaning, "")
    key = lists.get(fold(word)) or (
        lists.get(fold(word).split("-")[0].split("_")[0], "") if meaning == "language" else ""
    )
    if word and not key:
        faults.append(Fault(record.line, meaning, word[:80], lost=False))
    return key or ""


def _language(record: Record, lists: Known, faults: list[Fault]) -> str:
    """Return the language of a document; of several that are named the first, and it is said that there are more."""
    several = values.several(record.said.get("language", "").replace(",", ";"))
    if len(several) > 1:
        faults.append(Fault(record.line, "languages", record.said["language"][:80], lost=False))
        record = record._replace(said={**record.said, "language": several[0]})
    return _one(record, "language", lists.tongues, faults)


def voice_of(record: Record, lists: Known, actor: t.Any, shared: dict[str, t.Any]) -> t.Any:
    """Return for whom a document is entered: who the record names, as far as one may speak for them, else who all are for."""
    named = lists.organisations.get(fold(record.said.get("organisation", "")), (0, ""))[0]
    return (actor.voice(named) if named else None) or actor.voice(shared.get("organisation"))


def unvoiced(record: Record, lists: Known, actor: t.Any) -> list[Fault]:
    """Return what is wrong with the organisation that a record names."""
    word = record.said.get("organisation", "")
    named = lists.organisations.get(fold(word), (0, ""))[0]
    good = not word or (named and actor.voice(named))
    return [] if good else [Fault(record.line, "organisation", word[:80], lost=False)]


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


def _listed(record: Record, meaning: str, known: t.Container[str], faults: list[Fault]) -> list[str]:
    """Return the numbers of a cell that are on a list; others are said."""
    found = _numbers(record.said.get(meaning, ""))
    faults += [
        Fault(record.line, meaning, number[:80], lost=False) for number in found if number not in known
    ]
    return [number for number in found if number in known]


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


def _identifiers(record: Record, faults: list[Fault]) -> list[dict[str, str]]:
    """Return the numbers of a document; one that is none is said."""
    said, unesdoc = record.said, record.said.get("unesdoc", "")
    found = {
        "doi": values.doi_of(said.get("doi", "") or said.get("link", "")), "isbn": values.isbn_of(said.get("isbn", "")),
        "issn": said["issn"].strip() if is_issn(said.get("issn", "").strip()) else "",
        "unesdoc": values.unesdoc_of(unesdoc),
    }  # fmt: skip
    wrong = [said[name] for name, value in found.items() if said.get(name) and not value]
    faults += [Fault(record.line, "identifier", word[:80], lost=False) for word in wrong]
    return [{"scheme": scheme, "value": value} for scheme, value in found.items() if value]
