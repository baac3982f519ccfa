"""ZIP: names and sizes of what is in it. Nothing is taken out."""

import zipfile

from app.core.child import Refused
from app.library.reading.readers.out import Out

MOST = 2000


def read(source: str, folder: str) -> None:
    """List an archive."""
    try:
        with zipfile.ZipFile(source) as archive:
            parts = [part for part in archive.infolist() if not part.is_dir()]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise Refused("broken") from None
    out = Out(folder)
    names = [part.filename[:300] for part in parts[:MOST]]
    out.page("\n".join(names))
    entries = [{"words": name, "size": part.file_size} for name, part in zip(names, parts, strict=False)]
    closed = any(part.flag_bits & 1 for part in parts)
    out.finish(outline=entries, count=len(parts), closed=closed, full=len(parts) > MOST)
