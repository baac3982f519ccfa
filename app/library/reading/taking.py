"""Lets the child process take a file apart, step by step, and gathers what it wrote. Nothing here looks into the file."""

import contextlib
import dataclasses
import itertools
import json
import pathlib
import re
import typing as t

from app.core import child
from app.library.reading.readers.out import FACTS, MOST_PAGES, PAGES

READERS = "app.library.reading.readers"
# What reads a kind of file: the work in the child.
WORKS = {
    "docx": "docx:read", "odf": "odf:read", "rtf": "rtf:read", "pptx": "pptx:read", "xlsx": "sheets:read",
    "ods": "sheets:read_ods", "csv": "sheets:read_csv", "plain": "texts:read", "markdown": "texts:read_markdown",
    "image": "pictures:read", "archive": "archive:read", "captions": "captions:read",
}  # fmt: skip
FIRST_PICTURES = 10  # pages of a PDF that are drawn when it is read; the others when somebody asks
MOST_STEPS, MOST_SLIPS = 30, 3
MOST_LINE, MOST_WRITTEN = 4 * 1024 * 1024, 24 * 1024 * 1024  # of one page, of one step
DRAWN = re.compile(r"picture:(\d+)")


@dataclasses.dataclass
class Taken:
    """What was found in a file: its pages as the child wrote them, what it says of itself, and pictures by name."""

    pages: list[dict[str, t.Any]]
    facts: dict[str, t.Any]
    pictures: dict[str, pathlib.Path]


def take(reader: str, source: str, folder: pathlib.Path) -> Taken:
    """Read a file. Raises child.Late for a busy machine, child.Failed with a key for what cannot be read."""
    if reader == "pdf":
        return _steps(source, folder)
    place = _own(folder, "text")
    try:
        child.run(f"{READERS}.{WORKS[reader]}", place, source, place)
    except child.Late:
        raise
    except child.Failed:
        if not (pages := _pages(place)):  # what came before its end is kept
            raise
        return Taken(pages, {"state": "ready", "full": True}, _redrawn(place, pages))
    pages = _pages(place)
    return Taken(pages, _facts(place), _redrawn(place, pages))


def _own(folder: pathlib.Path, name: str) -> pathlib.Path:
    place = folder / name
    place.mkdir()
    return place


def _pages(place: pathlib.Path) -> list[dict[str, t.Any]]:
    """Return the pages that were written, up to one that was cut off."""
    rows: list[dict[str, t.Any]] = []
    with contextlib.suppress(OSError, ValueError, KeyError), (place / PAGES).open("rb") as lines:
        while (line := lines.readline(MOST_LINE)) and len(rows) < MOST_PAGES and lines.tell() < MOST_WRITTEN:
            row = json.loads(line)
            texts = {key: str(row[key]) for key in ("text", "html", "name")}
            rows.append({"number": int(row["number"]), **texts})
    return rows


def _facts(place: pathlib.Path) -> dict[str, t.Any]:
    with contextlib.suppress(OSError, ValueError), (place / FACTS).open("rb") as file:
        found = json.loads(file.read(MOST_LINE))
        return found if isinstance(found, dict) else {}
    return {}


# --- PDF: in steps, because it may have thousands of pages, and one of them may be a trap -----------------------


def _steps(source: str, folder: pathlib.Path) -> Taken:
    taken = Taken([], {}, {})
    following: int | None = 1
    seen = scans = slips = 0
    for step in itertools.count(1):
        facts, slipped = _step(taken, source, _own(folder, f"step-{step}"), following or 1)
        seen, scans, slips = seen + facts.get("seen", 0), scans + facts.get("scans", 0), slips + slipped
        taken.facts = {**facts, **taken.facts}
        following = facts.get("next")
        if slips > MOST_SLIPS or step >= MOST_STEPS or not following or facts.get("full"):
            break
    taken.facts |= {
        "full": bool(following or facts.get("full")),
        "state": _state(len(taken.pages), seen, scans),
    }
    taken.pictures = drawn(source, folder, range(1, min(len(taken.pages), FIRST_PICTURES) + 1))
    return taken


def _step(taken: Taken, source: str, place: pathlib.Path, first: int) -> tuple[dict[str, t.Any], int]:
    """Read some pages; where the child was ended on one of them, that one stays empty and the next step goes on."""
    letters = sum(len(page["text"]) for page in taken.pages)
    try:
        child.run(f"{READERS}.pdf:read", place, source, place, first, letters)
    except child.Late:
        raise
    except child.Failed:
        facts, found = _facts(place), _pages(place)
        count = facts.get("pages", 0)
        if not taken.pages and not found and not count:
            raise
        at = first + len(found)
        empty = {"number": at, "text": "", "html": "", "name": ""}
        taken.pages += [*found, *([empty] if at <= count else [])]
        return {**facts, "next": at + 1 if at < count else None}, 1
    taken.pages += _pages(place)
    return _facts(place), 0


def _state(pages: int, seen: int, scans: int) -> str:
    """Say whether a file has words: a scan has pictures in their place."""
    if scans and scans >= 0.8 * pages:
        return "scanned"
    return "ready" if seen else "plain"


def drawn(source: str, folder: pathlib.Path, numbers: t.Iterable[int]) -> dict[str, pathlib.Path]:
    """Return pictures of pages, as many as could be drawn in time."""
    place = _own(folder, "drawn")
    with contextlib.suppress(child.Failed):
        child.run(f"{READERS}.pdf:draw", place, source, place, *numbers)
    return {found.stem: found for found in sorted(place.glob("page-*.webp"))}


def _redrawn(place: pathlib.Path, pages: list[dict[str, t.Any]]) -> dict[str, pathlib.Path]:
    """Return the pictures that stand in the text, saved anew; one that ends the child is left out."""
    wanted = sorted({int(number) for page in pages for number in DRAWN.findall(page["html"])})
    for _try in range(MOST_SLIPS):
        if not wanted:
            break
        try:
            child.run(f"{READERS}.pictures:redraw", place, place, *wanted)
            break
        except child.Failed:
            done = [number for number in wanted if (place / f"picture-{number}.webp").exists()]
            wanted = wanted[wanted.index(done[-1]) + 2 :] if done else wanted[1:]
    found = [*sorted(place.glob("picture-*.webp")), *sorted(place.glob("page-*.webp"))]
    return {one.stem: one for one in found}
