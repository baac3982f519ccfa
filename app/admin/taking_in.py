"""Taking in one member by hand: for what comes neither by a request nor in a list."""

from flask import Blueprint, Response

from app.arrivals import asked, codes
from app.arrivals.join_forms import NewMember
from app.core import once, pages
from app.core.languages import _
from app.core.policy import me, person, require, ruled
from app.members import acts, queries

bp = Blueprint("taking_in", __name__)
HERE = "/admin/members/new"


def _form(**given: object) -> NewMember:
    form = NewMember(**given)
    known = sorted((row.name, key) for key, row in queries.coalitions(me().viewer).items())
    form.coalition.choices = [("", "–"), *((key, name) for name, key in known)]
    return form


@bp.get(HERE)
@ruled("admin.members")
def new() -> Response:
    """Show the form of a new member."""
    require("admin.members", True)
    return _page(_form(formdata=None))


def _page(form: NewMember, status: int = 200, like: object = ()) -> Response:
    return pages.page(
        "admin/new_member.html", status, place="admin", form=form, error=status != 200, like=like, url_of=queries.url_of
    )  # fmt: skip


@bp.post(HERE)
@ruled("admin.members")
def add() -> Response:
    """Take the member in, and go on to who acts for it. A name that is much like another's is asked about first."""
    require("admin.members", True)
    again = once.earlier(person().id, "admin.add_member")
    if again:
        return pages.see_other(again)
    form = _form()
    if not form.code.data and form.member.data:
        form.code.data = codes.free(form.member.data, codes.taken())
    good = form.validate()
    like = asked.like(me().viewer, form.member.data or "") if not form.sure.data else []
    if like:
        form.member.errors = [*form.member.errors, _("Say whether it is one of these members.")]
    if like or not good:
        return _page(form, 422, like)

    def done() -> str:
        return f"/members/{acts.add_organisation(person(), **form.entry()).id}/invitations"

    return pages.acted("admin.add_member", done, _("The member is taken in. Now invite who acts for it."))
