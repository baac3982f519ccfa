"""What a post said before: its versions, each with the lines that changed."""

import typing as t

import sqlalchemy as sa

from app.board.models import Edit, Post
from app.core.merging import Line, compared
from app.extensions import db

MOST = 20  # versions shown, the newest


class Version(t.NamedTuple):
    """One text of a post, with when it was written, and its lines against the text before."""

    number: int
    at: t.Any
    lines: list[Line]  # against the text before


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
