"""What those who look after a space do with its home: its texts in each language, what is pinned, where it lies, the archive."""

import typing as t

from flask import Blueprint, Response, abort, redirect, request
from wtforms import Form, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from app.core import addresses, pages
from app.core.languages import _, language, lazy, offered, own_name
from app.core.policy import can, me, person, ruled
from app.core.text import clean_line, clean_text
from app.extensions import db
from app.spaces import branch, changes, pins, queries, shelf
from app.spaces.forms import among, whole
from app.spaces.models import TEXTS, Space
from app.spaces.routes import found

bp = Blueprint("space_homes", __name__)
LABELS = {
    "welcome": lazy("Welcome"),
    "start": lazy("Start here"),
    "next": lazy("Next steps"),
}
MOST = 3000


def texts_form(codes: t.Sequence[str]) -> type[Form]:
    """Return the form with the texts of these languages."""
    too_long = lazy("The text has %(num)d characters at most.", num=MOST)
    fields = {
        f"{name}_{code}": TextAreaField(
            LABELS[name], [Length(max=MOST, message=too_long)], filters=[clean_text]
        )
        for code in codes
        for name in TEXTS
    }
    return type("TextsForm", (Form,), fields)


class PinForm(Form):
    """A page of this site."""

    address = StringField(
        lazy("Address of the page"),
        [
            InputRequired(
                lazy(
                    "Paste the address of a page of this site, such as a document, an event or a discussion."
                )
            )
        ],
        filters=[clean_line],
    )


class MoveForm(Form):
    """Where a space shall lie."""

    parent = SelectField(lazy("Belongs to"), [among], coerce=whole, validate_choice=False)


def _texts(space: Space, sent: t.Any) -> Form:
    codes = offered()
    before = {f"{name}_{code}": space.texts.get(code, {}).get(name, "") for code in codes for name in TEXTS}
    return texts_form(codes)(sent, **before)


def _page(space: Space, form: Form, pin_form: PinForm, status: int = 200) -> Response:
    return pages.page(
        "spaces/home_edit.html", status, place="groups", space=space, name=space.text("name", language()), form=form,
        pin_form=pin_form, error=status == 422, codes=[(code, own_name(code)) for code in offered()], names=TEXTS,
        pinned=pins.of(me().viewer, space), most=pins.MOST,
    )  # fmt: skip


@bp.get("/groups/<int:number>/home")
@ruled("space.edit")
def edit(number: int) -> Response:
    """Show the texts of a home, and what is pinned, as forms."""
    space = found(number, "space.edit")
    return _page(space, _texts(space, None), PinForm())


@bp.post("/groups/<int:number>/home")
@ruled("space.edit")
def edited(number: int) -> Response:
    """Save the texts of a home."""
    space, who = found(number, "space.edit"), person()
    form = _texts(space, request.form)
    if not form.validate():
        return _page(space, form, PinForm(), 422)
    said = {code: {name: form[f"{name}_{code}"].data for name in TEXTS} for code in offered()}

    def done() -> str:
        changes.set_texts(who, space, said)
        return space.url

    return pages.acted("space.home", done, _("The home of the group is saved."))


@bp.post("/groups/<int:number>/pins")
@ruled("space.edit")
def pin(number: int) -> Response:
    """Pin something to the home."""
    space, who, form = found(number, "space.edit"), person(), PinForm(request.form)
    thing = addresses.thing_at(form.address.data, who.viewer) if form.validate() else None
    if thing is None:
        if not form.address.errors:
            form.address.errors = [
                _("There is no such page that you can see. Only pages of this site can be pinned.")
            ]
        return _page(space, _texts(space, None), form, 422)
    wanted = thing

    def done() -> str:
        pins.pin(who, space, wanted)
        return f"/groups/{space.id}/home#pins"

    return pages.acted("space.pin", done, _("It is pinned, as far as there is room."))


@bp.post("/groups/<int:number>/unpin")
@ruled("space.edit")
def unpin(number: int) -> Response:
    """Take something off the home."""
    space, who = found(number, "space.edit"), person()
    ref = request.form.get("ref", "")[:60]

    def done() -> str:
        pins.unpin(who, space, ref)
        return f"/groups/{space.id}/home#pins"

    return pages.acted("space.unpin", done, _("It is no longer pinned."))


# --- where it lies, and the archive ---------------------------------------------------------------------------


@bp.get("/groups/<int:number>/move")
@ruled("space.move")
def moving(number: int) -> Response:
    """Ask where a space shall lie."""
    space = found(number, "space.move")
    return _moving(space, _where(space, None))


@bp.post("/groups/<int:number>/move")
@ruled("space.move", "space.found")
def move(number: int) -> Response:
    """Put a space, and all that lies in it, somewhere else in the tree. Its address stays."""
    space, who = found(number, "space.move"), person()
    form = _where(space, request.form)
    if not form.validate():
        return _moving(space, form, 422)
    parent = found(form.parent.data, "space.found")

    def done() -> str:
        changes.move(who, space, parent)
        return space.url

    return pages.acted("space.move", done, _("The group is moved."))


def _where(space: Space, sent: t.Any) -> MoveForm:
    """Return the form with every place but those inside the space itself: no space lies in itself."""
    form = MoveForm(sent, parent=space.parent_id)
    inside = branch.branch_of(space.id)
    rows = [(one, depth) for one, depth in queries.flat(queries.tree(me().viewer)) if one.id not in inside]
    known = {
        one.id: one for one in db.session.query(Space).filter(Space.id.in_([one.id for one, _n in rows]))
    }
    if space.form == "chapter":
        rows = [(one, depth) for one, depth in rows if one.form == "coalition"]
    form.parent.choices = [
        SelectChoice(one.id, "– " * depth + one.name)
        for one, depth in rows
        if can("space.found", known[one.id])
    ]
    return form


def _moving(space: Space, form: MoveForm, status: int = 200) -> Response:
    return pages.page(
        "spaces/move.html", status, place="groups", space=space, form=form, name=space.text("name", language()),
        error=status == 422,
    )  # fmt: skip


@bp.post("/groups/<int:number>/archive")
@ruled("space.archive")
def archive(number: int) -> Response:
    """Archive a space: it can be read, nobody writes."""
    return _shelved(number, True, _("The group is archived. It can be opened again at any time."))


@bp.post("/groups/<int:number>/reopen")
@ruled("space.archive")
def reopen(number: int) -> Response:
    """Open an archived space again."""
    return _shelved(number, False, _("The group is open again."))


def _shelved(number: int, on: bool, message: t.Any) -> Response:
    space, who = found(number, "space.archive"), person()

    def done() -> str:
        shelf.set_archived(who, space, on)
        return space.url

    return pages.acted("space.archive", done, message)


@bp.get("/groups/<tail>")
@ruled("space.read", public=True)
def by_name(tail: str) -> t.Any:
    """Lead from a name, a handle or a former name to the space that it means, if who looks sees it."""
    number = queries.named(me().viewer, tail) or abort(404)
    return redirect(found(number).url, 301)
