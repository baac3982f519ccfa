"""A document's record in the forms that other programs read: BibTeX, RIS, CSL-JSON, Dublin Core, DataCite, schema.org."""

import json
import re
import typing as t
import unicodedata
from xml.etree import ElementTree

from app.core import clock
from app.core.text import slug
from app.library.record import Name, Record

OAI_DC, DC = "http://www.openarchives.org/OAI/2.0/oai_dc/", "http://purl.org/dc/elements/1.1/"
ENDINGS: dict[str, str] = {
    "bib": "application/x-bibtex", "ris": "application/x-research-info-systems",
    "csl.json": "application/vnd.citationstyles.csl+json", "dc.xml": "application/xml",
    "datacite.json": "application/vnd.datacite.datacite+json",
}  # fmt: skip
_TEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "%": r"\%", "&": r"\&", "#": r"\#", "$": r"\$", "_": r"\_",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip


def csl(record: Record, today: bool = True) -> dict[str, t.Any]:
    """Return the record as CSL-JSON: what citation styles and reference managers read."""
    item: dict[str, t.Any] = {
        "id": f"document-{record.id}", "type": record.kinds[0], "title": record.title, "language": record.language,
        "publisher": record.publisher, "URL": record.url, "abstract": record.abstract, "genre": record.type,
        "collection-title": record.series, "collection-number": record.number,
        "author": [_csl_name(one) for one in record.authors],
        "editor": [_csl_name(one) for one in record.names if one.role == "editor"],
        "translator": [_csl_name(one) for one in record.names if one.role == "translator"],
        "DOI": record.identifiers.get("doi", ""), "ISBN": record.identifiers.get("isbn", ""),
        "ISSN": record.identifiers.get("issn", ""),
    }  # fmt: skip
    if record.date:
        item["issued"] = {"date-parts": [list(record.date)]}
    if today:
        now = clock.now()
        item["accessed"] = {"date-parts": [[now.year, now.month, now.day]]}
    return {key: value for key, value in item.items() if value}


def _csl_name(one: Name) -> dict[str, str]:
    return {"family": one.family, "given": one.given} if one.family else {"literal": one.whole}


def bibtex(record: Record) -> str:
    """Return the record as an entry of BibTeX."""
    names = " and ".join(_bibtex_name(one) for one in record.authors)
    year, month, _day = (*record.date, 0, 0, 0)[:3]
    fields = {
        "title": f"{{{_tex(record.title)}}}", "author": names, "year": str(year or ""), "month": str(month or ""),
        "institution" if record.kinds[1] == "techreport" else "publisher": _tex(record.publisher),
        "series": _tex(record.series), "number": _tex(record.number), "doi": _tex(record.identifiers.get("doi", "")),
        "isbn": _tex(record.identifiers.get("isbn", "")), "language": record.language, "url": record.url,
        "abstract": _tex(record.abstract),
    }  # fmt: skip
    lines = "".join(f",\n  {key} = {{{value}}}" for key, value in fields.items() if value)
    return f"@{record.kinds[1]}{{{_key(record)}{lines}\n}}\n"


def _bibtex_name(one: Name) -> str:
    return f"{_tex(one.family)}, {_tex(one.given)}" if one.family else f"{{{_tex(one.whole)}}}"


def _key(record: Record) -> str:
    """Return a key of plain letters, the same each time: author, year, number."""
    first = record.authors[0] if record.authors else None
    name = (first.family or first.whole) if first else ""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    word = re.sub(r"[^a-z]", "", plain.lower().split(" ")[-1] if plain else "")[:20]
    return f"{word or 'document'}{record.date[0] if record.date else ''}-{record.id}"


def _tex(text: str) -> str:
    return "".join(_TEX.get(letter, letter) for letter in " ".join(text.split()))


def ris(record: Record) -> str:
    """Return the record in the form of RIS: one tag a line."""
    date = (
        "/".join([f"{part:02}" for part in record.date] + [""] * (3 - len(record.date)))
        if record.date
        else ""
    )
    lines = [
        ("TY", record.kinds[2]), ("TI", record.title), *(("AU", _ris_name(one)) for one in record.authors),
        *(("A2", _ris_name(one)) for one in record.names if one.role == "editor"),
        ("PY", str(record.date[0]) if record.date else ""), ("DA", date), ("PB", record.publisher),
        ("T3", record.series), ("M1", record.number), ("AB", record.abstract), ("LA", record.language),
        ("DO", record.identifiers.get("doi", "")),
        ("SN", record.identifiers.get("isbn") or record.identifiers.get("issn", "")),
        *(("KW", one) for one in record.subjects), ("UR", record.url), ("L1", record.file),
    ]  # fmt: skip
    told = "".join(f"{tag}  - {' '.join(value.split())}\r\n" for tag, value in lines if value.strip())
    return f"{told}ER  - \r\n"


def _ris_name(one: Name) -> str:
    return f"{one.family}, {one.given}" if one.family else one.whole


