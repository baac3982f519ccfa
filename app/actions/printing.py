"""The board and the roadmap as they are printed: the same actions as on the page, as headings and lines."""

import typing as t

from app.actions import lists, roadmap, words
from app.actions.models import STATES
from app.core import dates
from app.core.languages import _

Blocks = list[tuple[str, str]]
MOST = 200


def joined(cells: t.Iterable[t.Any]) -> str:
    """Return what is said of one thing in one line."""
    return " · ".join(str(cell) for cell in cells if cell)


def board(rows: t.Sequence[lists.Row]) -> Blocks:
    """Return actions by status, in the order of the board."""
    blocks: Blocks = []
    for state in STATES:
        mine = [row.it for row in rows if row.it.state == state]
        blocks += [("heading", f"{words.STATES[state]} ({len(mine)})")] * bool(mine)
        blocks += [("text", joined([it.title, it.lead, words.frame(it.begins, it.ends)])) for it in mine]
    return blocks


def over_time(found: lists.Found, known: lists.Index, meetings: tuple[int, ...]) -> Blocks:
    """Return the meetings with their milestones, then actions in the order of time, then those without a date."""
    said = roadmap.values(found._replace(ids=found.ids[:MOST]), known, meetings)
    blocks: Blocks = []
    for one in (*said["meetings"], *said["tracks"]):
        state = words.STATES[one.it.state] if one in said["tracks"] else _("Meeting")
        blocks += [
            ("heading", one.it.title),
            ("text", joined([state, _("Overdue") if one.late else "", one.frame])),
        ]
        for mark in one.said:
            reached = _("Reached") if mark.reached else ""
            blocks.append(("text", joined([dates.words(mark.day), mark.title, reached])))
    others = [("text", joined([one.it.title, words.STATES[one.it.state]])) for one in said["others"]]
    return blocks + [("heading", str(_("Without a date")))] * bool(others) + others
