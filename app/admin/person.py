"""One account, for the secretariat: what it is, and what can be done about it. Other rooms lend their part of it."""

import typing as t

from flask import Blueprint, Response

from app.admin.people import STATES, places
from app.core import audit, jobs, limits, once, pages, panels
from app.core.database import atomic, get_or_none, later
from app.core.languages import _
from app.core.policy import can, person, require, ruled
from app.members import logins, offices, seat_forms
from app.members.models import Person
from app.members.office_forms import WORDS
from app.members.queries import url_of

bp = Blueprint("person_admin", __name__)
LINKS_PER_HOUR = 60


def found(number: int, act: str = "admin.read") -> Person:
    """Return somebody with an account, if who acts may do this; who was erased is nobody."""
    one = t.cast("Person | None", get_or_none(Person, number))
    return t.cast(Person, require(act, None if one is None or one.state == "erased" else one))


def here(one: Person) -> str:
    """Return the address of an account's page."""
    return f"/admin/people/{one.id}"


@panels.panel("person", order=94, column="side")
def account_link(one: Person) -> tuple[str, dict[str, t.Any]] | None:
    """Below somebody's page, for the secretariat: the way to the account."""
    return ("admin/_account_link.html", {"url": here(one)}) if can("admin.offices", one) else None


@bp.get("/admin/people/<int:number>")
@ruled("admin.read")
def show(number: int) -> Response:
    """Show an account, and what can be done about it."""
    one = found(number)
    return pages.page(
        "admin/person.html", place="admin", noindex=True, one=one, state=STATES[one.state], url_of=url_of,
        places=places([one.id]).get(one.id, ()), offices=[WORDS[key] for key in offices.of(one)], here=here(one),
        role_word=seat_forms.role_word, seen=logins.last_seen(one.id), parts=panels.drawn("account", one),
    )  # fmt: skip


@bp.post("/admin/people/<int:number>/link")
@ruled("admin.link")
def link(number: int) -> Response:
    """Let a link to sign in with be sent to somebody."""
    one, who = found(number, "admin.link"), person()
    again = once.earlier(who.id, "admin.link")
    if again:
        return pages.see_other(again)
    limits.hourly("admin_links", who.id, LINKS_PER_HOUR)

    def done() -> str:
        key, address = once.form_key(), one.email
        with atomic():
            audit.note(who, "members.link_ordered", one.ref)
            later(lambda: jobs.enqueue("letter", "link", address, "/", key))
        return here(one)

    return pages.acted(
        "admin.link", done, _("A link to sign in is on its way to %(address)s.", address=one.email)
    )
