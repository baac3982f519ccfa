"""Looking after meetings that actions come from: a new one, other words, its milestones, what was agreed there, its end."""

import typing as t

from flask import Response, request
from wtforms import SelectChoice

from app.actions import meetings, naming, origins, progress
from app.actions.forms import MilestoneForm
from app.actions.meeting_forms import BelongsForm, OriginForm, ReachForm
from app.actions.meetings import HELD, PAPER
from app.actions.models import Action, Milestone, Origin
from app.actions.routes import bp
from app.core import languages, links, pages
from app.core.database import get_or_none
from app.core.languages import _
from app.core.policy import can, me, person, require, ruled
from app.extensions import db
from app.spaces import queries as spaces
from app.spaces.elsewhere import audience_word
from app.spaces.forms import whole
from app.spaces.models import Space


def found(number: int) -> Origin:
    """Return a meeting that who looks may look after; one that was taken away is not there."""
    one = t.cast("Origin | None", get_or_none(Origin, number))
    return t.cast(Origin, require("actions.meeting", None if one is None or one.removed else one))


def open_spaces() -> list[Space]:
    """Return the groups whose meetings the reader may enter."""
    seen = [entry.id for entry, _depth in spaces.flat(spaces.tree(me().viewer))]
    rows = {space.id: space for space in db.session.query(Space).filter(Space.id.in_(seen))}
    return [rows[number] for number in seen if can("actions.meeting", rows[number])]


def _places() -> list[Space]:
    """Return these groups; without any, answer as the rule does."""
    require("actions.meetings", True)
    mine = open_spaces()
    require("actions.meeting", mine[0] if mine else db.session.query(Space).filter_by(form="network").first())
    return mine


# --- a meeting ------------------------------------------------------------------------------------------------


@bp.get("/actions/from/new")
@ruled("actions.meetings", "actions.meeting")
def new_origin() -> Response:
    """Show the form of a meeting; of an event of the calendar it takes over what the event says."""
    mine, form = _places(), OriginForm(formdata=None, language=languages.language())
    event: t.Any = naming.thing_at(request.args.get("event", "")[:300], me().viewer, ("event",))
    wanted = event.space_id if event is not None else whole(request.args.get("group", ""))
    form.space.data = next((one.id for one in mine if one.id == wanted), mine[0].id)
    if event is not None:
        form.title.data, form.place.data, form.event.data = event.title, event.place, event.url
        form.begins.data, form.ends.data = event.first_day.isoformat(), event.last_day.isoformat()
        form.language.data = event.language
    return _form(form, mine)


@bp.post("/actions/from/new")
@ruled("actions.meetings", "actions.meeting")
def add_origin() -> Response:
    """Take a new meeting."""
    mine, form, who = _places(), OriginForm(), person()
    _offer(form, mine)
    if not form.validate():
        return _form(form, mine, 422)
    space = require("actions.meeting", get_or_none(Space, form.space.data))

    def done() -> str:
        return meetings.add_origin(
            who, space, audience=form.audience.data, ties=form.ties, **form.fields()
        ).url  # fmt: skip

    return pages.acted("actions.meeting", done, _("The meeting stands here."))


@bp.get("/actions/from/<int:number>/edit")
@ruled("actions.meeting")
def edit_origin(number: int) -> Response:
    """Show a meeting as a form."""
    one = found(number)
    tied = {kind: links.seen(_targets(one, kind), me().viewer) for kind in (HELD, PAPER)}
    form = OriginForm(
        formdata=None, **{name: getattr(one, name) for name in meetings.FIELDS}, space=one.space_id, audience=audience_word(one),
        event=next((thing.url for thing in tied[HELD]), ""), papers="\n".join(thing.url for thing in tied[PAPER]),
    )  # fmt: skip
    return _form(form, [db.session.get_one(Space, one.space_id)], one=one)


@bp.post("/actions/from/<int:number>/edit")
@ruled("actions.meeting")
def change_origin(number: int) -> Response:
    """Change what is said of a meeting."""
    one, form, who = found(number), OriginForm(), person()
    mine = [db.session.get_one(Space, one.space_id)]
    _offer(form, mine)
    if not form.validate():
        return _form(form, mine, 422, one=one)

    def done() -> str:
        meetings.change_origin(
            who, one, form.fields(), audience=form.audience.data, ties=_with_unseen(one, form.ties)
        )
        return one.url

    return pages.acted("actions.meeting", done, _("Saved."))


def _targets(one: Origin, kind: str) -> list[str]:
    return [tie.target for tie in links.from_(one.ref, kind)]


def _with_unseen(one: Origin, ties: dict[str, list[str]]) -> dict[str, list[str]]:
    """Return what the form says, with what stands there and its writer does not see; of events there is one."""
    kept = dict(ties)
    for kind in ties:
        there = _targets(one, kind)
        seen = {thing.ref for thing in links.seen(there, me().viewer)}
        unseen = [ref for ref in there if ref not in seen]
        if kind == PAPER or not ties[kind]:
            kept[kind] = [*ties[kind], *unseen]
    return kept


def _offer(form: OriginForm, mine: list[Space]) -> None:
    lang = languages.language()
    form.space.choices = [SelectChoice(space.id, space.text("name", lang)) for space in mine]
    form.offers = {space.id: space.offers() for space in mine}
    form.viewer, form.ties = me().viewer, {}


