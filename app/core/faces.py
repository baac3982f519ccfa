"""The fonts of the project for documents: those for the web are turned into what a PDF takes."""

import atexit
import functools
import logging
import pathlib
import shutil
import tempfile

from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

FONTS = pathlib.Path(__file__).parents[2] / "static" / "css" / "fonts"
# name here: (file, weight of a font that has several)
FACES = {
    "text": ("source-sans-3-latin-wght-normal.woff2", 400),
    "bold": ("source-sans-3-latin-wght-normal.woff2", 650),
    "cyrillic": ("source-sans-3-cyrillic-wght-normal.woff2", 400),
    "cyrillicbold": ("source-sans-3-cyrillic-wght-normal.woff2", 650),
    "title": ("piazzolla-latin-700-normal.woff2", 0),
    "titlecyrillic": ("piazzolla-cyrillic-700-normal.woff2", 0),
    "more": ("convivio-text-latin-exta.woff2", 400),
    "arabic": ("el-messiri-arabic-700-normal.woff2", 0),
}
logging.getLogger("fontTools").setLevel(logging.WARNING)  # it tells of each table that it leaves out


@functools.cache
def folder() -> str:
    """Return a folder that lasts as long as the process."""
    path = tempfile.mkdtemp(prefix="fonts-")
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    return path


@functools.cache
def face(name: str) -> str:
    """Return the path of a font as documents need it: made once for each process."""
    file, weight = FACES[name]
    font = TTFont(FONTS / file, recalcTimestamp=False)
    if weight:
        font = instancer.instantiateVariableFont(font, {"wght": weight})
    font.flavor = None
    path = pathlib.Path(folder(), f"{name}.ttf")
    font.save(path)
    return str(path)
