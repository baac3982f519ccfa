"""From the page of a document or an event: which action it shows the way of, chosen from those that the reader carries."""

import typing as t

import sqlalchemy as sa
from flask import Response, abort, request

from app.actions import lists, naming, words
from app.actions.filters import Asked
from app.actions.models import UNDER_WAY, Action
from app.actions.routes import bp
from app.core import pages
from app.core.panels import panel
from app.core.policy import can, me, require, ruled
from app.extensions import db

MOST = 60
Drawn = tuple[str, dict[str, t.Any]] | None


def _way_in(thing: t.Any, size: str = "") -> Drawn:
    """Return the way to the choice, for who answers for an organisation or looks after a group."""
    return (
        ("actions/_shows.html", {"url": thing.url, "size": size})
        if can("actions.write", True) and _asks()
        else None
    )


@panel("document", order=60, column="deeds")
def of_document(document: t.Any) -> Drawn:
    """On the page of a document."""
    return _way_in(document)


@panel("event", order=60, column="side")
def of_event(event: t.Any) -> Drawn:
    """On the page of an event."""
    return _way_in(event, "btn--small")


def _asks() -> list[Asked]:
    """Return what asks for the actions that are not over and that the reader may carry."""
    who, still = me(), (*sorted(UNDER_WAY), "held")
    if who.steward:
        return [Asked(state=still)]
    houses = tuple(sorted(str(seat.id) for seat in who.seats if seat.may_answer))
    groups = tuple(sorted(str(group.id) for group in who.groups if group.role not in ("member", "observer")))
    by_house = [Asked(state=still, organisation=houses)] if houses else []
    return by_house + ([Asked(state=still, space=groups)] if groups else [])


@bp.get("/actions/evidence")
@ruled("actions.write")
def choose() -> Response:
    """Show the actions that something on this site can be tied to, each with a button."""
    require("actions.write", True)
    thing = naming.thing_at(request.args.get("of", "")[:300], me().viewer)
    if thing is None:
        abort(404)
    found = {row.it.id: row for asked in _asks() for row in lists.page(me().viewer, asked, MOST).rows}
    mine = db.session.scalars(sa.select(Action).where(Action.id.in_(found)))
    carried = {one.id for one in mine if can("actions.show", one)}
    rows = [row for number, row in found.items() if number in carried]
    return pages.page(
        "actions/evidence.html", place="actions", thing=thing, rows=rows, words=words, noindex=True
    )