def dublin_core(record: Record) -> str:
    """Return the record as simple Dublin Core (oai_dc)."""
    ElementTree.register_namespace("oai_dc", OAI_DC)
    ElementTree.register_namespace("dc", DC)
    root = ElementTree.Element(f"{{{OAI_DC}}}dc")
    for name, values in dc_terms(record).items():
        for value in values:
            ElementTree.SubElement(root, f"{{{DC}}}{name}").text = value
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def dc_terms(record: Record) -> dict[str, list[str]]:
    """Return the terms of Dublin Core with what they hold."""
    identifiers = [f"{scheme}:{value}" for scheme, value in record.identifiers.items()]
    found = {
        "title": [record.title], "creator": [one.whole for one in record.authors],
        "contributor": [one.whole for one in record.names if one.role not in ("author",)],
        "subject": record.subjects, "description": [record.abstract], "publisher": [record.publisher],
        "date": ["-".join(f"{part:02}" for part in record.date)] if record.date else [], "type": [record.type],
        "format": [record.mime], "identifier": [record.url, *identifiers], "language": [record.language],
        "rights": [record.licence, record.licence_url],
    }  # fmt: skip
    return {name: kept for name, values in found.items() if (kept := [value for value in values if value])}


def datacite(record: Record) -> str:
    """Return the record as JSON of DataCite's schema 4."""
    doi = record.identifiers.get("doi", "")
    others = [
        {"alternateIdentifier": value, "alternateIdentifierType": scheme.upper()}
        for scheme, value in record.identifiers.items()
        if scheme != "doi"
    ]
    made: dict[str, t.Any] = {
        "schemaVersion": "http://datacite.org/schema/kernel-4", "doi": doi, "url": record.url, "language": record.language,
        "identifiers": [{"identifier": doi, "identifierType": "DOI"}] if doi else [],
        "alternateIdentifiers": [{"alternateIdentifier": record.url, "alternateIdentifierType": "URL"}, *others],
        "creators": [_datacite_name(one) for one in record.authors],
        "contributors": [
            {**_datacite_name(one), "contributorType": "Editor" if one.role == "editor" else "Other"}
            for one in record.names
            if one.role != "author"
        ],
        "titles": [{"title": record.title, "lang": record.language}], "publisher": record.publisher,
        "publicationYear": record.date[0] if record.date else None,
        "dates": [{"date": "-".join(f"{part:02}" for part in record.date), "dateType": "Issued"}] if record.date else [],
        "types": {"resourceTypeGeneral": record.kinds[3], "resourceType": record.type},
        "subjects": [{"subject": one} for one in record.subjects], "version": str(record.version or ""),
        "rightsList": [{"rights": record.licence, "rightsUri": record.licence_url}] if record.licence else [],
        "descriptions": [{"description": record.abstract, "descriptionType": "Abstract"}] if record.abstract else [],
        "formats": [record.mime] if record.mime else [], "sizes": [f"{record.size} bytes"] if record.size else [],
    }  # fmt: skip
    return (
        json.dumps({key: value for key, value in made.items() if value}, ensure_ascii=False, indent=1) + "\n"
    )


def _datacite_name(one: Name) -> dict[str, str]:
    if one.family:
        return {
            "name": f"{one.family}, {one.given}", "nameType": "Personal", "familyName": one.family, "givenName": one.given,
        }  # fmt: skip
    return {"name": one.whole, "nameType": "Personal" if one.is_person else "Organizational"}


def schema_org(record: Record) -> dict[str, t.Any]:
    """Return the record as search engines read it."""
    made: dict[str, t.Any] = {
        "@type": record.kinds[4], "@id": record.url, "url": record.url,
        "name": record.title, "inLanguage": record.language, "description": record.abstract,
        "author": [_schema_name(one) for one in record.authors],
        "publisher": {"@type": "Organization", "name": record.publisher},
        "datePublished": "-".join(f"{part:02}" for part in record.date), "keywords": record.subjects,
        "license": record.licence_url, "version": record.version or "",
        "isPartOf": {"@type": "CreativeWorkSeries", "name": record.series, "position": record.number} if record.series else "",
        "identifier": [f"{scheme}:{value}" for scheme, value in record.identifiers.items()],
        "encoding": {"@type": "MediaObject", "contentUrl": record.file, "encodingFormat": record.mime} if record.file else "",
    }  # fmt: skip
    return {key: value for key, value in made.items() if value}


def _schema_name(one: Name) -> dict[str, str]:
    return {"@type": "Person" if one.is_person else "Organization", "name": one.whole}


def written(record: Record, ending: str) -> tuple[str, str, str]:
    """Return the record in the form that an ending names: text, type, name of the file."""
    made: dict[str, t.Callable[[Record], str]] = {
        "bib": bibtex, "ris": ris, "dc.xml": dublin_core, "datacite.json": datacite,
        "csl.json": lambda one: json.dumps([csl(one, False)], ensure_ascii=False, indent=1) + "\n",
    }  # fmt: skip
    return made[ending](record), ENDINGS[ending], f"{slug(record.title)[:40]}.{ending}"
