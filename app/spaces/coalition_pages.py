"""Pages with which a coalition is founded, and with which what is known of it and its plan are kept."""

import typing as t

import sqlalchemy as sa
from flask import Blueprint, Response, request

from app.core import once, pages
from app.core.languages import _, language
from app.core.policy import person, require, ruled
from app.extensions import db
from app.spaces import coalition_facts as facts
from app.spaces.coalition_forms import FoundForm, leads_form, plan_form
from app.spaces.models import Space
from app.spaces.routes import found

bp = Blueprint("coalitions", __name__)


@bp.get("/groups/new-coalition")
@ruled("space.unite")
def new() -> Response:
    """Show the form for a new coalition."""
    require("space.unite", facts.network())
    return _new(FoundForm(language=language()))


@bp.post("/groups/new-coalition")
@ruled("space.unite")
def create() -> Response:
    """Found a coalition in the network."""
    network, form = t.cast(Space, require("space.unite", facts.network())), FoundForm(request.form)
    form.taken = facts.keys()
    if not form.validate():
        url = once.earlier(
            person().id, "space.unite"
        )  # the form sent again: its abbreviation is taken by itself
        return pages.see_other(url) if url else _new(form, 422)
    words = {name: form[name].data for name in ("key", "name", "summary")}

    def done() -> str:
        space = facts.found_coalition(person(), network, **words, facts=facts.told(form, {}))
        return f"/groups/{space.id}/people"

    try:
        return pages.acted("space.unite", done, _("The coalition is there. Add who looks after it."))
    except sa.exc.IntegrityError:  # somebody took the abbreviation in this moment
        db.session.rollback()
        form.key.errors = [_("Another group has this abbreviation.")]
        return _new(form, 422)


def _new(form: FoundForm, status: int = 200) -> Response:
    return pages.page("spaces/coalition_new.html", status, place="groups", form=form, error=status == 422)


@bp.get("/groups/<int:number>/facts")
@ruled("space.describe")
def about(number: int) -> Response:
    """Show what is known of a coalition as a form."""
    space = found(number, "space.describe")
    return _about(space, _known(space, None))


@bp.post("/groups/<int:number>/facts")
@ruled("space.describe")
def told(number: int) -> Response:
    """Keep what is known of a coalition."""
    space, who = found(number, "space.describe"), person()
    form = _known(space, request.form)
    if not form.validate():
        return _about(space, form, 422)

    def done() -> str:
        facts.describe(who, space, facts.told(form, space.facts))
        return space.url

    return pages.acted("space.describe", done, _("What is known of it is saved."))


def _known(space: Space, sent: t.Any) -> t.Any:
    there = len(facts.rows(space.facts.get("lead_cities")))
    return leads_form(there)(sent, **facts.known(space.facts))


def _about(space: Space, form: t.Any, status: int = 200) -> Response:
    return pages.page(
        "spaces/coalition_facts.html", status, place="groups", space=space, form=form, error=status == 422,
        name=space.text("name", language()),
    )  # fmt: skip


@bp.get("/groups/<int:number>/plan")
@ruled("space.describe")
def plan(number: int) -> Response:
    """Show the plan of a coalition as a form."""
    space = found(number, "space.describe")
    return _plan(space, _planned(space, None))


@bp.post("/groups/<int:number>/plan")
@ruled("space.describe")
def planned(number: int) -> Response:
    """Keep the plan of a coalition."""
    space, who = found(number, "space.describe"), person()
    form = _planned(space, request.form)
    if not form.validate():
        return _plan(space, form, 422)

    def done() -> str:
        facts.describe(who, space, facts.plan_told(form, space.facts), "plan")
        return f"{space.url}#plan"

    return pages.acted("space.describe", done, _("The plan is saved."))


def _planned(space: Space, sent: t.Any) -> t.Any:
    return plan_form(facts.commitments(space.facts))(sent, **facts.planned(space.facts))


def _plan(space: Space, form: t.Any, status: int = 200) -> Response:
    return pages.page(
        "spaces/coalition_plan.html", status, place="groups", space=space, form=form, error=status == 422,
        name=space.text("name", language()),
    )  # fmt: skip
