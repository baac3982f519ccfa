"""Records of documents in a table: what its columns mean is guessed from their heads, in several languages."""

import typing as t
import unicodedata

from app.core import sheets
from app.past.sources.items import Fault, Record, Refused, Wrong

BOUNDS = sheets.Bounds(rows=20_000, columns=60, signs=20_000)
# The first head that fits counts; what holds several values has them between semicolons or bars.
HEADS: dict[str, tuple[str, ...]] = {
    "file": ("file", "filename", "file name", "fichier", "nom du fichier", "archivo", "الملف", "path", "chemin", "datei"),
    "abstract": ("abstract", "description", "summary", "resume", "resumen", "notes", "الملخص", "الوصف", "аннотация"),
    "authors": ("authors", "author", "auteurs", "auteur", "autor", "autores", "creator", "by", "المؤلف", "автор"),
    "date": ("date", "year", "published", "publication year", "annee", "fecha", "ano", "التاريخ", "السنة", "дата", "год"),
    "language": ("language", "langue", "idioma", "lang", "اللغة", "язык", "sprache"),
    "type": ("type", "document type", "kind", "genre", "tipo", "النوع", "тип", "item type", "content type"),
    "series": ("series", "serie", "collection title", "السلسلة", "серия"),
    "number": ("number", "no", "numero", "issue", "series number", "الرقم", "номер"),
    "licence": ("licence", "license", "rights", "licencia", "الترخيص", "droits"),
    "doi": ("doi",),
    "isbn": ("isbn",),
    "issn": ("issn",),
    "link": ("link", "url", "address", "website", "lien", "enlace", "الرابط", "ссылка"),
    "archive": ("archive", "archived copy", "archive url", "wayback", "copie archivee"),
    "themes": ("themes", "theme", "topics", "subject", "subjects", "tema", "المواضيع", "manual tags"),
    "keywords": ("keywords", "tags", "mots cles", "palabras clave", "الكلمات المفتاحية"),
    "countries": ("countries", "country", "pays", "pais", "البلد", "страна"),
    "sdgs": ("sdgs", "sdg", "odd", "ods", "sustainable development goals"),
    "commitments": ("commitments", "commitment", "engagements", "compromisos", "الالتزامات", "ten point plan"),
    "targets": ("for whom", "target group", "target groups", "audience", "public", "public cible", "الفئة المستهدفة"),
    "unesdoc": ("unesdoc", "unesdoc number", "ark"),
    "organisation": ("organisation", "organization", "member", "institution", "organizacion", "المنظمة", "организация"),
    "item": (),
    "folder": ("collection", "folder", "dossier", "carpeta", "المجموعة", "coleccion"),
    "id": ("id", "identifier", "key", "unique id", "item id", "الرمز"),
    "publisher": ("publisher", "editeur", "editorial", "الناشر", "издатель"),
    "title": ("title", "name", "titre", "titulo", "العنوان", "название", "titel", "document"),
}  # fmt: skip


# What a list of files has as heads when SharePoint exports it: there "Name" is the file and "Item Type" no kind of document.
SHAREPOINT = {
    "name": "file", "title": "title", "modified": "date", "modified by": "", "created by": "", "file size": "",
    "item type": "item", "path": "folder",
}  # fmt: skip
SIGNS = ({"name", "item type", "path"}, {"name", "modified", "modified by"})
FOLDERS = ("folder", "dossier", "carpeta", "مجلد", "ordner", "папка")


def folded(word: str) -> str:
    """Return a head as it is compared: small letters without accents and underscores."""
    parts = unicodedata.normalize("NFKD", word.casefold().replace("_", " ").replace("-", " "))
    return " ".join("".join(c for c in parts if not unicodedata.combining(c)).split())


class How(t.NamedTuple):
    """How a table is read: guessed, and corrected by people."""

    encoding: str = ""
    delimiter: str = ""
    header: bool = True
    meanings: tuple[str, ...] = ()


class Table(t.NamedTuple):
    """A table as it was read, with what was guessed of it."""

    how: How
    head: list[str]
    sample: list[list[str]]
    records: list[Record]
    faults: Wrong


def read(raw: bytes, how: How = How()) -> Table:  # noqa: B008  a value, never changed
    """Read a table of records; what `how` leaves open is guessed. Raises Refused."""
    book = sheets.is_sheet(raw)
    encoding = "" if book else how.encoding or sheets.guess_encoding(raw)
    try:
        delimiter = "" if book else how.delimiter or sheets.guess_delimiter(sheets.text_of(raw, encoding))
        rows = sheets.read(raw, encoding, delimiter, BOUNDS)
    except sheets.Unreadable as why:
        raise Refused(str(why)) from None
    width = max(len(row) for row in rows)
    head = (rows[0] if how.header else []) + [""] * width
    body = rows[1:] if how.header else rows
    known = how.meanings if len(how.meanings) == width else guessed([folded(w) for w in head[:width]])
    sample = [[row[n] for row in body[:3] if n < len(row) and row[n]] for n in range(width)]
    found, faults = _records(body, known)
    return Table(How(encoding, delimiter, how.header, tuple(known)), head[:width], sample, found, faults)


def guessed(heads: list[str]) -> list[str]:
    """Return what columns mean, by their heads."""
    if not any(signs <= set(heads) for signs in SIGNS):
        return sheets.meanings(heads, HEADS)
    others = {meaning: words for meaning, words in HEADS.items() if meaning not in SHAREPOINT.values()}
    rest = iter(sheets.meanings([head for head in heads if head not in SHAREPOINT], others))
    return [SHAREPOINT[head] if head in SHAREPOINT else next(rest) for head in heads]


def folder_of(path: str) -> str:
    """Return a folder; of a path in SharePoint what comes after the site and its library."""
    parts = path.replace("\\", "/").strip("/").split("/")
    return "/".join(parts[3:] if parts[0] in ("sites", "teams", "personal") else parts)


def _records(body: sheets.Rows, meanings: t.Sequence[str]) -> tuple[list[Record], Wrong]:
    found, faults = list[Record](), Wrong()
    for cells in body:
        said = {m: cells[n] for n, m in enumerate(meanings) if m and n < len(cells) and cells[n]}
        if folded(said.pop("item", "")) in FOLDERS:
            continue
        if not said.get("title") and not said.get("file"):
            faults.append(Fault(cells.line, "untitled"))
            continue
        found.append(Record(cells.line, said, said.pop("file", ""), folder_of(said.pop("folder", ""))))
    return found, faults