def _form(form: OriginForm, mine: list[Space], status: int = 200, one: Origin | None = None) -> Response:
    _offer(form, mine)
    return pages.page(
        "actions/meeting_form.html",
        status,
        place="actions",
        form=form,
        it=one,
        error=status == 422,
        noindex=True,
    )


@bp.get("/actions/from/<int:number>/remove")
@ruled("actions.meeting")
def removing_origin(number: int) -> Response:
    """Ask before a meeting is taken away."""
    one = found(number)
    return pages.page(
        "ui/confirm.html", place="actions", noindex=True, title=_("Take the meeting %(title)s away?", title=one.name),
        text=_("Its words and milestones go everywhere at once. The actions that were agreed there stay."),
        url=f"/actions/from/{one.id}/remove", deed=_("Take it away"), keep=_("Keep it"), back=one.url,
    )  # fmt: skip


@bp.post("/actions/from/<int:number>/remove")
@ruled("actions.meeting")
def remove_origin(number: int) -> Response:
    """Take a meeting away."""
    one, who = found(number), person()

    def done() -> str:
        meetings.remove_origin(who, one)
        return "/actions"

    return pages.acted("actions.meeting", done, _("The meeting is taken away."))


# --- its milestones -------------------------------------------------------------------------------------------


@bp.post("/actions/from/<int:number>/milestones")
@ruled("actions.meeting")
def add_mark(number: int) -> Response:
    """Add a day on which something that was agreed at a meeting is to be reached."""
    one, form, who = found(number), MilestoneForm(), person()
    if not form.validate():
        return origins.page(one, 422, milestone_form=form)

    def done() -> str:
        progress.add_milestone(who, one, form.title.data or "", form.day.data or "")
        return f"{one.url}#milestones"

    try:
        return pages.acted("actions.milestone", done)
    except progress.Full:
        db.session.rollback()
        form.title.errors = [_("There are as many as fit here. Take one off first.")]
        return origins.page(one, 422, milestone_form=form)


def _mark(number: int, which: int) -> tuple[Origin, Milestone]:
    one, mark = found(number), t.cast("Milestone | None", get_or_none(Milestone, which))
    require("actions.meeting", one if mark is not None and mark.origin_id == one.id else None)
    return one, t.cast(Milestone, mark)


@bp.get("/actions/from/<int:number>/milestones/<int:which>")
@ruled("actions.meeting")
def edit_mark(number: int, which: int) -> Response:
    """Show a milestone as a form: what, until when, whether it was reached, and what came of it."""
    one, mark = _mark(number, which)
    given = {name: getattr(mark, name) for name in ("title", "day", "reached_on")}
    return _mark_page(
        one, mark, ReachForm(formdata=None, **given, reached=mark.reached is not None, came=mark.said)
    )


@bp.post("/actions/from/<int:number>/milestones/<int:which>")
@ruled("actions.meeting")
def change_mark(number: int, which: int) -> Response:
    """Change a milestone; say whether it was reached."""
    (one, mark), form, who = _mark(number, which), ReachForm(), person()
    if not form.validate():
        return _mark_page(one, mark, form, 422)

    def done() -> str:
        meetings.set_milestone(
            who, one, mark, form.title.data or "", form.day.data or "", reached=bool(form.reached.data),
            on=form.reached_on.data or "", said=form.came.data or "",
        )  # fmt: skip
        return f"{one.url}#milestones"

    return pages.acted("actions.milestone", done, _("Saved."))


def _mark_page(one: Origin, mark: Milestone, form: ReachForm, status: int = 200) -> Response:
    return pages.page(
        "actions/meeting_mark.html",
        status,
        place="actions",
        it=one,
        mark=mark,
        form=form,
        error=status == 422,
        noindex=True,
    )


@bp.post("/actions/from/<int:number>/milestones/<int:which>/remove")
@ruled("actions.meeting")
def drop_mark(number: int, which: int) -> Response:
    """Take a milestone off."""
    (one, mark), who = _mark(number, which), person()

    def done() -> str:
        progress.drop_milestone(who, one, mark)
        return f"{one.url}#milestones"

    return pages.acted("actions.milestone", done)


# --- what was agreed there --------------------------------------------------------------------------------------


@bp.post("/actions/from/<int:number>/actions")
@ruled("actions.meeting")
def add_agreed(number: int) -> Response:
    """Say that an action was agreed at a meeting; whoever says so may change the action too."""
    one, form, who = found(number), BelongsForm(), person()
    form.viewer = me().viewer
    if form.validate() and not can("actions.edit", form.found):
        form.address.errors = [
            _("You may not change this action. Ask who leads it to choose the meeting there.")
        ]
    if form.errors:
        return origins.page(one, 422, belongs_form=form)

    def done() -> str:
        meetings.belongs(who, one, form.found, True, form.section.data or "")
        return one.url

    return pages.acted("actions.meeting", done, _("The action stands here."))


@bp.post("/actions/from/<int:number>/actions/<int:which>/remove")
@ruled("actions.meeting", "actions.edit")
def drop_agreed(number: int, which: int) -> Response:
    """Say that an action was not agreed there."""
    one, who = found(number), person()
    action = t.cast("Action | None", get_or_none(Action, which))
    fits = action is not None and not action.removed and action.origin_id == one.id
    action = t.cast(Action, require("actions.edit", action if fits else None))

    def done() -> str:
        meetings.belongs(who, one, action, False)
        return one.url

    return pages.acted("actions.meeting", done, _("The action no longer stands here."))
