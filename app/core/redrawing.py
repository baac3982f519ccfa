"""What a child process does with a picture: opens it within bounds, turns it upright, saves its points anew and nothing else."""

import typing as t

from PIL import Image, ImageOps

LARGEST_SIDE = 1600
MOST_PIXELS = 50_000_000
Image.MAX_IMAGE_PIXELS = MOST_PIXELS // 2  # Pillow refuses at twice this number


def save(source: str, result: str, form: str, side: str, *square: str) -> None:
    """Save a picture anew; `square` cuts it: across, down, and how much."""
    picture = opened(source)
    picture = _cut(picture, *map(float, square)) if square else picture
    shrunk(picture, int(side), form).save(
        result, form, optimize=True, **({"quality": 82} if form != "PNG" else {})
    )


def opened(source: t.Any) -> Image.Image:
    """Return the first picture of a file, upright. Raises ValueError for too many points, OSError for no picture."""
    with Image.open(source) as found:
        if found.width * found.height > MOST_PIXELS:
            raise ValueError("too many pixels")
        found.draft("RGB", (LARGEST_SIDE * 2, LARGEST_SIDE * 2))
        return ImageOps.exif_transpose(found)


def shrunk(picture: Image.Image, side: int, form: str) -> Image.Image:
    """Return a copy of the points alone, no side longer than this."""
    picture.thumbnail((side, side))
    if picture.mode == "CMYK" or (form == "JPEG" and picture.mode != "RGB"):
        picture = picture.convert("RGB")
    if picture.mode == "P":
        copy = picture.convert("RGBA")
        copy.info = {}
        return copy
    copy = Image.new(picture.mode, picture.size)
    copy.paste(picture)
    return copy


def _cut(picture: Image.Image, across: float, down: float, part: float) -> Image.Image:
    """Return a square of a picture: how far along both ways it lies, and how much of the shorter side it is."""
    edge = max(1, round(min(picture.size) * part))
    left, top = round((picture.width - edge) * across), round((picture.height - edge) * down)
    return picture.convert("RGBA").crop((left, top, left + edge, top + edge))
