"""Actions to take along, as a table (CSV, XLSX) or to print (PDF): those that fit, in the order of the list, with what all

their readers see."""

import datetime as dt
import typing as t

import sqlalchemy as sa
from flask import Response, abort, request

from app.actions import choices, lists, origins, printing, roadmap, show, words
from app.actions.filters import Asked
from app.actions.models import Action, ActionTheme, Origin, Partner
from app.actions.pages import found as found_one
from app.actions.printing import joined
from app.actions.routes import asked_now, bp
from app.core import limits, policy
from app.core.audience import Viewer, bound, in_sight
from app.core.database import run, setting, several
from app.core.languages import _, ngettext
from app.core.policy import me
from app.core.tables import attached, printed
from app.core.text import plain, slug
from app.members import profile

MOST, MOST_PRINTED = 5000, printing.MOST
PRINTS_AN_HOUR = 30
_a, _p, _t, _m = Action.__table__, Partner.__table__, ActionTheme.__table__, Origin.__table__
_numbers = several(_a.c.id, "numbers", sa.BigInteger)
_ROWS = sa.select(
    *(_a.c[name] for name in ("id", "title", "html", "state", "state_at", "form", "lead_id", "asked", "for_whom", "begins",
      "ends", "rhythm", "funding", "means", "builds_on", "origin_id", "section", "line", "language", "sdgs", "commitments")),
).where(in_sight(_a.c.audience_id), ~_a.c.removed, _numbers)  # fmt: skip
_PARTNERS = sa.select(_p.c.action_id, _p.c.organisation_id).where(
    several(_p.c.action_id, "numbers", sa.BigInteger)
)
_THEMES = sa.select(_t.c.action_id, _t.c.theme).where(several(_t.c.action_id, "numbers", sa.BigInteger))
_ORIGINS = sa.select(_m.c.id, _m.c.title, _m.c.source).where(in_sight(_m.c.audience_id), ~_m.c.removed)


@bp.get("/actions.<any(csv, xlsx, pdf):form>")
@policy.public
def table(form: str) -> Response:
    """Return the actions that were asked for as a file."""
    viewer = me().viewer
    asked, known = asked_now(), lists.index()
    found = known.find(viewer, asked)
    numbers = found.ids
    if form == "pdf":
        return _printed(
            "actions",
            str(_("Joint actions")),
            _blocks(request.args.get("view", ""), viewer, asked, found, known),
        )
    return attached("actions", form, [_head(), *lines(viewer, numbers[:MOST])])


@bp.get("/actions/<int:number>/action.<any(csv, xlsx, pdf):form>")
@policy.ruled("actions.read", public=True)
def table_of_one(number: int, form: str) -> Response:
    """Return one action as a file: its line, how its status changed, its notes and milestones, as its reader sees them."""
    action, viewer = found_one(number), me().viewer
    said = show.values(action, viewer)
    own = next(lines(viewer, [number]), [])
    record = [[head, cell] for head, cell in zip(_head(), own, strict=False)]
    parts = [
        (_("Status"), [[step.at, words.STATES[step.state], step.by.get("name"), step.why] for step in said["steps"]]),
        (_("Milestones"), [[mark.day, _("Reached") if mark.reached else "", "", mark.title] for mark in said["milestones"]]),
        (_("Notes"), [
            [note.at, _("Internal") if note.internal else "", note.by.get("name"), plain(note.html)] for note in said["notes"]
        ]),
    ]  # fmt: skip
    if form == "pdf":
        blocks = [
            block for head, cell in record if cell for block in (("label", str(head)), ("text", str(cell)))
        ]
        for title, some in parts:
            blocks += [("heading", str(title))] * bool(some) + [("text", joined(_dated(row))) for row in some]
        return _printed(f"action-{number}", action.title, blocks)
    rows = [*record, *(row for title, some in parts if some for row in ([], [title], *map(_dated, some)))]
    return attached(f"action-{number}", form, [list(map(_cell, row)) for row in rows])


def _blocks(
    view: str, viewer: Viewer, asked: Asked, found: lists.Found, known: lists.Index
) -> list[tuple[str, str]]:
    """Return what is printed of a view: the list, the board by status, or the roadmap."""
    if view == "board":
        shown = lists.some(viewer, found.ids[:MOST_PRINTED])
        return printing.board(shown) + _more(len(found.ids))
    if view == "roadmap":
        seen = choices.known_to(viewer, asked, found).words["origin"]
        return printing.over_time(found, known, roadmap.meetings_of(asked, found, seen)) + _more(
            len(found.ids)
        )
    return _listed(viewer, found.ids)


