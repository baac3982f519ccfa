"""Draws posts and the reply form once for readers who see the same, and keeps what was drawn.

What was drawn is found under all that it depends on: the row as it is now, and the reader's language, zone and
rights. So nothing has to be thrown away when a post changes. Form tokens, which are each reader's own, are set
in afterwards in place of a mark that nobody can guess.
"""

import json
import secrets
import typing as t

from flask import current_app
from markupsafe import Markup

from app.board import forms, queries
from app.board.models import TOPICS
from app.board.queries import Shown
from app.core import apart, clock, pages
from app.core.languages import language, offered, own_name, zone

MOST = 2000  # posts kept, about 3 KB each
LONGEST = 20_000
TOKEN, KEY, NUMBER, HEARERS = (f"mark-{secrets.token_hex(8)}" for _ in range(4))


def _kept() -> dict[t.Any, str]:
    found: dict[t.Any, str] = current_app.extensions.setdefault("drawn_posts", {})
    if len(found) > MOST:
        found.clear()
    return found


class Reader(t.NamedTuple):
    """What the drawing of a post depends on beside the post."""

    lang: str
    zone: str
    year: int
    thread: int
    person: int | None
    may_reply: bool
    looks_after: bool
    locked: bool
    apart: bool

    def alike(self, mine: bool) -> t.Any:
        """Return what is equal for two readers who see the same of a post, their own or somebody else's."""
        return (None if self.person is None else mine, *self[:4], *self[5:])


def reader(it: Shown, person: int | None, may_reply: bool, looks_after: bool) -> Reader:
    """Return who reads a discussion."""
    return Reader(
        language(), zone(), clock.now().year, it.id, person, may_reply, looks_after, it.locked, it.apart
    )


def posts(rows: t.Sequence[t.Any], who: Reader, it: Shown, start: int, first_new: int = 0) -> Markup:
    """Return posts as HTML, with the line before the first new one."""
    files, kept, parts = queries.files_of(rows), _kept(), []
    mine, others = who.alike(True), who.alike(False)
    for row in rows:
        if row.number == first_new > 1:
            parts.append(pages.render("board/_newline.html", it=it))
        own, number = files.get(row.id), row.reply_to
        answered = number is not None and 0 < start <= number
        key = (row.id, hash(row), answered, mine if row.author_id == who.person else others, _states(own))
        hidden = row.audience_id != it.audience_id
        drawn = None if hidden else kept.get(key)
        if drawn is None:
            drawn = _draw(row, who, own, answered=answered, hidden=hidden)
            if len(drawn) < LONGEST and not hidden:
                kept[key] = drawn
        parts.append(drawn)
    html = "".join(parts)
    return Markup(html.replace(TOKEN, pages.csrf()) if who.person is not None else html)


def _states(files: t.Any) -> t.Any:
    return tuple((file.id, file.state) for file in files) if files else None


def _draw(row: t.Any, who: Reader, files: t.Any, answered: bool, hidden: bool) -> str:
    to_by = json.loads(row.to_by) if row.to_by else None
    return pages.render(
        "board/_post.html", p=row, n=row.number, by=json.loads(row.by), to_by=to_by, r=who, files=files or (),
        mine=who.person == row.author_id, member=who.person is not None, answered=answered, token=Markup(TOKEN),
        apart=apart.of(f"post:{row.id}") if hidden else None,
        url=f"/discussions/{who.thread}/posts/{row.number}", base=f"/discussions/{who.thread}/posts/",
    )  # fmt: skip


def reply_form(who: t.Any, thread_id: int, hearers: Markup) -> Markup:
    """Return the empty reply form of a reader, with the line that says who would hear of it."""
    kept, key = _kept(), ("reply", language(), who.name, who.seats)
    drawn = kept.get(key)
    if drawn is None:
        form = forms.Reply()
        form.offer_voices(who)
        drawn = kept[key] = reply_part(form, NUMBER, Markup(TOKEN), Markup(KEY), hearers=Markup(HEARERS))
    drawn = drawn.replace(TOKEN, pages.csrf()).replace(KEY, pages.idem()).replace(NUMBER, str(thread_id))
    return Markup(drawn.replace(HEARERS, hearers))


def reply_part(form: t.Any, number: t.Any, token: Markup, key: Markup, **more: t.Any) -> str:
    """Return the reply form with what was typed so far."""
    return pages.render("board/_reply.html", form=form, number=number, token=token, key=key, **more)


def topics(lang: str) -> dict[str, str]:
    """Return the words of the topics in a language, which must be the one in use."""
    known = _kept().get(("topics", lang))
    if known is None:
        known = _kept()["topics", lang] = {key: str(word) for key, word in TOPICS.items()}  # type: ignore[assignment]
    return t.cast("dict[str, str]", known)


def rows(listed: t.Sequence[t.Any]) -> Markup:
    """Return rows of a list of discussions as HTML."""
    lang, kept, parts = language(), _kept(), []
    reader = (lang, zone(), clock.now().year)
    for row in listed:
        key = (reader, row.new, *row.it[:-2])
        drawn = kept.get(key)
        if drawn is None:
            drawn = kept[key] = _row(row, lang)
        parts.append(drawn)
    return Markup("".join(parts))


def _row(row: t.Any, lang: str) -> str:
    it = row.it
    tongue = own_name(it.language) if it.language != lang and it.language in offered() else ""
    return pages.render(
        "board/_row.html", it=it, by=row.by, url=row.url, new=row.new, tongue=tongue,
        topic=topics(lang).get(it.topic, it.topic),
    )  # fmt: skip
