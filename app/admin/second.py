"""Who has to sign in with a second step; and taking one away from somebody who lost it."""

import typing as t

import sqlalchemy as sa
from flask import Blueprint, Response, request

from app.core import pages
from app.core.database import get_or_none
from app.core.languages import _
from app.core.policy import person, require, ruled
from app.core.text import clean_line
from app.extensions import db
from app.members import factors, proof, securing
from app.members.models import Person
from app.spaces.models import Membership

bp = Blueprint("second_steps", __name__)
MOST = 100
PAGE = "/admin/sign-in"
_p = Person.__table__
_COUNTS = sa.select(
    sa.func.count(), sa.func.coalesce(sa.func.sum(sa.case((_p.c.second, 1), else_=0)), 0)
).where(_p.c.state == "active")


def without(roles: t.Collection[str]) -> list[t.Any]:
    """Return active people of these roles who have no second step yet, by name."""
    asked: list[t.Any] = []
    asked += [sa.true()] if "everybody" in roles else []
    asked += [_p.c.steward] if "stewards" in roles else []
    asked += [_p.c.moderator] if "moderators" in roles else []
    in_groups = [role for role in ("facilitator", "moderator") if f"{role}s" in roles]
    if in_groups:
        there = (Membership.role.in_(in_groups), Membership.state == "in")
        asked.append(_p.c.id.in_(sa.select(Membership.person_id).where(*there)))
    if not asked:
        return []
    mine = (_p.c.state == "active", ~_p.c.second, sa.or_(*asked))
    columns = (_p.c.id, _p.c.name, _p.c.handle)
    return list(db.session.execute(sa.select(*columns).where(*mine).order_by(_p.c.name, _p.c.id).limit(MOST)))


@bp.get(PAGE)
@ruled("admin.sign_in")
def index() -> Response:
    """Show of whom a second step is asked, and who has none yet."""
    require("admin.sign_in", True)
    return _page(clean_line(request.args.get("person"))[:60].removeprefix("@").lower())


def _page(handle: str) -> Response:
    asked = factors.asked_of()
    people, having = db.session.execute(_COUNTS).one()
    found = db.session.scalar(sa.select(Person).where(Person.handle == handle)) if handle else None
    return pages.page(
        "admin/second.html", place="admin", roles=factors.ROLES, asked=asked, people=people, having=having,
        without=without(asked), handle=handle, found=found,
    )  # fmt: skip


@bp.post(PAGE)
@ruled("admin.sign_in")
def ask() -> Response:
    """Ask a second step of these roles."""
    require("admin.sign_in", True)
    chosen = request.form.getlist("role")

    def done() -> str:
        securing.ask_of(person(), chosen)
        return PAGE

    return proof.first(person()) or pages.acted("admin.sign_in", done, _("Saved."))


@bp.route("/admin/people/<int:number>/second-step", methods=["GET", "POST"])
@ruled("admin.reset_second")
def reset(number: int) -> Response:
    """Ask, then take a person's second steps away."""
    one = require("admin.reset_second", get_or_none(Person, number))
    asked = proof.first(person())
    if asked or request.method == "GET":
        return asked or _confirm(one)

    def done() -> str:
        if one.second:
            securing.reset(person(), one)
        return PAGE

    return pages.acted(
        "admin.reset_second", done, _("The second step is removed. The person was told by mail.")
    )


def _confirm(one: Person) -> Response:
    return pages.page(
        "ui/confirm.html", place="admin", title=_("Remove the second step of %(name)s?", name=one.name),
        text=_(
            "Make sure that it is this person who asks, for instance by a call. All their devices are signed out. "
            "They are told by mail, and it stands in the record of changes."
        ),
        url=f"/admin/people/{one.id}/second-step", deed=_("Remove the second step"), keep=_("Keep it"), back=PAGE,
    )  # fmt: skip
