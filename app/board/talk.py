"""The page of one discussion, and the parts of it that scripts fetch."""

import functools
import typing as t

from babel import Locale
from flask import Blueprint, Response, current_app, redirect, request

from app.board import forms, queries
from app.board.models import TOPICS, Post, Thread
from app.board.queries import Shown
from app.core import pages
from app.core.database import LARGEST_ID, get_or_none
from app.core.languages import PSEUDO, language, ngettext
from app.core.policy import can, me, require, ruled

bp = Blueprint("board", __name__)
MOST_NEW = 50


def found(number: int, act: str = "board.read") -> Shown:
    """Return a discussion for its page, if who looks may do this to it."""
    return t.cast(Shown, require(act, queries.one(number, me().id)))


def thread_for(number: int, act: str) -> Thread:
    """Return a discussion to act on, if who acts may do this to it; a removed one is past acting on."""
    thread = t.cast(Thread, require(act, get_or_none(Thread, number)))
    return t.cast(Thread, require(act, None if thread.removed else thread))


def post_for(number: int, nth: int, act: str) -> Post:
    """Return a post to act on, if who acts may do this to it."""
    return t.cast(Post, require(act, queries.post_numbered(number, nth)))


def whole(value: str | None) -> int:
    """Return the number that an address or a form holds; 0 for anything else."""
    good = value is not None and value.isascii() and value.isdigit() and len(value) < 19
    return min(int(value or 0), LARGEST_ID) if good else 0


@bp.get("/discussions/<int:number>")
@bp.get("/discussions/<int:number>-<path:tail>")
@ruled("board.read", public=True)
def thread(number: int, tail: str = "") -> t.Any:
    """Show a discussion, opened at what is new to its reader."""
    it = found(number)
    if f"/discussions/{it.id}-{tail}" != it.url:
        query = f"?{request.query_string.decode('latin-1')}" if request.query_string else ""
        return redirect(it.url + query, 301 if not it.removed else 302)
    args = request.args
    start = it.page_of(whole(args.get("from")) or whole(args.get("at")) or it.opens_at())
    quoted = whole(args.get("quote")) or whole(args.get("reply"))
    tag = pages.etag("thread", it.id, it.version, it.read, it.watch, it.ready, start, args.get("sent"))
    if quoted:
        return page(it, start, form=quoting(it, quoted, quote="quote" in args))
    return pages.unchanged(tag) or page(it, start, etag=tag, sent=bool(args.get("sent")))


def quoting(it: Shown, number: int, quote: bool) -> forms.Reply:
    """Return the reply form with the post that is answered, and its words if they are to be quoted."""
    post = queries.post_numbered(it.id, number)
    form = forms.Reply(reply_to=str(number) if post and not post.removed else "")
    if quote and post and post.body:
        form.body.data = "\n".join(f"> {line}".rstrip() for line in post.body.split("\n")) + "\n\n"
    return form


def page(it: Shown, start: int, status: int = 200, form: t.Any = None, **more: t.Any) -> Response:
    """Return the page of a discussion; `form` is the reply as it was typed so far."""
    if it.removed:
        return pages.page("board/removed.html", place="discussions", noindex=True, it=it)
    who, size = me(), current_app.config["DISCUSSION_PAGE"]
    rows = queries.posts(it.id, who.id, start, size)
    may = {act: can(f"board.{act}", it) for act in ("reply", "pin", "lock", "close", "conclude", "move")}
    if may["reply"]:
        form = form or forms.Reply()
        form.offer_voices(who)
    return pages.page(
        "board/thread.html", status, place="discussions", last=it.last, it=it, posts=rows, topic=TOPICS.get(it.topic, ""),
        files=queries.files_of(rows), form=form, may=may, looks_after=may["lock"], who=who, start=start, size=size,
        older=start - size if start > 1 else 0, newer=start + size if start + size <= it.posts else 0,
        plurals=reply_words(language()), error=bool(form and form.errors), **more,
    )  # fmt: skip


@functools.cache
def reply_words(lang: str) -> list[tuple[str, str]]:
    """Return "{n} new replies, show" in each plural form of a language, which must be the one in use."""
    form, example = Locale.parse("en" if lang == PSEUDO else lang).plural_form, {}
    for n in range(200):
        example.setdefault(form(n), n)
    said = {
        name: str(ngettext("%(num)d new reply, show", "%(num)d new replies, show", n))
        for name, n in example.items()
    }
    return [(name, words.replace(str(example[name]), "{n}", 1)) for name, words in said.items()]


# --- parts ------------------------------------------------------------------------------------------------


def drawn(it: Shown, rows: list[t.Any]) -> Response:
    """Return posts as a fragment, drawn as on the page."""
    more = {"looks_after": can("board.lock", it), "may": {"reply": can("board.reply", it)}}
    return pages.fragment(
        "board/_posts.html",
        it=it,
        posts=rows,
        files=queries.files_of(rows),
        who=me(),
        first_new=0,
        start=0,
        **more,
    )


@bp.get("/discussions/<int:number>/replies")
@ruled("board.read", public=True)
def replies(number: int) -> t.Any:
    """Return the posts after a number, for the page that is open; without a script, the page they stand on."""
    it, after = found(number), whole(request.args.get("after"))
    if not pages.wants_fragment():
        return redirect(f"{it.url}?at={after + 1}", 302)
    return drawn(it, [] if it.removed else queries.posts(it.id, me().id, after + 1, MOST_NEW))


@bp.get("/discussions/<int:number>/posts/<int:nth>")
@ruled("board.read", public=True)
def post(number: int, nth: int) -> t.Any:
    """Lead to a post on its page; for a script, draw it."""
    it = found(number)
    rows = [] if it.removed or nth > LARGEST_ID else queries.posts(it.id, me().id, nth, 1)
    require("board.read", it if it.removed or (rows and rows[0].number == nth) else None)
    if pages.wants_fragment():
        return drawn(it, rows)
    sent = "&sent=1" if request.args.get("sent") else ""
    return redirect(f"{it.url}?at={nth}{sent}#p{nth}", 302)


@bp.get("/discussions/<int:number>/stand")
@ruled("board.read", public=True)
def stand(number: int) -> t.Any:
    """Return where the discussion stands, as a fragment."""
    it = found(number)
    if not pages.wants_fragment():
        return redirect(it.url, 302)
    return pages.fragment("board/_stand.html", it=it, may={"conclude": can("board.conclude", it)})


@bp.get("/discussions/<int:number>/watching")
@ruled("board.read", public=True)
def watching(number: int) -> t.Any:
    """Return the buttons to follow and to mute, as a fragment."""
    it = found(number)
    return pages.fragment("board/_watching.html", it=it) if pages.wants_fragment() else redirect(it.url, 302)
