"""Office files are archives of XML: opened within bounds on sizes, without entities, document types or the network."""

import pathlib
import typing as t
import zipfile

from lxml import etree

from app.core.child import Refused

MOST_PARTS = 10_000
MOST_XML = 32 * 1024 * 1024  # one part of XML, unpacked
MOST_MEDIA = 24 * 1024 * 1024  # larger ones are left out
MOST_TOGETHER = 96 * 1024 * 1024
XML = (".xml", ".rels", ".vml")
MANIFEST = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
DUBLIN = "http://purl.org/dc/elements/1.1/"


def slim(source: str, folder: str) -> str:
    """Return the path of an archive that can be opened whole: large pictures and films of it are left empty.

    Sizes come from the directory of the archive, and no part is unpacked beyond them.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            parts = archive.infolist()
            _bounded(parts)
            if sum(part.file_size for part in parts) <= MOST_TOGETHER:
                return source
            return _copied(archive, parts, pathlib.Path(folder, "slim.zip"))
    except zipfile.BadZipFile:
        raise Refused("broken") from None


def _bounded(parts: list[zipfile.ZipInfo]) -> None:
    if len(parts) > MOST_PARTS:
        raise Refused("large")
    if any(part.flag_bits & 1 for part in parts):
        raise Refused("encrypted")
    texts = [part.file_size for part in parts if part.filename.lower().endswith(XML)]
    if any(size > MOST_XML for size in texts) or sum(texts) > MOST_TOGETHER:
        raise Refused("large")


def _copied(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo], place: pathlib.Path) -> str:
    left = MOST_TOGETHER - sum(p.file_size for p in parts if p.filename.lower().endswith(XML))
    with zipfile.ZipFile(place, "w") as copy:
        for part in parts:
            wanted = part.filename.lower().endswith(XML) or part.file_size <= min(MOST_MEDIA, left)
            if wanted and not part.filename.lower().endswith(XML):
                left -= part.file_size
            copy.writestr(part.filename, archive.read(part) if wanted else b"")
    return str(place)


def opened(source: str) -> zipfile.ZipFile:
    """Open an archive whose parts are read one by one."""
    try:
        archive = zipfile.ZipFile(source)
    except zipfile.BadZipFile:
        raise Refused("broken") from None
    _bounded(archive.infolist())
    return archive


def parsed(data: bytes) -> t.Any:
    """Return the root of a part. A document type, and with it every entity, is refused."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        raise Refused("broken") from None
    if root.getroottree().docinfo.doctype:
        raise Refused("broken")
    return root


def part(archive: zipfile.ZipFile, name: str) -> t.Any:
    """Return a part parsed, None where there is none."""
    try:
        return parsed(archive.read(name))
    except KeyError:
        return None
    except (zipfile.BadZipFile, EOFError, OSError):
        raise Refused("broken") from None
