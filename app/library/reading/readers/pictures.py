"""Pictures of documents, saved anew: their points alone, small, one after the other."""

import contextlib
import pathlib

from PIL import Image

from app.core.redrawing import opened, shrunk
from app.library.reading.readers.out import Out

SIDE, LARGE = 1000, 1600
MOST_BYTES = 200 * 1024


def read(source: str, folder: str) -> None:
    """Make the copy of a picture that is shown; it has no words."""
    _save(pathlib.Path(source), pathlib.Path(folder, "page-1.webp"), LARGE, 400 * 1024)
    out = Out(folder)
    out.page("")
    out.finish()


def redraw(folder: str, *numbers: str) -> None:
    """Save the pictures that a reader left anew; one that is none is left out."""
    for number in numbers:
        with contextlib.suppress(OSError, ValueError, SyntaxError, Image.DecompressionBombError):
            place = pathlib.Path(folder, f"picture-{number}")
            _save(place, place.with_suffix(".webp"), SIDE, MOST_BYTES)


def _save(source: pathlib.Path, place: pathlib.Path, side: int, most: int) -> None:
    picture = opened(source)
    if picture.mode not in ("RGB", "RGBA"):
        picture = picture.convert("RGBA" if "transparency" in picture.info or "A" in picture.mode else "RGB")
    copy = shrunk(picture, side, "WEBP")
    draft = place.with_suffix(".draft")
    for quality in (75, 50, 25):
        copy.save(draft, "WEBP", quality=quality, method=2)
        if draft.stat().st_size <= most:
            break
    draft.rename(place)
