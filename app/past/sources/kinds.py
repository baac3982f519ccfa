"""What somebody sent: told by its first bytes, then by its name, never by its name alone."""

import io
import re
import zipfile

from app.past.sources.items import Refused

KINDS = ("archive", "table", "ris", "bibtex", "mails", "forum")
ENDINGS = (
    "zip", "csv", "tsv", "txt", "xlsx", "xlsm", "ris", "bib", "bibtex", "mbox", "mbx", "eml", "json", "jsonl", "ndjson",
)  # fmt: skip
TALKS = ("mails", "forum")  # they become discussions; the others become documents
_MAIL = re.compile(rb"From \S+ .*\d{4}\b.*\r?\n[A-Za-z-]+:")
_BIB = re.compile(rb"^\s*@\s*[A-Za-z]+\s*[{(]", re.M)


def kind_of(head: bytes, name: str) -> str:
    """Return the kind of a source from its first bytes and its name. Raises Refused."""
    ending = name.rpartition(".")[2].lower()
    if not head.strip():
        raise Refused("empty")
    if head.startswith(b"PK\x03\x04"):
        return "table" if ending in ("xlsx", "xlsm") else "archive"
    if head.startswith((b"\xd0\xcf\x11\xe0", b"%PDF", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf")):
        raise Refused("kind")
    text = head.lstrip(b"\xef\xbb\xbf \r\n\t")
    if _MAIL.match(text):
        return "mails"
    if re.match(rb"TY  ?- ?[A-Z]", text) or ending == "ris":
        return "ris"
    if ending in ("jsonl", "ndjson", "json") or re.match(rb'[\[\s]*\{\s*"', text):
        return "forum"
    if ending in ("bib", "bibtex") or (_BIB.search(text[:2000]) and ending not in ("csv", "tsv")):
        return "bibtex"
    if ending in ("mbox", "mbx", "eml"):
        raise Refused("mails")
    if b"\0" in head[:4000] and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refused("kind")
    return "table"


def is_book(file: "io.IOBase") -> bool:
    """Say whether a packed file is a spreadsheet, whatever it is called."""
    try:
        with zipfile.ZipFile(file) as packed:  # type: ignore[call-overload]
            return "xl/workbook.xml" in packed.namelist()
    except (zipfile.BadZipFile, OSError, ValueError):
        return False
