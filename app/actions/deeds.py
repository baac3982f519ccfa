"""What is done on the page of an action: its status, notes, milestones, what shows it, its end."""

import typing as t

from flask import Response, request

from app.actions import acts, progress
from app.actions.forms import EvidenceForm, MilestoneForm, NoteForm, StateForm
from app.actions.models import Action, Milestone, Note
from app.actions.pages import found, inside_words, page
from app.actions.routes import bp
from app.core import pages
from app.core.database import get_or_none
from app.core.languages import _
from app.core.policy import me, person, require, ruled
from app.extensions import db


@bp.post("/actions/<int:number>/state")
@ruled("actions.state")
def state(number: int) -> Response:
    """Move an action on, back or aside."""
    action, form, who = found(number, "actions.state"), StateForm(), person()
    form.before = action.state
    if not form.validate():
        return page(action, 422, state_form=form)

    def done() -> str:
        acts.set_state(who, action, form.state.data, form.why.data or "")
        return pages.safe_next(request.form.get("next"), f"{action.url}#history")

    return pages.acted("actions.state", done, _("The status is set."))


@bp.post("/actions/<int:number>/notes")
@ruled("actions.note")
def note(number: int) -> Response:
    """Take a note on how it goes."""
    action, who = found(number, "actions.note"), person()
    form = NoteForm().offer(inside_words(action))
    if not form.validate():
        return page(action, 422, note_form=form)

    def done() -> str:
        inside = form.readers.data == "inside"
        return progress.note(
            who, action, form.body.data or "", internal=inside, language=form.language.data
        ).url

    return pages.acted("actions.note", done, _("Your note stands there."))


def _note(number: int, which: int, act: str) -> Note:
    action = found(number)
    one = t.cast("Note | None", get_or_none(Note, which))
    fits = one is not None and one.action_id == action.id and not one.removed
    return t.cast(Note, require(act, one if fits else None))


@bp.get("/actions/<int:number>/notes/<int:which>/remove")
@ruled("actions.unnote")
def removing_note(number: int, which: int) -> Response:
    """Ask before a note is taken away."""
    one = _note(number, which, "actions.unnote")
    return pages.page(
        "ui/confirm.html", place="actions", noindex=True, title=_("Take the note away?"),
        text=_("Its words go everywhere at once: here, in the newsfeed and in the search."),
        url=f"/actions/{number}/notes/{which}/remove", deed=_("Take it away"), keep=_("Keep it"), back=one.action.url,
    )  # fmt: skip


@bp.post("/actions/<int:number>/notes/<int:which>/remove")
@ruled("actions.unnote")
def remove_note(number: int, which: int) -> Response:
    """Take a note away."""
    one, who = _note(number, which, "actions.unnote"), person()

    def done() -> str:
        progress.remove_note(who, one)
        return one.action.url

    return pages.acted("actions.unnote", done, _("The note is taken away."))


# --- milestones -----------------------------------------------------------------------------------------------


@bp.post("/actions/<int:number>/milestones")
@ruled("actions.edit")
def add_milestone(number: int) -> Response:
    """Add a day on which something is to be reached."""
    action, form, who = found(number, "actions.edit"), MilestoneForm(), person()
    if not form.validate():
        return page(action, 422, milestone_form=form)

    def done() -> str:
        progress.add_milestone(who, action, form.title.data or "", form.day.data or "")
        return f"{action.url}#milestones"

    try:
        return pages.acted("actions.milestone", done)
    except progress.Full:
        return _full(action, milestone_form=(form, form.title))


def _full(action: Action, **given: tuple[t.Any, t.Any]) -> Response:
    """Say beside a field that there are as many as fit."""
    db.session.rollback()
    for _form, field in given.values():
        field.errors = [_("There are as many as fit here. Take one off first.")]
    return page(action, 422, **{name: form for name, (form, _field) in given.items()})


@bp.post("/actions/<int:number>/milestones/<int:which>/<any(reached, open, remove):deed>")
@ruled("actions.edit")
def milestone(number: int, which: int, deed: str) -> Response:
    """Say that a milestone is reached, or not; or take it off."""
    action, who = found(number, "actions.edit"), person()
    one = t.cast(Milestone, get_or_none(Milestone, which))
    require("actions.edit", action if one is not None and one.action_id == action.id else None)

    def done() -> str:
        if deed == "remove":
            progress.drop_milestone(who, action, one)
        else:
            progress.reach(who, action, one, deed == "reached")
        return f"{action.url}#milestones"

    return pages.acted("actions.milestone", done)


# --- evidence -------------------------------------------------------------------------------------------------


@bp.post("/actions/<int:number>/evidence")
@ruled("actions.show")
def evidence(number: int) -> Response:
    """Tie something on this site to an action that shows how it goes."""
    action, form, who = found(number, "actions.show"), EvidenceForm(), person()
    form.viewer = me().viewer
    if not form.validate():
        return page(action, 422, evidence_form=form)

    def done() -> str:
        progress.show(who, action, form.found.ref, True)
        return f"{action.url}#evidence"

    try:
        return pages.acted("actions.show", done)
    except progress.Full:
        return _full(action, evidence_form=(form, form.address))


@bp.post("/actions/<int:number>/evidence/remove")
@ruled("actions.show")
def no_evidence(number: int) -> Response:
    """Take something off."""
    action, who = found(number, "actions.show"), person()
    ref = request.form.get("ref", "")[:60]

    def done() -> str:
        progress.show(who, action, ref, False)
        return f"{action.url}#evidence"

    return pages.acted("actions.show", done)


# --- its end --------------------------------------------------------------------------------------------------


@bp.get("/actions/<int:number>/remove")
@ruled("actions.remove")
def removing(number: int) -> Response:
    """Ask before an action is taken away."""
    action = found(number, "actions.remove")
    return pages.page(
        "ui/confirm.html", place="actions", noindex=True, title=_("Take the action %(title)s away?", title=action.title),
        text=_(
            "Its words and notes go everywhere at once. If it will not be done, set its status to “dropped” instead: "
            "then it stays with the reason."
        ),
        url=f"/actions/{action.id}/remove", deed=_("Take it away"), keep=_("Keep it"), back=action.url,
    )  # fmt: skip


@bp.post("/actions/<int:number>/remove")
@ruled("actions.remove")
def remove(number: int) -> Response:
    """Take an action away."""
    action, who = found(number, "actions.remove"), person()

    def done() -> str:
        acts.remove(who, action)
        return "/actions"

    return pages.acted("actions.remove", done, _("The action is taken away."))
