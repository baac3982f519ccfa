"""What people take along in a ZIP: sent while it is read, so no file is ever held in memory, and its length is known before.

A room that has files tells here how those of its things are found: whoever packs something else asks for them by reference.
"""

import re
import typing as t
from urllib.parse import quote

from flask import Response
from zipstream import ZipStream

from app.core import pages
from app.core.audience import Viewer
from app.core.files import CHUNK, store
from app.core.text import slug

ENDING = re.compile(r"[^\w]+")
PAGE = "page.css"


class File(t.NamedTuple):
    """A file in a ZIP."""

    path: str
    href: str
    hash: str
    size: int
    language: str
    whole: bool  # its bytes are there


def file(place: int, title: str, name: str, kept: str, size: int, language: str, original: bool) -> File:
    """Name a file so that every system can unpack it: a number, the title, the language of an edition, its ending."""
    ending = ENDING.sub("", name.rpartition(".")[2])[:8].lower() if "." in name else "bin"
    tongue = "" if original else f".{slug(language)}"
    path = f"files/{place:03}-{slug(title)[:50]}{tongue}.{ending or 'bin'}"
    return File(path, quote(path), kept, size, language, store().exists(kept))


def answer(name: str, texts: t.Mapping[str, str | bytes], files: t.Iterable[File]) -> Response:
    """Return a ZIP with these texts by their paths, the styles of its page, and files."""
    stream = ZipStream(sized=True)
    for path, text in texts.items():
        stream.add(text.encode() if isinstance(text, str) else text, path)
    stream.add(pages.OFFLINE.read_bytes(), PAGE)
    kept = store()  # asked now: while it is sent there is no app
    for one in files:
        if one.whole:
            stream.add(_bytes(kept, one.hash), one.path, size=one.size)
    made = Response(stream, mimetype="application/zip", direct_passthrough=True)  # type: ignore[arg-type]
    made.content_length = len(stream)
    made.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(slug(name))}.zip"
    made.headers["Cache-Control"] = "private, no-store"
    return made


def _bytes(kept: t.Any, name: str) -> t.Iterator[bytes]:
    with kept.open(name) as source:
        while chunk := source.read(CHUNK):
            yield chunk


# --- files of things of other rooms ---------------------------------------------------------------------------

FilesOf = t.Callable[[Viewer, t.Sequence[str]], dict[str, list[File]]]
_known: list[FilesOf] = []


def files_of(fn: FilesOf) -> FilesOf:
    """Register a room: given who looks and references of things, it returns the files of those that they may see."""
    if fn not in _known:
        _known.append(fn)
    return fn


def files(viewer: Viewer, refs: t.Sequence[str]) -> dict[str, list[File]]:
    """Return the files of things by their references, as far as a viewer may see them."""
    return {ref: some for fn in _known for ref, some in fn(viewer, refs).items()} if refs else {}
