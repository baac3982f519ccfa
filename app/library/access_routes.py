"""Asking to read a document that one knows of, opening it for further people, and guest links to it."""

import typing as t

from flask import Blueprint, Response

from app.core import clock, jobs, limits, once, pages
from app.core.database import get_or_none, setting
from app.core.languages import _
from app.core.policy import can, me, person, require, ruled
from app.extensions import db
from app.library import access, access_forms, acts, guests, words
from app.library.models import Document
from app.library.review_routes import person_called
from app.library.routes import found
from app.library.work_routes import done
from app.members import passwords
from app.members.models import Person

bp = Blueprint("library_access", __name__)
ASKED_IN_AN_HOUR = 10


@bp.post("/library/<int:number>/ask")
@ruled("library.ask")
def ask(number: int) -> Response:
    """Ask who looks after what may stand at an address. Nothing here looks whether it does: the answer is always the same."""
    who = require("library.ask", person())
    form = access_forms.Ask()
    if not form.validate():
        return pages.page(
            "library/ask.html", 422, place="library", noindex=True, number=number, form=form, error=True
        )
    limits.hourly("library.ask", who.id, ASKED_IN_AN_HOUR)
    said = _(
        "If a document stands at this address, who looks after it is asked. You hear of it only if they say yes."
    )
    answer = pages.acted("library.ask", lambda: "/library", said)
    jobs.enqueue("library.ask_access", number, who.id, form.words.data or "")
    return answer


# --- opening it for members ---------------------------------------------------------------------------------


def looked_after(number: int) -> Document:
    """Return a document that who looks opens for others, or may at least close again."""
    return found(number, "library.close")


def access_page(document: Document, give: t.Any = None, guest: t.Any = None) -> Response:
    """Return the page on which a document is opened for further people, with what is wrong in a form of it."""
    wrong = bool((give and give.errors) or (guest and guest.errors))
    usual = clock.now().date() + access_forms.USUAL
    return pages.page(
        "library/access.html", 422 if wrong else 200, place="library", noindex=True, it=document, error=wrong,
        give=give or access_forms.Give(formdata=None), guest=guest or access_forms.Guest(formdata=None, until=usual),
        waiting=access.waiting(document), given=access.given(document), links=guests.listed(document),
        may_open=can("library.open", document), over=guests.is_over, used_up=guests.is_used_up,
    )  # fmt: skip


@bp.get("/library/<int:number>/access")
@ruled("library.close")
def index(number: int) -> Response:
    """Show for whom a document is open beyond its readers, who asks, and its guest links."""
    return access_page(looked_after(number))


@bp.post("/library/<int:number>/access")
@ruled("library.open")
def give(number: int) -> Response:
    """Open a document for a member who is named."""
    document, form = found(number, "library.open"), access_forms.Give()
    other = person_called(form.person.data) if form.validate() else None
    if not form.errors and other is None:
        form.person.errors = [_("There is nobody else here called %(name)s.", name=form.person.data)]
    if other is None or not _fits(document, other, form.person):
        return access_page(document, give=form)
    return _given(document, other, form)


def _fits(document: Document, other: int, field: t.Any) -> bool:
    """Say whether it can be opened for one more; else words stand beside the field."""
    if access.is_full(document, other):
        field.errors = [
            _("It is open for %(num)s people by name, which is the most.", num=access.MOST_PEOPLE)
        ]
    return not field.errors


def _given(document: Document, other: int, form: t.Any) -> Response:
    until = access.end_of(form.until.data, me().timezone) if form.until.data else None
    to = f"/library/{document.id}/access"
    return done(
        "library.open", document, lambda who, it: access.give(who, it, other, until),
        _("It is open for them. They were told."), to,
    )  # fmt: skip


@bp.post("/library/<int:number>/access/<int:request_id>/<any(give, no):deed>")
@ruled("library.open")
def answer(number: int, request_id: int, deed: str) -> Response:
    """Answer somebody who asks to read a document."""
    document = found(number, "library.open")
    asked = next((one for one, _who in access.waiting(document) if one.id == request_id), None)
    before = once.earlier(me().id, "library.open")
    to = f"/library/{document.id}/access"
    if asked is None:  # it was answered meanwhile
        return pages.see_other(before or to)
    if deed == "no":
        return done(
            "library.open", document, lambda who, it: access.refuse(who, it, request_id), _("Saved."), to
        )
    form = access_forms.Until()
    if not form.validate() or not _fits(document, asked.person_id, form.until):
        again = access_forms.Give(formdata=None)
        again.until.errors = form.until.errors
        return access_page(document, give=again)
    return _given(document, asked.person_id, form)


@bp.post("/library/<int:number>/access/people/<int:other>/end")
@ruled("library.close")
def end(number: int, other: int) -> Response:
    """Let somebody no longer read it."""
    document = looked_after(number)
    if get_or_none(Person, other) is None:
        return pages.see_other(f"/library/{document.id}/access")
    return done(
        "library.close", document, lambda who, it: access.take_back(who, it, other), _("Saved."),
        f"/library/{document.id}/access",
    )  # fmt: skip


# --- guest links --------------------------------------------------------------------------------------------


@bp.post("/library/<int:number>/guests")
@ruled("library.open")
def link(number: int) -> Response:
    """Make a guest link and show it, this once."""
    document, form = found(number, "library.open"), access_forms.Guest()
    if form.validate() and not words.may_leave(document.licence):
        form.note.errors = [
            _("Its licence says: internal, do not share. It can be opened for members by name.")
        ]
    if form.errors:
        return access_page(document, guest=form)
    kept = passwords.made(form.password.data) if form.password.data else ""
    who, token = person(), guests.secret_for(me().id or 0, document)
    until = access.end_of(form.until.data, who.timezone)
    said: dict[str, t.Any] = {
        "until": until,
        "password": kept,
        "most": int(form.most.data),
        "note": form.note.data or "",
    }

    def make() -> str:
        guests.make(who, document, token, **said)
        return document.url

    try:
        once.once(who.id, "library.guest", make)
    except acts.Shut:  # it was withdrawn meanwhile
        db.session.rollback()
        return pages.see_other(f"/library/{number}")
    answer = pages.page(
        "library/guest_made.html", place="library", noindex=True, it=document, locked=bool(kept), until=until,
        address=f"{setting('BASE_URL')}/library/guest/{token}",
    )  # fmt: skip
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.post("/library/<int:number>/guests/<int:link_id>/end")
@ruled("library.close")
def end_link(number: int, link_id: int) -> Response:
    """End a guest link."""
    document = looked_after(number)
    return done(
        "library.close", document, lambda who, it: guests.end(who, it, link_id),
        _("The link is ended."), f"/library/{document.id}/access",
    )  # fmt: skip
