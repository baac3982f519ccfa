"""Writing: choosing people and beginning, a message in a conversation, and how it will look."""

import typing as t

from flask import Response, current_app, redirect, request
from markupsafe import Markup

from app.core import limits, once, pages
from app.core.languages import _
from app.core.policy import allowed, me, person, require, ruled
from app.extensions import db
from app.messages import acts, forms, people, queries
from app.messages.models import MOST_PEOPLE
from app.messages.talk import bp, found, page

DAY = 24 * 60


def too_many() -> t.Any:
    """Say when somebody has written enough for an hour; None while there is room."""
    most, who = current_app.config["MESSAGES_PER_HOUR"], str(person().id)
    if limits.hit("messages", who, most, 60):
        return None
    minutes = max(1, limits.left_seconds("messages", who, most, 60) // 60)
    return _(
        "You have sent %(most)s messages within an hour. Your text is kept. Send it again in %(minutes)s minutes.",
        most=most, minutes=minutes,
    )  # fmt: skip


def too_many_new() -> t.Any:
    """Say when somebody has begun enough conversations for a day; None while there is room."""
    most = current_app.config["CONVERSATIONS_PER_DAY"]
    if limits.hit("conversations", str(person().id), most, DAY):
        return None
    return _(
        "You have begun %(most)s conversations within a day. Your text is kept: copy it, and send it tomorrow.",
        most=most,
    )


def sent_before(act: str) -> Response | None:
    """Return the answer that this very form got before: what is refused now was taken then."""
    url = once.earlier(me().id, act)
    return pages.see_other(url) if url else None


def shown(body: str) -> Markup:
    """Return how a text will look."""
    return Markup(acts.written(body[: current_app.config["POST_MAX"]]).html)


@bp.post("/preview")
@ruled("messages.own")
def preview() -> Response:
    """Return how a text will look, as a fragment."""
    require("messages.own", person())
    if not limits.hit("preview", str(person().id), 300, 60):
        return Response(status=429)
    return pages.bare_fragment(shown(request.form.get("body", "")))


# --- in a conversation ----------------------------------------------------------------------------------------


@bp.post("/<int:number>")
@ruled("messages.read", "messages.send")
def send(number: int) -> t.Any:
    """Take a message; whatever is wrong, the words come back with the page."""
    it, form = found(number), forms.sent(forms.Write)
    if not allowed(me(), "messages.send", it):  # nobody reads it any longer, or somebody does not want to
        return sent_before("messages.send") or page(it, 409, form, shut=True)
    if request.form.get("preview"):
        return page(it, form=form, preview=shown(form.body.data or ""))
    kept = _kept(form)
    if form.errors:
        return page(it, 422, form)
    wait = too_many()
    if wait:
        return sent_before("messages.send") or page(it, 429, form, notice=wait)
    who, words = person(), acts.written(form.body.data)

    def act() -> str:
        return f"{acts.send(who, number, words, kept).url}?sent=1"

    try:
        return pages.acted("messages.send", act)
    except acts.Shut:
        db.session.rollback()
        return page(found(number), 409, form, shut=True)


def _kept(form: t.Any) -> list[t.Any]:
    """Store the files of a form that is right so far; what is wrong stands in its errors."""
    try:
        return list(form.keep_files()) if form.validate() else []
    except ValueError:
        return []


# --- a new one ------------------------------------------------------------------------------------------------


@bp.get("/new")
@ruled("messages.own")
def new() -> t.Any:
    """Begin to write; those named in the address are chosen. Who writes to them already is led there."""
    who = require("messages.own", person())
    handles = [one.lower().removeprefix("@")[:40] for one in request.args.getlist("to")[:MOST_PEOPLE]]
    chosen = people.named(who, handles)
    known = queries.between([who.id, *(one.id for one in chosen)]) if chosen else None
    if known:
        return redirect(f"/messages/{known}#write", 302)
    return new_page(forms.Begin(), chosen)


def new_page(form: t.Any, chosen: list[t.Any], status: int = 200, **more: t.Any) -> Response:
    """Return the page to begin on."""
    return pages.page(
        "messages/new.html", status, place="messages", noindex=True, form=form, chosen=chosen, most=MOST_PEOPLE - 1,
        error=status == 422, **more,
    )  # fmt: skip


@bp.post("/new")
@ruled("messages.own")
def begin() -> t.Any:
    """Look for people, or send the first message to those who are chosen."""
    who, form = require("messages.own", person()), forms.sent(forms.Begin)
    ticked = [one[:40] for one in request.form.getlist("to")[:50]]
    chosen = people.named(who, [*ticked, *form.handles()][:50])
    offered = _offered(who, form, chosen)
    if request.form.get("find"):
        return new_page(form, chosen, offered=offered, looked=True)
    if request.form.get("preview"):
        return new_page(form, chosen, offered=offered, preview=shown(form.body.data or ""))
    kept = _kept(form)
    _check(form, chosen, offered)
    it, shut = _known(who, chosen)
    if form.errors or shut:
        return new_page(form, chosen, 422, offered=offered, shut=shut)
    return _begun(who, form, chosen, kept, new=it is None)


def _known(who: t.Any, chosen: list[t.Any]) -> tuple[queries.Shown | None, t.Any]:
    """Return the conversation that there is already, and somebody who cannot be written to."""
    number = queries.between([who.id, *(one.id for one in chosen)]) if chosen else None
    it = queries.one(number, who.id) if number else None
    if it is not None:  # it goes on, whoever may begin one now
        return it, None if allowed(who, "messages.send", it) else chosen[0]
    return None, next((one for one in chosen if one.refused or not one.open), None)


def _offered(who: t.Any, form: t.Any, chosen: list[t.Any]) -> list[t.Any]:
    """Return people to choose from for what was typed, unless it named somebody wholly."""
    known = {one.handle for one in chosen}
    form.who.data = words = form.rest(known)
    if not words or not limits.hit("mentions", str(who.id), 120, 1):
        return []
    return [one for one in people.offered(who, words.removeprefix("@")) if one.handle not in known]


def _check(form: t.Any, chosen: list[t.Any], offered: list[t.Any]) -> None:
    if offered or form.who.data:
        form.who.errors = [
            _("Choose the people you mean.") if offered else _("Nobody was found by this name.")
        ]
    elif not chosen:
        form.who.errors = [_("Say to whom you write.")]
    elif len(chosen) >= MOST_PEOPLE:
        form.who.errors = [
            _("Choose %(most)s people at most. For more, a group is the better place.", most=MOST_PEOPLE - 1)
        ]


def _begun(who: t.Any, form: t.Any, chosen: list[t.Any], kept: list[t.Any], new: bool) -> t.Any:
    wait = too_many() or (too_many_new() if new else None)
    if wait:
        return sent_before("messages.begin") or new_page(form, chosen, 429, notice=wait)
    words = acts.written(form.body.data)

    def act() -> str:
        return f"{acts.start(who, [one.id for one in chosen], words, kept).url}?sent=1"

    return pages.acted("messages.begin", act)
