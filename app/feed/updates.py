"""Pages of updates: write one, read one, take it back."""

import typing as t

from flask import Blueprint, Response, request
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from app.board import held
from app.board.words import Written, told, written
from app.core import apart, pages, panels, watches
from app.core.activity import highest
from app.core.attaching import too_many
from app.core.audience import MEMBERS, PUBLIC, audience_of, is_apart, rooms_of, space_room
from app.core.database import atomic, get_or_none
from app.core.hearing import said
from app.core.languages import _, language
from app.core.policy import Me, me, person, require, ruled
from app.feed import acts
from app.feed.forms import UpdateForm, groups
from app.feed.models import Update
from app.spaces.models import Space

bp = Blueprint("updates", __name__)


def found(number: int, act: str = "feed.read") -> Update:
    """Return the update if who acts may do this to it; what is not seen is not there."""
    return t.cast(Update, require(act, get_or_none(Update, number)))


def _form(who: Me, data: MultiDict[str, str] | None = None) -> UpdateForm:
    start = MultiDict({"language": language(), "audience": "members"}) if data is None else data
    if data is None:
        start["voice"] = next((str(seat.id) for seat in who.seats if seat.may_publish), "person")
        group = request.args.get("group", "")
        start["audience"] = f"space:{group}" if group in {str(g.id) for g in groups(who)} else "members"
    return UpdateForm(start).offer(who)


@bp.get("/updates/new")
@ruled("feed.share")
def new() -> Response:
    """Show the form."""
    who = require("feed.share", person())
    return _new(_form(who))


@bp.post("/updates/new")
@ruled("feed.share")
def share() -> Response:
    """Share an update."""
    who = require("feed.share", person())
    form = _form(who, request.form)
    good = form.validate()
    if good and "preview" in request.form:
        return _new(form, preview=Markup(written(who, form.body.data or "", [form.audience.data or ""]).html))
    if not good:
        return _new(form, 422)
    wait = too_many(who.id)
    if wait:
        return _new(form, 429, notice=wait)
    word, _colon, number = (form.audience.data or "").partition(":")
    space = get_or_none(Space, int(number)) if number else None
    words = told(who, written(who, form.body.data or "", [space_room(space.id) if space else word]))

    waits = held.wanted(who, space.id if space else None)

    def done() -> str:
        return _shared(who, form, words, word, space, waits).url

    return pages.acted("feed.share", done, None if waits else _("Your update is shared."))


def _new(form: UpdateForm, status: int = 200, *, preview: str = "", notice: t.Any = None) -> Response:
    more = [notice] if notice else []
    return pages.page(
        "feed/new.html", status, place="home", form=form, preview=preview, more=more, error=status >= 400,
        hearers=_hearers(form),
    )  # fmt: skip


def _hearers(form: UpdateForm) -> Markup:
    """Return the line that says who would hear of the update, as far as the form is filled in."""
    who = person()
    word, _colon, number = (form.audience.data or "").partition(":")
    if form.audience.data not in {value for value, *_rest in form.audience.choices or ()}:
        return Markup("")
    space = get_or_none(Space, int(number)) if number else None
    voice = who.voice(int(form.voice.data)) if (form.voice.data or "").isdigit() else None
    audience = audience_of({"public": PUBLIC, "members": MEMBERS}.get(word) or space_room(int(number)))
    what = said(
        "feed.shared",
        who,
        audience,
        organisation_id=voice.id if voice else None,
        space_id=space.id if space else None,
    )
    return Markup("").join(panels.drawn("composer", what))


@bp.get("/updates/new/hearers")
@ruled("feed.share")
def hearers() -> Response:
    """Return that line as a fragment, for what is chosen now."""
    who = require("feed.share", person())
    return pages.bare_fragment(_hearers(UpdateForm(request.args).offer(who)))


def _shared(
    who: Me, form: UpdateForm, words: Written, audience: str, space: Space | None, waits: bool
) -> Update | held.Held:
    voice = None if form.voice.data == "person" else who.voice(int(form.voice.data or 0))
    if waits:
        said: dict[str, t.Any] = {"language": form.language.data or "", "audience": audience}
        return held.hold(who, "update", words, space=space, organisation=voice, **said)
    return acts.share_update(
        who, body=words, language=form.language.data or "", audience=audience, space=space, organisation=voice
    )


def introduce(who: Me, text: str, language: str) -> str:
    """Share the first words of somebody who has come in with all members; return where they stand, or wait."""
    words = told(who, written(who, text))
    if held.wanted(who, None):
        return held.hold(who, "update", words, space=None, language=language, audience="members").url
    return acts.share_update(
        who, body=words, language=language, organisation=who.voice(who.org.id if who.org else None)
    ).url


@bp.get("/updates/<int:number>")
@ruled("feed.read", public=True)
def show(number: int) -> Response:
    """Show one update with who can read it."""
    update = found(number)
    return pages.page(
        "feed/update.html", place="home", last=highest(), update=update, body=Markup(update.html),
        readers=_readers(update), apart=apart.of(update.ref) if is_apart(update.audience_id) else None,
    )  # fmt: skip


def _readers(update: Update) -> Markup:
    rooms = rooms_of(update.audience_id)
    if is_apart(update.audience_id):
        return _("Only its author and those who decide about it see it.")
    if PUBLIC in rooms:
        return _("Everybody can read this.")
    name = next((g.name for g in me().groups if space_room(g.id) in rooms), "")
    return _("Only %(group)s can read this.", group=name) if name else _("All members can read this.")


@bp.post("/updates/<int:number>/read")
@ruled("feed.read")
def read(number: int) -> Response:
    """Note that an update was on the reader's screen: its notices are read."""
    update, who = found(number), person()
    with atomic():
        watches.seen(who.id, update.ref)
    return pages.see_other(update.url)


@bp.get("/updates/<int:number>/remove")
@ruled("feed.remove")
def removing(number: int) -> Response:
    """Ask before an update is taken back."""
    update = found(number, "feed.remove")
    return pages.page("feed/remove.html", place="home", update=update)


@bp.post("/updates/<int:number>/remove")
@ruled("feed.remove")
def remove(number: int) -> Response:
    """Take an update back. The form sent again by its author leads on as the first time."""
    who, gone = person(), get_or_none(Update, number)
    if gone is not None and gone.removed and gone.author_id == who.id:
        return pages.see_other("/")
    update = found(number, "feed.remove")

    def done() -> str:
        acts.remove_update(who, update)
        return "/"

    return pages.acted("feed.remove", done, _("The update was removed."))
