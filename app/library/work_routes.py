"""Working on a document: describing it, new files, publishing now or later, what stands in its place, its end."""

import typing as t

from flask import Blueprint, Response, request
from markupsafe import Markup

from app.core import clock, links, pages, panels
from app.core.database import locate
from app.core.hearing import said
from app.core.languages import _, own_name
from app.core.policy import me, person, require, ruled
from app.core.when import date_time
from app.extensions import db
from app.library import acts, describe_form, facets, forms, resolving, sight, versions, words
from app.library.models import Document
from app.library.planning import NoSuchHour, moment
from app.library.routes import found
from app.members import names
from app.spaces.models import Space

bp = Blueprint("library_work", __name__)
Deed = t.Callable[[t.Any, Document], t.Any]


def done(act: str, document: Document, deed: Deed, message: t.Any = None, to: str = "") -> Response:
    """Do something to a document once and lead back to its page, or to another address."""
    who = person()

    def act_now() -> str:
        deed(who, document)
        return to or document.url

    try:
        return pages.acted(act, act_now, message)
    except acts.Shut:  # it changed while somebody looked
        db.session.rollback()
        return pages.see_other(
            f"/library/{document.id}" if db.session.get(Document, document.id) else "/library"
        )


# --- describe ---------------------------------------------------------------------------------------------


@bp.route("/library/<int:number>/edit", methods=["GET", "POST"])
@ruled("library.edit", "library.publish")
def edit(number: int) -> t.Any:
    """Describe a document; what nobody reads yet can be published with it."""
    document = found(number, "library.edit")
    form = describing(document)
    if request.method == "GET":
        return edit_page(document, form)
    good = form.validate() and _language_free(document, form)
    publishes = bool(request.form.get("publish"))
    if good and publishes and not document.version_id and not form.link.data:
        form.link.errors = [_("Put in a file first, or write the address where it is.")]
        good = False
    if not good:
        return edit_page(document, form, 422)
    if publishes:
        require("library.publish", document)

    def deed(who: t.Any, it: Document) -> None:
        acts.describe(who, it, form.fields())
        if publishes:
            acts.publish(who, it)

    return done("library.edit", document, deed, _("Published.") if publishes else _("Saved."))


def describing(document: Document) -> t.Any:
    """Return the form of a document with what stands so far, or what was sent."""
    ties: dict[str, list[str]] = {}
    for tie in links.from_(document.ref):
        other = locate(tie.target) if tie.kind in words.TIES else None
        if isinstance(other, Document) and other.readable_by(me().viewer):
            ties.setdefault(tie.kind, []).append(f"/library/{other.id}")
    before = describe_form.said(document, facets.of(document.id), ties, me().viewer)
    space = db.session.get_one(Space, document.space_id)
    form = describe_form.describe_form(me().viewer, document, space, before)
    form.before, form.hidden = document.review_by, resolving.hidden(document.credits, me().viewer)
    return form


def _language_free(document: Document, form: t.Any) -> bool:
    """Say whether the original may be said to be in this language: not where there is an edition in it already."""
    other = form.language.data != document.language
    if other and versions.edition(document, form.language.data) is not None:
        form.language.errors = [_("There is a file in this language already: it is a translation.")]
        return False
    return True


def edit_page(document: Document, form: t.Any, status: int = 200) -> Response:
    """Return the page to describe a document on."""
    return pages.page(
        "library/describe.html", status, place="library", it=document, form=form, error=status == 422, words=words,
        hearers=hearers_of(document, form.sight.data), tongues=[(code, own_name(code)) for code in form.codes],
        titles=["further", *(f"{name}_{code}" for code in (*form.codes, "further") for name in describe_form.TEXTS)],
    )  # fmt: skip


def hearers_of(document: Document, word: str) -> Markup:
    """Return the line that says who will see the document, if its sight is this word."""
    offers = db.session.get_one(Space, document.space_id).offers()
    if word not in (*offers, "organisation"):
        return Markup("")
    what = said(
        "library.added", person(), rooms=sight.rooms_said(document, word), organisation_id=document.organisation_id,
        space_id=document.space_id, doctype=document.type, docseries=document.series,
    )  # fmt: skip
    return Markup("").join(panels.drawn("composer", what))


@bp.get("/library/<int:number>/hearers")
@ruled("library.edit")
def hearers(number: int) -> Response:
    """Return that line as a fragment, for what is chosen now."""
    document = found(number, "library.edit")
    return pages.bare_fragment(hearers_of(document, request.args.get("sight", "")))


# --- publish ----------------------------------------------------------------------------------------------


def ready(document: Document) -> bool:
    """Say whether there is something to read."""
    return bool(document.version_id or document.link)


@bp.post("/library/<int:number>/publish")
@ruled("library.publish")
def publish(number: int) -> Response:
    """Let its readers find a document now."""
    document = found(number, "library.publish")
    if not ready(document):
        return edit_page(document, _unready(document), 422)
    return done("library.publish", document, acts.publish, _("Published."))


