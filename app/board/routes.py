"""The list of discussions, and what is offered while a title is typed."""

import typing as t

from flask import Response, abort, redirect, request

from app.board import drawing, lists
from app.board.models import TOPICS
from app.board.talk import bp, whole
from app.core import pages, policy, watches
from app.core.languages import _, language, ngettext
from app.core.policy import me
from app.spaces import queries as spaces


def wanted() -> lists.Wanted:
    """Return what the address asks for; what is unknown counts as absent."""
    args = request.args
    state, topic, sort = args.get("state", ""), args.get("topic", ""), args.get("sort", "")
    return lists.Wanted(
        state if state in lists.STATES else "", topic if topic in TOPICS else "", whole(args.get("group")),
        sort if sort in lists.SORTS else "", args.get("after", "")[:40], args.get("before", "")[:40],
    )  # fmt: skip


@bp.get("/discussions")
@policy.public
def board() -> Response:
    """List the discussions that the reader may see."""
    who, want = me(), wanted()
    if want.state in ("unread", "following"):
        policy.person()
    listed, lang = lists.page(who.viewer, want), language()
    return pages.page(
        "board/board.html", place="discussions", last=listed.last, want=want, rows=drawing.rows(listed.rows),
        topics=drawing.topics(lang), groups=groups(who, want.group), links=links(want, who),
        count=count_words(lists.count(who.viewer, want)), headings=HEADINGS,
        older=address(want, after=listed.older) if listed.older else "",
        newer=address(want, before=listed.newer) if listed.newer else "", **followed(who, want.topic),
    )  # fmt: skip


def followed(who: t.Any, topic: str) -> dict[str, t.Any]:
    """Return what the button says by which a topic is followed; for a visitor there is none."""
    if not topic or not who.is_authenticated:
        return {"subject": ""}
    return {"subject": f"/following/topic/{topic}", "level": watches.level(who.id, f"topic:{topic}")}


def groups(who: t.Any, chosen: int) -> list[tuple[int, str]]:
    """Return the groups to choose from: one's own, and the one that is chosen; for a visitor all public ones."""
    own = [(group.id, group.name) for group in who.groups]
    if own and (not chosen or chosen in dict(own)):
        return own
    seen = [(entry.id, entry.name) for top in spaces.tree(who.viewer) for entry in [top, *_under(top)]]
    return [one for one in seen if one[0] == chosen or not own] + own


def _under(entry: t.Any) -> list[t.Any]:
    return [found for below in entry.below for found in (below, *_under(below))]


HEADINGS = {
    "": lambda: _("Latest discussions"),
    "unread": lambda: _("Unread discussions"),
    "unanswered": lambda: _("Discussions without an answer"),
    "following": lambda: _("Discussions that you follow"),
    "outcome": lambda: _("Discussions with an outcome"),
}


def address(want: lists.Wanted, **more: t.Any) -> str:
    """Return the address of a list, with only what differs from the plain one."""
    values = {**want._replace(after="", before="")._asdict(), **more}
    query = "&".join(f"{name}={value}" for name, value in values.items() if value)
    return f"/discussions?{query}" if query else "/discussions"


def links(want: lists.Wanted, who: t.Any) -> list[tuple[str, str, t.Any, int | None]]:
    """Return the filters: key, address, word, number."""
    plain = want._replace(after="", before="", state="")
    open_ = lists.count(who.viewer, lists.Wanted("unanswered", want.topic, want.group))
    rows: list[tuple[str, str, t.Any, int | None]] = [("", address(plain), _("Latest"), None)]
    if who.is_authenticated:
        rows.append(("unread", address(plain, state="unread"), _("Unread"), who.unread_threads or None))
    shown = open_ if 0 < open_ <= 99 else None
    rows.append(("unanswered", address(plain, state="unanswered"), _("Unanswered"), shown))
    if who.is_authenticated:
        rows.append(("following", address(plain, state="following"), _("Following"), None))
    return [*rows, ("outcome", address(plain, state="outcome"), _("With outcome"), None)]


def count_words(number: int) -> t.Any:
    """Say how many there are; over a thousand nobody counts."""
    if number > lists.MOST_COUNTED:
        return _("more than 1,000 discussions")
    return ngettext("%(num)d discussion", "%(num)d discussions", number)


@bp.get("/discussions/similar")
@policy.public
def similar() -> Response:
    """Return earlier discussions with a title like the one that is typed, as a fragment."""
    rows = lists.similar(me().viewer, request.args.get("q", ""))
    return pages.fragment("board/_similar.html", similar=rows, seen=True)


@bp.get("/discussions/<int:number>/row")
@policy.public
def row(number: int) -> t.Any:
    """Return a discussion as its row of the list, for the list that is open; without a script, lead to it."""
    found = lists.one(me().viewer, number)
    if found is None:
        abort(404)
    if not pages.wants_fragment():
        return redirect(found.url, 302)
    return pages.fragment("board/_rows.html", rows=drawing.rows([found]))
