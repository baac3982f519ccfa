"""The page of one discussion, and the parts of it that scripts fetch."""

import functools
import typing as t

from flask import Blueprint, Response, current_app, redirect, request
from markupsafe import Markup

from app.board import about, drawing, forms, held, queries
from app.board.models import TOPICS, Post, Thread
from app.board.queries import Shown
from app.core import apart, pages, panels
from app.core.database import LARGEST_ID, get_or_none
from app.core.hearing import said
from app.core.languages import counted, language, ngettext
from app.core.policy import can, me, require, ruled
from app.core.text import excerpt

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
    quoted = whole(args.get("quote")) or whole(args.get("reply"))
    start = it.page_of(whole(args.get("from")) or whole(args.get("at")) or quoted or it.opens_at())
    about_it = about.card(it.about, me().viewer) if it.about else ""
    beside = panels.drawn("thread", it, "side") if it.tied else []
    tag = pages.etag(
        "thread",
        it.id,
        it.version,
        it.read,
        it.watch,
        it.waiting,
        it.shelved,
        start,
        args.get("sent"),
        about_it,
        beside,
    )
    if quoted:
        return page(it, start, form=quoting(it, quoted, quote="quote" in args))
    return pages.unchanged(tag) or page(
        it, start, etag=tag, sent=bool(args.get("sent")), card=about_it, beside=beside
    )


def quoting(it: Shown, number: int, quote: bool) -> forms.Reply:
    """Return the reply form with the post that is answered, and its words if they are to be quoted."""
    post = queries.post_numbered(it.id, number)
    post = post if post and post.audience_id == it.audience_id else None  # what is out of sight is not quoted
    form = forms.Reply(reply_to=str(number) if post and not post.removed else "")
    if quote and post and post.body:
        form.body.data = "\n".join(f"> {line}".rstrip() for line in post.body.split("\n")) + "\n\n"
    return form


def page(it: Shown, start: int, status: int = 200, form: t.Any = None, **more: t.Any) -> Response:
    """Return the page of a discussion; `form` is the reply as it was typed so far."""
    if it.removed:
        typed = form.body.data if form else ""
        return pages.page("board/removed.html", status, place="discussions", noindex=True, it=it, typed=typed)
    who, size = me(), current_app.config["DISCUSSION_PAGE"]
    more.setdefault("card", about.card(it.about, who.viewer) if it.about else "")
    more.setdefault("beside", panels.drawn("thread", it, "side") if it.tied else [])
    rows = queries.posts(it, who.viewer, start, size)
    may = {act: can(f"board.{act}", it) for act in ("reply", "pin", "lock", "close", "conclude", "move")}
    first_new = (it.read or 0) + 1 if it.unread else 0
    drawn_posts = drawing.posts(
        rows, drawing.reader(it, who.id, may["reply"], may["lock"]), it, start, first_new
    )
    return pages.page(
        "board/thread.html", status, place="discussions", last=it.last, it=it, posts=drawn_posts, may=may, who=who,
        topic=TOPICS.get(it.topic, ""), form=form, start=start, size=size, first_new=first_new,
        older=start - size if start > 1 else 0, newer=start + size if start + size <= it.posts else 0,
        waiting=held.mine(who.id, it.id), apart=apart.of(it.ref) if it.apart else None,
        reply=reply_part(it, form, more) if may["reply"] else "", plurals=reply_words(language()),
        error=bool(form and form.errors), first_words=_first_words(rows), **more,
    )  # fmt: skip


def _first_words(rows: list[t.Any]) -> str:
    """Return how a discussion begins, for who is sent its address; nothing on its later pages."""
    first = next((row for row in rows if row.number == 1 and not row.removed), None)
    return excerpt(first.html, 200) if first is not None else ""


def reply_part(it: Shown, form: t.Any, more: dict[str, t.Any]) -> Markup:
    """Return the reply form, with what was typed so far."""
    if form is None:
        return drawing.reply_form(me(), it.id, hearers(it, whole=False))
    form.offer_voices(me())
    values = {name: more[name] for name in ("preview", "notice") if name in more}
    values["hearers"] = hearers(it)
    return Markup(drawing.reply_part(form, it.id, pages.csrf(), pages.idem(), **values))


def hearers(it: t.Any, whole: bool = True, verb: str = "board.replied") -> Markup:
    """Return the line that says who would hear of a reply; `whole`: with the mails, for who is about to write."""
    root = f"thread:{it.id}"
    what = said(verb, me(), it.audience_id, space_id=it.space_id, root=root, whole=whole)
    return Markup("").join(panels.drawn("composer", what))


@bp.get("/discussions/<int:number>/hearers")
@ruled("board.reply")
def reply_hearers(number: int) -> Response:
    """Return that line as a fragment: asked for when somebody begins to write."""
    it = found(number)
    require("board.reply", it)
    return pages.bare_fragment(hearers(it))


@functools.cache
def reply_words(lang: str) -> list[tuple[str, str]]:
    """Return "{n} new replies, show" in each plural form of a language, which must be the one in use."""
    assert lang == language()
    return counted(lambda n: ngettext("%(num)d new reply, show", "%(num)d new replies, show", n))


# --- parts ------------------------------------------------------------------------------------------------


def drawn(it: Shown, rows: list[t.Any]) -> Response:
    """Return posts as a fragment, drawn as on the page."""
    who = drawing.reader(it, me().id, can("board.reply", it), can("board.lock", it))
    answer = Response(drawing.posts(rows, who, it, start=0))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.get("/discussions/<int:number>/replies")
@ruled("board.read", public=True)
def replies(number: int) -> t.Any:
    """Return the posts after a number, for the page that is open; without a script, the page they stand on."""
    it, after = found(number), whole(request.args.get("after"))
    if not pages.wants_fragment():
        return redirect(f"{it.url}?at={after + 1}", 302)
    return drawn(it, [] if it.removed else queries.posts(it, me().viewer, after + 1, MOST_NEW))


@bp.get("/discussions/<int:number>/posts/<int:nth>")
@ruled("board.read", public=True)
def post(number: int, nth: int) -> t.Any:
    """Lead to a post on its page; for a script, draw it."""
    it = found(number)
    rows = [] if it.removed or nth > LARGEST_ID else queries.posts(it, me().viewer, nth, 1)
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
