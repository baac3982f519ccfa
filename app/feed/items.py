"""From facts to items: what is alike becomes one, in one pass from the newest to the oldest.

A fact joins an item of its own page or starts one; the page ends before the item too many. So each fact stands on
exactly one page, whatever is written meanwhile, and the next page begins after the last fact that was used.
"""

import datetime as dt
import typing as t

from markupsafe import Markup

from app.core import former, when
from app.feed.queries import Fact
from app.feed.sentences import link
from app.feed.words import VERBS, Verb

HOUR = dt.timedelta(hours=1)
MOST_NAMED = 8


class Item:
    """One item of the newsfeed: its newest fact, and those that are told with it."""

    __slots__ = ("row", "rows")

    def __init__(self, row: Fact) -> None:
        self.row, self.rows = row, [row]

    @property
    def by(self) -> dict[str, t.Any]:
        """Who acted, in whose name."""
        return self.row.by

    @property
    def verb(self) -> Verb:
        """How this kind of fact is shown."""
        return VERBS[self.row.verb]

    @property
    def who(self) -> Markup:
        """The actor as a link; empty for the system."""
        name = self.by.get("name")
        return link(self.by.get("url", ""), str(former.said(name)), True) if name else Markup("")

    @property
    def sign(self) -> tuple[str, str]:
        """Kind and code of the mark beside it: the newcomer's own where it is about a newcomer."""
        of = self.row.data if self.row.verb == "members.joined" else self.by
        return of.get("kind", "partner"), of.get("code", "")

    @property
    def others(self) -> int:
        """How many more members did the same to the same thing."""
        return len({row.by.get("name") for row in self.rows}) - 1

    @property
    def marks(self) -> list[tuple[str, str]]:
        """The marks of those others, each once, newest first."""
        if self.verb.alike != "root" or len(self.rows) == 1:
            return []
        seen = dict.fromkeys((row.by.get("kind", "partner"), row.by.get("code", "")) for row in self.rows)
        return [sign for sign in seen if sign[1] and sign != self.sign][:MOST_NAMED]

    @property
    def sentence(self) -> Markup:
        """Who did what where."""
        return self.verb.say(self)

    @property
    def deed(self) -> Markup | None:
        """The words of the item's link."""
        return self.verb.deed(self) if self.verb.deed else None

    @property
    def more(self) -> list[Fact]:
        """The other things of this item, of which it names some."""
        return self.rows[1 : MOST_NAMED + 1] if self.verb.more else []

    @property
    def more_words(self) -> Markup:
        """ "and 3 other discussions"."""
        return self.verb.more(len(self.rows) - 1) if self.verb.more and len(self.rows) > 1 else Markup("")

    @property
    def first(self) -> int:
        """The number of its oldest fact."""
        return int(self.rows[-1].id)

    @property
    def text(self) -> str:
        """The words under the heading; that somebody joined needs none."""
        return self.row.excerpt if self.row.verb != "spaces.joined" else ""


def gathered(rows: t.Sequence[Fact], most: int) -> tuple[list[Item], int]:
    """Return at most `most` items of facts given newest first, and the number of the last fact used."""
    items: list[Item] = []
    open_items: dict[t.Any, Item] = {}
    last = 0
    for row in rows:
        item = open_items.get(key := row.alike)
        if item is not None and _near(item, row):
            item.rows.append(row)
        elif len(items) == most:
            break
        else:
            items.append(Item(row))
            open_items[key] = items[-1]
        last = row.id
    return items, last


def _near(item: Item, row: Fact) -> bool:
    return item.verb.alike == "root" or item.row.at - row.at <= HOUR


def by_day(items: t.Sequence[Item]) -> list[tuple[str, list[Item]]]:
    """Return items under the headings of their days, as the reader's zone has them."""
    days: list[tuple[str, list[Item]]] = []
    date, zone = None, when.reader_zone()
    for item in items:
        there = item.row.at.astimezone(zone).date()
        if there != date:
            date = there
            days.append((when.day(item.row.at), []))
        days[-1][1].append(item)
    return days
