"""What a post said before: its versions, each with the lines that changed."""

import difflib
import typing as t

import sqlalchemy as sa

from app.board.models import Edit, Post
from app.extensions import db

MOST = 20  # versions shown, the newest
MOST_LINES = 400  # comparing longer texts line by line could take seconds


class Version(t.NamedTuple):
    """One text of a post, with when it was written, and its lines against the text before."""

    number: int
    at: t.Any
    lines: list[tuple[str, str]]  # "", "ins" or "del", and the line


def versions(post: Post) -> list[Version]:
    """Return the versions of a post, newest first."""
    wanted = sa.select(Edit.body, Edit.at).where(Edit.post_id == post.id).order_by(Edit.id)
    edits = db.session.execute(wanted).all()
    texts = [row.body for row in edits] + [post.body]
    times = [post.at, *(row.at for row in edits)]
    pairs = list(zip(texts, [None, *texts[:-1]], strict=True))
    found = [
        Version(n, at, compared(before, text))
        for n, (at, (text, before)) in enumerate(zip(times, pairs, strict=True), 1)
        if n > len(texts) - MOST
    ]
    return found[::-1]


def compared(before: str | None, after: str) -> list[tuple[str, str]]:
    """Return the lines of a text, with those that came and went; long texts as a whole."""
    new = after.split("\n")
    if before is None:
        return [("", line) for line in new]
    old = before.split("\n")
    if max(len(old), len(new)) > MOST_LINES:
        return [*(("del", line) for line in old), *(("ins", line) for line in new)]
    lines: list[tuple[str, str]] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new).get_opcodes():
        if tag == "equal":
            lines += [("", line) for line in old[a:b]]
        else:
            lines += [("del", line) for line in old[a:b]] + [("ins", line) for line in new[c:d]]
    return lines
