"""The newsfeed: the page, what is new, one item, and how far somebody has looked."""

import typing as t

from flask import Blueprint, Response, abort, current_app, request

from app.core import pages, panels, when
from app.core.activity import remember
from app.core.clock import now
from app.core.database import LARGEST_ID
from app.core.languages import language
from app.core.policy import Me, me, person, require, ruled
from app.feed import acts, queries
from app.feed.draw import drawn
from app.feed.items import Item, by_day, gathered
from app.feed.words import FILTERS, filters, pill_words, verbs_of

bp = Blueprint("feed", __name__)
LIVE = frozenset(FILTERS) - {
    "following",
    "coalition",
}  # a push says the verb; for these two that is not enough


def feed_page() -> Response:
    """Show the newsfeed to a member: what `/` is to who is signed in."""
    who, show, before = person(), request.args.get("show", ""), number(request.args.get("after"))
    show = show if show in FILTERS else ""
    if pages.wants_fragment():
        return newer(who, show)
    if request.if_none_match and show != "following":
        same = pages.unchanged(_tag(show, before, queries.state(who)))
        if same:
            return same
    return _page(who, show, before)


def number(value: str | None) -> int | None:
    """Return the number of a fact that an address holds; anything else counts as absent."""
    good = value is not None and value.isascii() and value.isdigit() and len(value) < 20
    return min(int(value), LARGEST_ID) if value and good else None


def _tag(show: str, before: int | None, state: queries.State) -> str:
    if show == "following":
        return ""  # whom one follows is no part of it
    return pages.etag("feed", show, before, state, when.local(now()).date())


def _page(who: Me, show: str, before: int | None) -> Response:
    most = current_app.config["FEED_PAGE"]
    read = most + most // 3  # some facts are told with others
    rows, state, rest = queries.page(who, show, before, read)
    remember(state.highest)
    items, last = gathered(rows, most)
    html = iter(drawn(items, state.mark))
    days = [(words, [next(html) for _item in of_day]) for words, of_day in by_day(items)]
    return pages.page(
        "feed/page.html", place="home", last=state.highest, etag=_tag(show, before, state), who=who, show=show,
        filters=filters(language()), days=days, upto=state.mark, top=items[0].row.id if items else 0,
        older=last if rows and rows[-1].id != last or len(rows) == read else rest, first=before is None,
        verbs=" ".join(verbs_of(show)), live=show in LIVE and before is None,
        side=panels.drawn("home", who, "side"), plurals=pill_words(language()),
        above=panels.drawn("home", who, "top") if before is None else [],
    )  # fmt: skip


def newer(who: Me, show: str) -> Response:
    """Return the items since a number, as a fragment: what the pill inserts."""
    since = number(request.args.get("since")) or 0
    items, _last = gathered(queries.facts(who, show, since=since), queries.MOST_NEW)
    return pages.fragment("feed/_items.html", items=drawn(items, since))


@bp.get("/feed/<int:fact>")
@ruled("feed.read", public=True)
def item(fact: int) -> Response:
    """Show one item at its own address; with `from`, together with the older facts that are told with it."""
    found = require("feed.read", _item(fact, number(request.args.get("from")) or fact))
    if pages.wants_fragment():
        return pages.fragment("feed/_items.html", items=drawn([found], None))
    return pages.page("feed/item.html", place="home", items=drawn([found], None), at=found.row.at)


def _item(fact: int, oldest: int) -> Item | None:
    if not 0 < fact < LARGEST_ID:
        return None
    reader = me()
    who = reader if isinstance(reader, Me) else None
    items, _last = gathered(
        queries.facts(who, before=fact + 1, since=min(oldest, fact) - 1), queries.MOST_NEW
    )
    return next((one for one in items if one.row.id == fact), None)


@bp.post("/feed/seen")
@ruled("feed.seen")
def seen() -> Response:
    """Remember how far the reader has looked: sent by the page's script, or by its button."""
    who: t.Any = require("feed.seen", person())
    upto = number(request.form.get("number"))
    if upto is None:
        abort(422)
    acts.look(who, upto)
    return pages.see_other("/")
