"""Pages of spaces: the list, the home of one, and coming and going."""

import typing as t

from flask import Blueprint, Response, abort, redirect, request

from app.core import pages, panels, policy, watches
from app.core.activity import highest
from app.core.database import get_or_none
from app.core.languages import _, language
from app.core.policy import can, me, person, require, ruled
from app.spaces import acts, pins, queries, shelf, words
from app.spaces.models import TEXTS, Space, Threshold

bp = Blueprint("spaces", __name__)


def found(number: int, act: str = "space.read") -> Space:
    """Return the space if who acts may do this to it; what is not seen is not there."""
    return t.cast(Space, require(act, get_or_none(Space, number)))


@bp.get("/groups")
@policy.public
def index() -> Response:
    """Show the network, its coalitions and the groups that the reader sees, as a tree."""
    mine = {group.id: group.role for group in me().groups}
    top = queries.tree(me().viewer, names=True)
    return pages.page(
        "spaces/index.html", place="groups", top=top, mine=mine, words=words, shelved=shelf.archived()
    )


@bp.get("/groups/<int:number>")
@bp.get("/groups/<int:number>-<path:tail>")
@ruled("space.read", "space.knock", public=True)
def home(number: int, tail: str = "") -> t.Any:
    """Show the home of a space; the number decides, a wrong tail leads to the right address."""
    space = get_or_none(Space, number)
    if space is not None and refused(space):
        return threshold(space)
    space = found(number)
    if tail != space.slug:
        return redirect(space.url, 301)
    who, last = me(), highest()
    inside = who.role_in(space.id)
    return pages.page(
        "spaces/home.html", place="groups", last=last, space=space, words=words, role=inside,
        name=space.text("name", language()), summary=space.text("summary", language()),
        texts={part: space.said(part, language()) for part in TEXTS}, pinned=pins.of(who.viewer, space),
        cities=queries.cities(who.viewer, space),
        asked=queries.state_of(who.id, space.id) == "asked" if who.id and not inside else False,
        level=watches.level(who.id, space.ref) if who.id else "",
        asking=len(queries.requests(who.viewer, space.id)) if can("space.people", space) else 0,
        keepers=queries.facilitators(who.viewer, space.id) if sees_inside(space) else [],
        main=panels.drawn("space", space), side=panels.drawn("space", space, "side"), outside=not sees_inside(space),
    )  # fmt: skip


def refused(space: Space) -> bool:
    """Say whether who looks knows of a space by name alone."""
    viewer = me().viewer
    return space.known_id is not None and not space.readable_by(viewer) and space.known_to(viewer)


def threshold(space: Space) -> Response:
    """Show the door of a space: its name, whom to ask, and how to ask for access."""
    door, who = require("space.knock", Threshold(space)), me()
    return pages.page(
        "spaces/door.html", 403, place="groups", space=space, door=door, name=space.text("name", language()),
        asked=queries.state_of(who.id, space.id) == "asked", keepers=queries.facilitators(who.viewer, space.id),
        noindex=True,
    )  # fmt: skip


def at_the_door(number: int, act: str) -> Space:
    """Return a space that who acts sees, or knows by name; for what can be done from outside."""
    space = get_or_none(Space, number)
    if space is not None and refused(space):
        require(act, Threshold(space))
        return t.cast(Space, space)
    return found(number, act)


def sees_inside(space: Space) -> bool:
    """Say whether what is said in the space may be this reader's: the secretariat enters a private one first."""
    return not space.enclosed or me().role_in(space.id) is not None


Deed = t.Callable[[policy.Me, Space], t.Any]


def _deed(number: int, act: str, deed: Deed, message: t.Any, to: str = "") -> Response:
    """Do one small thing to a space and go back to its home, or to another address."""
    space, who = at_the_door(number, act) if act == "space.ask" else found(number, act), person()

    def done() -> str:
        deed(who, space)
        return to or space.url

    return pages.acted(act, done, message)


@bp.post("/groups/<int:number>/join")
@ruled("space.join")
def join(number: int) -> Response:
    """Become a member."""
    return _deed(number, "space.join", acts.join, _("You are a member now."))


@bp.post("/groups/<int:number>/ask")
@ruled("space.ask")
def ask(number: int) -> Response:
    """Ask to be let in."""
    return _deed(number, "space.ask", acts.ask, _("You asked to join. Who looks after the group sees it."))


@bp.post("/groups/<int:number>/withdraw")
@ruled("space.ask")
def withdraw(number: int) -> Response:
    """Take back one's request."""
    return _deed(number, "space.ask", acts.withdraw, _("You took your request back."))


@bp.get("/groups/<int:number>/leave")
@ruled("space.leave")
def leaving(number: int) -> Response:
    """Ask before a member leaves."""
    space = found(number, "space.leave")
    if me().role_in(space.id) is None:
        abort(404)
    return pages.page("spaces/leave.html", place="groups", space=space, name=space.text("name", language()))


@bp.post("/groups/<int:number>/leave")
@ruled("space.leave")
def leave(number: int) -> Response:
    """End one's membership; sight ends at once."""
    return _deed(number, "space.leave", acts.leave, _("You left the group."), "/groups")


@bp.post("/groups/<int:number>/follow")
@ruled("space.follow")
def follow(number: int) -> Response:
    """Follow what happens in the space."""
    return _deed(number, "space.follow", lambda who, space: acts.follow(who, space, True), None)


@bp.post("/groups/<int:number>/unfollow")
@ruled("space.follow")
def unfollow(number: int) -> Response:
    """Follow it no longer."""
    return _deed(number, "space.follow", lambda who, space: acts.follow(who, space, False), None)


@bp.post("/groups/<int:number>/level")
@ruled("space.follow")
def level(number: int) -> Response:
    """Choose how much one hears of the space."""
    chosen = request.form.get("level", "")
    if chosen not in watches.LEVELS:
        found(number, "space.follow")
        abort(422)
    return _deed(number, "space.follow", lambda who, space: acts.set_level(who, space, chosen), _("Saved."))


@bp.post("/groups/<int:number>/enter")
@ruled("space.enter")
def enter(number: int) -> Response:
    """Let the secretariat in as an observer; those inside see it."""
    return _deed(
        number, "space.enter", acts.enter, _("You are in as an observer. The members see that you entered.")
    )