def _unready(document: Document) -> t.Any:
    form = describing(document)
    form.link.errors = [_("Put in a file first, or write the address where it is.")]
    return form


@bp.route("/library/<int:number>/plan", methods=["GET", "POST"])
@ruled("library.publish")
def plan(number: int) -> t.Any:
    """Publish at a day and hour in a zone."""
    document = found(number, "library.publish")
    form = forms.Plan(data={"zone": document.zone or me().timezone or "UTC"})
    due = None
    if request.method == "POST" and form.validate():
        try:
            due = moment(form.day.data, form.hour.data, form.zone.data)
        except NoSuchHour:
            form.hour.errors = [
                _("Clocks go forward over this hour on that day: there is none. Choose another.")
            ]
        except OverflowError:
            form.day.errors = [_("Choose a day nearer to now.")]
        if due is not None and due <= clock.now():
            form.day.errors = [_("This moment has passed. Choose a later one, or publish now.")]
        if not form.errors and not ready(document):
            form.day.errors = [_("Put in a file first, or write the address where it is.")]
    if due is None or form.errors:
        status = 422 if request.method == "POST" else 200
        return pages.page(
            "library/plan.html", status, place="library", it=document, form=form, error=status == 422, words=words,
            zone=names.zone_words,
        )  # fmt: skip
    when, zone = due, form.zone.data
    return done("library.publish", document, lambda who, it: acts.plan(who, it, when, zone),
                _("It will be published on %(moment)s.", moment=date_time(when)))  # fmt: skip


@bp.post("/library/<int:number>/unplan")
@ruled("library.publish")
def unplan(number: int) -> Response:
    """Give up the plan."""
    document = found(number, "library.publish")
    return done("library.publish", document, acts.unplan, _("The plan is given up. It is not published."))


# --- the end ----------------------------------------------------------------------------------------------


@bp.route("/library/<int:number>/supersede", methods=["GET", "POST"])
@ruled("library.end")
def supersede(number: int) -> t.Any:
    """Say which document stands in the place of this one."""
    document = found(number, "library.end")
    form, other = forms.InPlace(), None
    if request.method == "POST" and form.validate():
        other = resolving.document_at(form.address.data, me().viewer)
        if other is None or other.id == document.id or other.state != "published":
            form.address.errors = [_("There is no other published document at this address.")]
    if other is None or form.errors:
        status = 422 if request.method == "POST" else 200
        return pages.page(
            "library/supersede.html", status, place="library", it=document, form=form, error=status == 422
        )
    newer = other
    return done("library.end", document, lambda who, it: acts.supersede(who, it, newer), _("Saved."))


@bp.route("/library/<int:number>/withdraw", methods=["GET", "POST"])
@ruled("library.end")
def withdraw(number: int) -> t.Any:
    """Ask why, then take a document away; a line stays."""
    document = found(number, "library.end")
    form = forms.Why()
    if request.method == "POST" and form.validate():
        return done(
            "library.end", document, lambda who, it: acts.withdraw(who, it, form.reason.data), _("Withdrawn.")
        )
    text = _(
        "Nobody can download it any longer. A line stays at its address that says when and why it was withdrawn. "
        "Mail already sent stays where it is."
    )
    status = 422 if request.method == "POST" else 200
    return pages.page(
        "ui/confirm.html", status, place="library", title=_("Withdraw this document?"), text=text, form=form,
        url=f"/library/{document.id}/withdraw", deed=_("Withdraw"), keep=_("Keep it"), back=document.url,
        error=status == 422,
    )  # fmt: skip


@bp.post("/library/<int:number>/reinstate")
@ruled("library.reinstate")
def reinstate(number: int) -> Response:
    """Put back what was withdrawn by mistake."""
    document = found(number, "library.reinstate")
    return done("library.reinstate", document, acts.reinstate, _("It can be read again."))


@bp.route("/library/<int:number>/discard", methods=["GET", "POST"])
@ruled("library.publish")
def discard(number: int) -> t.Any:
    """Ask, then throw a draft away."""
    document = found(number, "library.publish")
    if request.method == "POST":
        return done("library.discard", document, acts.discard, _("The draft is gone."), "/library")
    return pages.page(
        "ui/confirm.html", place="library", title=_("Throw this draft away?"), url=f"/library/{document.id}/discard",
        text=_("It is gone with all its files. Nobody has read it yet but who was asked to review it."), deed=_("Throw away"),
        keep=_("Keep it"), back=document.url,
    )  # fmt: skip


@bp.post("/library/<int:number>/still-valid")
@ruled("library.edit")
def still_valid(number: int) -> Response:
    """Say that a document still holds."""
    document = found(number, "library.edit")
    return done("library.edit", document, acts.still_valid, _("Thank you. You are asked again in a year."))
