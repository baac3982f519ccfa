"""Captions (WebVTT) as a transcript: when it is said, and what."""

import re

from app.core.child import Refused
from app.library.reading.readers.flow import Flow, whole
from app.library.reading.readers.out import Out, escape
from app.library.reading.readers.texts import words_of

TIMES = re.compile(r"^(?:(\d{1,3}):)?(\d\d):(\d\d)[.,]\d{3}\s+-->\s")
TOGETHER = 12  # cues in a paragraph


def read(source: str, folder: str) -> None:
    """Read captions."""
    words, _more = words_of(source)
    if not words.lstrip("\ufeff").startswith("WEBVTT"):
        raise Refused("broken")
    cues = [cue for cue in map(_cue, re.split(r"\n\s*\n", words)) if cue]

    def all_of_it(flow: Flow) -> None:
        for start in range(0, len(cues), TOGETHER):
            some = cues[start : start + TOGETHER]
            said = " ".join(words for _at, words in some)
            flow.paragraph(f"<strong>{some[0][0]}</strong> {escape(said)}", said)

    whole(Out(folder), all_of_it)


def _cue(block: str) -> tuple[str, str] | None:
    lines = block.strip("\n").split("\n")
    at = next((number for number, line in enumerate(lines[:2]) if TIMES.match(line)), -1)
    found = TIMES.match(lines[at]) if at >= 0 else None
    words = " ".join(re.sub(r"<[^>]*>", "", line).strip() for line in lines[at + 1 :])
    if not found or not words.strip():
        return None
    hours = int(found[1] or 0)
    return (f"{hours}:" if hours else "") + f"{found[2]}:{found[3]}", words
