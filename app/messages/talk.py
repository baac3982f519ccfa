"""The list of conversations, the page of one, and the parts of it that scripts fetch."""

import functools
import typing as t

from flask import Blueprint, Response, redirect, request
from markupsafe import Markup

from app.core import apart, pages
from app.core.activity import highest
from app.core.database import LARGEST_ID
from app.core.languages import _, counted, language, ngettext
from app.core.policy import can, me, person, require, ruled
from app.messages import forms, queries
from app.messages.models import Message

bp = Blueprint("messages", __name__, url_prefix="/messages")
MOST_NEW = 50


def whole(value: str | None) -> int:
    """Return the number that an address or a form holds; 0 for anything else."""
    good = value is not None and value.isascii() and value.isdigit() and len(value) < 19
    return min(int(value or 0), LARGEST_ID) if good else 0


def found(number: int, act: str = "messages.read") -> queries.Shown:
    """Return a conversation, if who looks is in it and may do this to it."""
    return t.cast(queries.Shown, require(act, queries.one(number, me().id)))


def message_for(number: int, nth: int, act: str) -> Message:
    """Return a message to act on, if who acts may do this to it."""
    return t.cast(Message, require(act, queries.message_numbered(number, nth)))


# --- the list -------------------------------------------------------------------------------------------------


@bp.get("")
@ruled("messages.own")
def index() -> Response:
    """Show one's conversations, the newest message first."""
    who, before = require("messages.own", person()), whole(request.args.get("after"))
    last = highest()
    rows = queries.page(who, before or LARGEST_ID)
    shown = rows[: queries.PAGE]
    return pages.page(
        "messages/list.html", place="messages", last=last, noindex=True, rows=shown, first=not before, who=who,
        older=f"/messages?after={shown[-1].it.last_id}" if len(rows) > queries.PAGE else "",
    )  # fmt: skip


@bp.get("/<int:number>/row")
@ruled("messages.own")
def row(number: int) -> t.Any:
    """Return a conversation as its row of the list, for the list that is open; without a script, lead to it."""
    who = person()
    one = require("messages.own", queries.row(who, number))
    if not pages.wants_fragment():
        return redirect(f"/messages/{number}", 302)
    return pages.fragment("messages/_row.html", row=one, who=who)


@bp.get("/count")
@ruled("messages.own")
def count() -> Response:
    """Return the number in the rail, as it is now."""
    return pages.fragment("messages/_count.html", number=require("messages.own", person()).unread_messages)


# --- one ------------------------------------------------------------------------------------------------------


@bp.get("/<int:number>")
@ruled("messages.read")
def conversation(number: int) -> Response:
    """Show a conversation: its newest messages, or the first that are new to its reader."""
    return page(found(number), sent=bool(request.args.get("sent")))


def page(it: queries.Shown, status: int = 200, form: t.Any = None, **more: t.Any) -> Response:
    """Return the page of a conversation; `form` is the message as it was typed so far."""
    who = me()
    rows = queries.latest(it, who.viewer, _before(it, bool(form)))
    first, last = (rows[0].number, rows[-1].number) if rows else (0, 0)
    form = form or forms.Write()
    return pages.page(
        "messages/conversation.html", status, place="messages", noindex=True, last=it.last, it=it, who=who, form=form,
        messages=drawn(it, rows, it.read + 1 if it.unread else 0), older=first if first > 1 else 0,
        newer=last + 1 + queries.PAGE if rows and last < it.messages else 0, may_send=can("messages.send", it),
        plurals=new_words(language()), error=status == 422, **more,
    )  # fmt: skip


def _before(it: queries.Shown, writing: bool) -> int:
    """Return the number before which a page ends: as the address asks, else so that what is new is on it."""
    before, at = whole(request.args.get("before")), whole(request.args.get("at"))
    if before:
        return before
    if at:
        return at + queries.PAGE // 2 if it.messages - at >= queries.PAGE else LARGEST_ID
    far = it.unread and it.messages - it.read >= queries.PAGE and not writing
    return it.read + queries.PAGE if far else LARGEST_ID


def drawn(it: queries.Shown, rows: t.Sequence[t.Any], first_new: int = 0) -> Markup:
    """Return messages as HTML, with the line before the first new one."""
    files, mine = queries.files_of(rows), me().id
    parts = []
    for one in rows:
        hidden = apart.of(f"message:{one.id}") if one.audience_id != it.audience_id else None
        parts.append(
            pages.render(
                "messages/_message.html", m=one, n=one.number, files=files.get(one.id, ()), mine=one.author_id == mine,
                url=f"{it.url}/{one.number}", new=one.number == first_new, apart=hidden,
            )
        )  # fmt: skip
    return Markup("".join(parts))


@functools.cache
def new_words(lang: str) -> list[tuple[str, str]]:
    """Return "{n} new messages, show" in each plural form of a language, which must be the one in use."""
    assert lang == language()
    return counted(lambda n: ngettext("%(num)d new message, show", "%(num)d new messages, show", n))


@bp.get("/<int:number>/newer")
@ruled("messages.read")
def newer(number: int) -> t.Any:
    """Return the messages after a number, for the page that is open; without a script, the page they stand on."""
    it, after = found(number), whole(request.args.get("after"))
    if not pages.wants_fragment():
        return redirect(f"{it.url}?at={after + 1}", 302)
    return pages.bare_fragment(drawn(it, queries.after(it, me().viewer, after, MOST_NEW)))


@bp.get("/<int:number>/<int:nth>")
@ruled("messages.read")
def message(number: int, nth: int) -> t.Any:
    """Lead to a message on its page; for a script, draw it."""
    it = found(number)
    rows = queries.after(it, me().viewer, nth - 1, 1) if 0 < nth <= LARGEST_ID else []
    require("messages.read", it if rows and rows[0].number == nth else None)
    if pages.wants_fragment():
        return pages.bare_fragment(drawn(it, rows))
    sent = "&sent=1" if request.args.get("sent") else ""
    return redirect(f"{it.url}?at={nth}{sent}#m{nth}", 302)


def names(it: t.Any) -> str:
    """Return those with whom one talks, as a line: two by name, of more how many."""
    others = [one.name for one in it.others]
    if len(others) <= 3:
        return str(_(", ")).join(others)
    left, first = len(others) - 2, str(_(", ")).join(others[:2])
    return str(ngettext("%(names)s and %(num)d other", "%(names)s and %(num)d others", left, names=first))
