"""What files call themselves: the title in their own description. Nothing else of them is read."""

import json
import pathlib
import typing as t

from app.core.child import Refused
from app.library.reading.readers import packed
from app.library.reading.readers.out import FACTS

MOST = 300
CORE = "docProps/core.xml"  # of DOCX, PPTX and XLSX


def read(folder: str, *sources: str) -> None:
    """Write the titles of some files, each pair of `sources` what reads it and where it lies; "" for none."""
    found = []
    for reader, source in zip(sources[::2], sources[1::2], strict=True):
        try:
            found.append(" ".join(_READERS[reader](source).split())[:MOST])
        except Exception:  # whatever is wrong with one, the others have titles
            found.append("")
    pathlib.Path(folder, FACTS).write_text(json.dumps(found), "utf-8")


def _pdf(source: str) -> str:
    from app.library.reading.readers.pdf import opened

    return str(opened(source).get_metadata_value("Title"))


def _in_part(name: str) -> t.Callable[[str], str]:
    def title(source: str) -> str:
        with packed.opened(source) as archive:
            if archive.getinfo(name).file_size > packed.MOST_XML:
                raise Refused("large")
            root = packed.part(archive, name)
        one = next(root.iter(f"{{{packed.DUBLIN}}}title"), None)
        return "" if one is None else "".join(one.itertext())

    return title


_READERS: dict[str, t.Callable[[str], str]] = {
    "pdf": _pdf, "docx": _in_part(CORE), "pptx": _in_part(CORE), "xlsx": _in_part(CORE),
    "odf": _in_part("meta.xml"), "ods": _in_part("meta.xml"),
}  # fmt: skip
