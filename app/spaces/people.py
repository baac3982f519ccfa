"""Who belongs to a space, and what those who look after it do: let in, add, give roles, take out."""

import typing as t

import sqlalchemy as sa
from flask import Blueprint, Response, abort, request

from app.core import pages
from app.core.database import LARGEST_ID
from app.core.languages import _, language
from app.core.policy import can, me, person, ruled
from app.extensions import db
from app.members.models import Person
from app.spaces import acts, queries, words
from app.spaces.forms import AddForm
from app.spaces.models import ROLES, Space
from app.spaces.routes import found

bp = Blueprint("space_people", __name__)


@bp.get("/groups/<int:number>/people")
@ruled("space.meet")
def index(number: int) -> Response:
    """Show who belongs to a space."""
    return _page(found(number, "space.meet"), AddForm())


def _page(space: Space, form: AddForm, status: int = 200) -> Response:
    after = request.args.get("after", "")
    good = after.isascii() and after.isdigit() and len(after) < 20
    cursor = min(int(after), LARGEST_ID) if good else 0
    shown, older = queries.people(me().viewer, space.id, cursor)
    keeps = can("space.people", space)
    return pages.page(
        "spaces/people.html", status, place="groups", space=space, name=space.text("name", language()), shown=shown,
        older=older, first=not cursor, keeps=keeps, roles=ROLES, words=words, form=form, error=status == 422,
        waiting=queries.requests(me().viewer, space.id) if keeps and not cursor else [],
    )  # fmt: skip


@bp.post("/groups/<int:number>/people")
@ruled("space.people")
def add(number: int) -> Response:
    """Add a person by handle."""
    space, form = found(number, "space.people"), AddForm(request.form)
    person_id = _named(form.handle.data) if form.validate() else None
    if person_id is None:
        if not form.handle.errors:
            form.handle.errors = [_("There is no person with this handle.")]
        return _page(space, form, 422)
    return _deed(space, lambda who: acts.admit(who, space, person_id), _("The person is a member now."))


def _named(handle: str) -> int | None:
    statement = sa.select(Person.id).where(
        Person.handle == handle, Person.state == "active", Person.visible_to(me().viewer)
    )
    return db.session.scalar(statement)


def _deed(space: Space, deed: t.Callable[[t.Any], t.Any], message: t.Any) -> Response:
    who = person()

    def done() -> str:
        deed(who)
        return f"{space.url.partition('-')[0]}/people"

    return pages.acted("space.people", done, message)


def _known(person_id: int) -> int:
    """Return the number of a person; one that is not there is 404."""
    if person_id > LARGEST_ID or db.session.get(Person, person_id) is None:
        abort(404)
    return person_id


@bp.post("/groups/<int:number>/people/<int:person_id>/accept")
@ruled("space.people")
def accept(number: int, person_id: int) -> Response:
    """Let in somebody who asked."""
    space, other = found(number, "space.people"), _known(person_id)
    return _deed(space, lambda who: acts.accept(who, space, other), _("The person is a member now."))


@bp.post("/groups/<int:number>/people/<int:person_id>/decline")
@ruled("space.people")
def decline(number: int, person_id: int) -> Response:
    """Turn down a request."""
    space, other = found(number, "space.people"), _known(person_id)
    return _deed(space, lambda who: acts.decline(who, space, other), _("The request is turned down."))


@bp.post("/groups/<int:number>/people/<int:person_id>/role")
@ruled("space.people")
def role(number: int, person_id: int) -> Response:
    """Give a member another role."""
    space, other = found(number, "space.people"), _known(person_id)
    wish = request.form.get("role", "")
    if wish not in ROLES:
        form = AddForm()
        form.form_errors = [_("Choose one of the roles.")]
        return _page(space, form, 422)
    return _deed(space, lambda who: acts.set_role(who, space, other, wish), _("The role is changed."))


@bp.post("/groups/<int:number>/people/<int:person_id>/remove")
@ruled("space.people")
def remove(number: int, person_id: int) -> Response:
    """Take somebody out; their sight ends at once."""
    space, other = found(number, "space.people"), _known(person_id)
    if space.form == "network":
        abort(403)  # nobody is taken out of the network here: that is for the members' room
    return _deed(space, lambda who: acts.remove(who, space, other), _("The person is out of the group."))