def _listed(viewer: Viewer, numbers: t.Sequence[int]) -> list[tuple[str, str]]:
    """Return a list of actions as it is printed: each with its status, lead and day, and what it says."""
    blocks = []
    for one in lines(viewer, numbers[:MOST_PRINTED]):
        cell = dict(zip(_KEYS, one, strict=False))
        about = joined([cell["status"], cell["lead"], cell["until"], cell["themes"]])
        blocks += [("heading", cell["title"]), ("text", about)]
        blocks += [("text", cell["text"])] if cell["text"] else []
    return blocks + _more(len(numbers))


def _more(total: int) -> list[tuple[str, str]]:
    """Say how many were left out of what is printed."""
    more = total - MOST_PRINTED
    said = ngettext("%(num)d more stands in the table.", "%(num)d more stand in the table.", more)
    return [("text", str(said))] if more > 0 else []


def _printed(name: str, title: str, blocks: list[tuple[str, str]]) -> Response:
    """Return blocks as a PDF, for nobody too often: making one takes seconds."""
    if not limits.hit("printing", str(me().id or limits.neighbourhood()), PRINTS_AN_HOUR, 60):
        abort(429)
    return printed(name, title, blocks)


def _dated(row: list[t.Any]) -> list[t.Any]:
    at = row[0]
    return [f"{at:%Y-%m-%d}" if isinstance(at, dt.datetime) else at, *row[1:]]


def _cell(value: t.Any) -> t.Any:
    return "" if value is None else value if isinstance(value, int | float) else str(value)


_KEYS = ("number", "part", "title", "text", "status", "since", "why", "form", "themes", "lead", "partners", "asked", "for_whom",
         "from", "until")  # fmt: skip


def _head() -> list[t.Any]:
    return [
        _("Number"), _("Part"), _("Title"), _("Text"), _("Status"), _("Since"), _("Why"), _("Kind"), _("Themes"), _("Lead"),
        _("Partners"), _("Asked to act"), _("For whom"), _("From"), _("Until"), _("In other words"), _("Funding"),
        _("More on its funding"), _("Builds on"), _("Comes from"), _("Source"), _("Last note"), _("Goals"),
        _("Commitments"), _("Address"),
    ]  # fmt: skip


def lines(viewer: Viewer, numbers: t.Sequence[int]) -> t.Iterator[list[t.Any]]:
    """Return the lines of the table: a few statements, however many actions there are."""
    given = {"numbers": list(numbers), **bound(viewer)}
    rows = {row.id: row for row in run(_ROWS, given)} if numbers else {}
    last = {one.row.it.id: one for one in origins.became(viewer, numbers)}
    sharing, themes = _by_action(_PARTNERS, numbers), _by_action(_THEMES, numbers)
    known = show.houses(
        {*(row.lead_id for row in rows.values() if row.lead_id), *sum(sharing.values(), [])}, viewer
    )
    labels = {row.key: profile.label(row.labels) for row in profile.themes()}
    meetings = {row.id: row for row in run(_ORIGINS, bound(viewer))}
    for number in numbers:
        if number in rows:
            houses = [known[one].name for one in sharing.get(number, ()) if one in known]
            subjects = [labels[key] for key in themes.get(number, ()) if key in labels]
            yield _line(
                rows[number], last.get(number), known.get(rows[number].lead_id), houses, subjects, meetings
            )


def _by_action(statement: t.Any, numbers: t.Sequence[int]) -> dict[int, list[t.Any]]:
    found: dict[int, list[t.Any]] = {}
    for number, value in run(statement, {"numbers": list(numbers)}) if numbers else ():
        found.setdefault(number, []).append(value)
    return found


def _line(
    row: t.Any, last: t.Any, lead: t.Any, houses: list[str], subjects: list[str], meetings: dict[int, t.Any]
) -> list[t.Any]:
    meeting = meetings.get(row.origin_id)
    return [
        row.line, row.section, row.title, plain(row.html), words.STATES[row.state], f"{row.state_at:%Y-%m-%d}",
        last.why if last else "", words.FORMS.get(row.form, ""), ", ".join(sorted(subjects)), lead.name if lead else "",
        ", ".join(sorted(houses)), row.asked, row.for_whom, row.begins, row.ends, row.rhythm, words.FUNDING.get(row.funding, ""),
        row.means, row.builds_on, meeting.title if meeting else "", meeting.source if meeting else "",
        last.note if last else "", ", ".join(row.sdgs.split()), ", ".join(row.commitments.split()),
        f"{setting('BASE_URL')}/actions/{row.id}-{slug(row.title)}",
    ]  # fmt: skip
