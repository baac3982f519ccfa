"""Invitations of an organisation, for who looks after its seats; and all of them, for the secretariat."""

import typing as t

from flask import Blueprint, Response, abort, current_app, request

from app.arrivals import acts, queries, words
from app.arrivals.forms import Invite, InviteAnywhere
from app.arrivals.many import MOST, none_chosen
from app.arrivals.models import Invitation
from app.core import limits, once, pages
from app.core.database import LARGEST_ID, get_or_none
from app.core.languages import _, language
from app.core.policy import person, require, ruled
from app.members.entries import looked_after
from app.members.models import Organisation

bp = Blueprint("invitations", __name__)
RIGHT = "organisation.seats"


def cursor(value: str | None) -> int | None:
    """Return the number that a list goes on from; anything that is none counts as absent."""
    good = value is not None and value.isascii() and value.isdigit() and len(value) < 20
    return min(int(value), LARGEST_ID) if value and good else None


@bp.get("/members/<int:number>/invitations")
@ruled(RIGHT)
def index(number: int) -> Response:
    """Show an organisation's invitations, and the form for another one."""
    one = looked_after(number, RIGHT)
    return _page(one, Invite(formdata=None, language=language()))


def _page(one: Organisation, form: Invite, status: int = 200) -> Response:
    return pages.page(
        "arrivals/invitations.html", status, place="members", one=one, form=form, noindex=True, error=status != 200,
        rows=queries.of(one.id), words=words, state_of=queries.state_of,
    )  # fmt: skip


def _counted() -> None:
    """Nobody lets more than so many mails go out in an hour."""
    limits.hourly("invitations", person().id, current_app.config["INVITATIONS_PER_HOUR"])


@bp.post("/members/<int:number>/invitations")
@ruled(RIGHT)
def send(number: int) -> Response:
    """Invite somebody to a seat of an organisation."""
    one, form = looked_after(number, RIGHT), Invite()
    here = f"/members/{one.id}/invitations"
    return _sent(form, one.id, here, lambda: _page(one, form, 422))


def _sent(form: Invite, organisation_id: int, here: str, wrong: t.Callable[[], Response]) -> Response:
    """Check, count, invite; the same form sent again answers as before."""
    again = once.earlier(person().id, "invitation.send")
    if again:
        return pages.see_other(again)
    form.organisation_id = organisation_id or None
    if not form.validate():
        return wrong()
    _counted()
    organisation = t.cast(Organisation, require(RIGHT, get_or_none(Organisation, form.organisation_id or 0)))

    def done() -> str:
        acts.invite(person(), organisation, **form.seat())
        return here

    return pages.acted(
        "invitation.send", done, _("The invitation to %(address)s is on its way.", address=form.email.data)
    )


def _found(one: Organisation, which: int) -> Invitation:
    row = t.cast("Invitation | None", get_or_none(Invitation, which))
    if row is None or row.organisation_id != one.id:
        abort(404)
    return row


def _back(one: Organisation) -> str:
    """Return to the list that one came from: the organisation's own, or the secretariat's."""
    return (
        "/admin/invitations"
        if request.form.get("from") == "all" and person().steward
        else f"/members/{one.id}/invitations"
    )


@bp.post("/members/<int:number>/invitations/<int:which>/again")
@ruled(RIGHT)
def again(number: int, which: int) -> Response:
    """Send an invitation once more."""
    one = looked_after(number, RIGHT)
    row = _found(one, which)
    _counted()

    def done() -> str:
        acts.send_again(person(), row)
        return _back(one)

    return pages.acted(
        "invitation.again", done, _("The invitation is sent again. The older mail opens nothing any more.")
    )


@bp.get("/members/<int:number>/invitations/<int:which>/withdraw")
@ruled(RIGHT)
def withdrawing(number: int, which: int) -> Response:
    """Ask before an invitation is taken back."""
    one = looked_after(number, RIGHT)
    row = _found(one, which)
    return pages.page(
        "ui/confirm.html", place="members", noindex=True, title=_("Withdraw the invitation"), url=request.path,
        text=_("The mail to %(address)s opens nothing any more. Who has come in already stays.", address=row.email),
        deed=_("Withdraw invitation"), keep=_("Keep it"), back=f"/members/{one.id}/invitations",
        fields=[("from", "all")] if request.args.get("from") == "all" else (), form=None,
    )  # fmt: skip


@bp.post("/members/<int:number>/invitations/<int:which>/withdraw")
@ruled(RIGHT)
def withdraw(number: int, which: int) -> Response:
    """Take an invitation back."""
    one = looked_after(number, RIGHT)
    row = _found(one, which)

    def done() -> str:
        acts.withdraw(person(), row)
        return _back(one)

    return pages.acted("invitation.withdraw", done, _("The invitation is withdrawn."))


@bp.get("/admin/invitations")
@ruled("admin.read")
def everywhere() -> Response:
    """Show all invitations, by state, newest first."""
    require("admin.read", True)
    return _all_page(InviteAnywhere(formdata=None, language=language()))


def _all_page(form: InviteAnywhere, status: int = 200) -> Response:
    state, before = request.args.get("state", ""), cursor(request.args.get("before"))
    state = state if state in queries.STATES else ""
    found = queries.everywhere(state, before)
    shown = found[: queries.PAGE]
    here = f"/admin/invitations?state={state}" if state else "/admin/invitations"
    older = f"{here}{'&' if state else '?'}before={shown[-1].id}" if len(found) > queries.PAGE else ""
    return pages.page(
        "arrivals/everywhere.html", status, place="admin", rows=shown, state=state, counts=queries.counts(), words=words,
        form=form, older=older, first=here if before else "", error=status != 200, state_of=queries.state_of,
        untouched=none_chosen(), most=MOST,
    )  # fmt: skip


@bp.post("/admin/invitations")
@ruled("admin.read", RIGHT)
def send_anywhere() -> Response:
    """Invite somebody to a seat of any organisation."""
    require("admin.read", True)
    form = InviteAnywhere()
    return _sent(form, 0, "/admin/invitations", lambda: _all_page(form, 422))
