"""Who is of the secretariat and who moderates the network; and giving and taking these offices."""

import sqlalchemy as sa
from flask import Blueprint, Response

from app.admin.people import STATES, places
from app.admin.person import found, here
from app.core import pages
from app.core.languages import _
from app.core.policy import person, require, ruled
from app.extensions import db
from app.members import offices, proof, seats
from app.members.models import Person
from app.members.office_forms import LAST, WORDS, OfficesForm, ticked
from app.members.queries import url_of

bp = Blueprint("officers", __name__)
MOST = 200


@bp.get("/admin/offices")
@ruled("admin.offices")
def index() -> Response:
    """List who has an office, by name."""
    require("admin.offices", True)
    having = (
        sa.select(Person).where(sa.or_(Person.steward, Person.moderator)).order_by(Person.name, Person.id)
    )
    people = db.session.scalars(having.limit(MOST)).all()
    return pages.page(
        "admin/officers.html", place="admin", people=people, states=STATES, words=WORDS, of=offices.of, url_of=url_of,
        places=places([one.id for one in people]),
    )  # fmt: skip


@bp.get("/admin/people/<int:number>/offices")
@ruled("admin.offices")
def edit(number: int) -> Response:
    """Ask which offices somebody has; who has not proved lately who it is does so first."""
    one = found(number, "admin.offices")
    return proof.first(person()) or _page(one, OfficesForm(formdata=None, obj=one))


def _page(one: Person, form: OfficesForm, status: int = 200) -> Response:
    return pages.page(
        "admin/offices.html", status, place="admin", noindex=True, one=one, form=form, back=here(one), error=status != 200,
        mine=one.id == person().id, only=bool(offices.of(one)) and seats.lost_all(one),
    )  # fmt: skip


@bp.post("/admin/people/<int:number>/offices")
@ruled("admin.offices")
def edited(number: int) -> Response:
    """Give and take offices, with the reason that the person reads."""
    one, who = found(number, "admin.offices"), person()
    asked = proof.first(who)
    if asked:
        return asked
    form = OfficesForm()
    form.one = one
    if not form.validate():
        return _page(one, form, 422)
    wanted, why = ticked(form), form.why.data or ""

    def done() -> str:
        offices.settle(who, one, wanted, why)
        return "/" if one.id == who.id and "steward" not in wanted else here(one)

    try:
        return pages.acted(
            "admin.offices", done, _("The offices are changed. The person was told, with your reason.")
        )
    except offices.Last:  # somebody else of the secretariat went at the same moment
        db.session.rollback()
        form.steward.errors = [LAST]
        return _page(one, form, 422)
