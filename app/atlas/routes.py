"""The members: list, map, points of the map, table; and the cards that the map shows."""

import hashlib
import json
import typing as t

from flask import Blueprint, Response, abort, request

from app.atlas import acts, drawing, entries, facets, layers, queries, show, tables
from app.atlas import asked as addresses
from app.atlas.asked import Asked
from app.core import limits, pages, panels, policy
from app.core.audience import Viewer
from app.core.once import once
from app.core.policy import me, person, require, ruled
from app.members import names
from app.members.queries import url_of
from app.spaces.queries import coalitions

bp = Blueprint("atlas", __name__)
TABLES_A_MINUTE = 20
MOST_CARDS = 60
MOST_DIGITS = 9


@bp.get("/members")
@policy.public
def index() -> Response:
    """Show those who were asked for: as a list, on the map, or as a table. People are never put on the map."""
    asked, view = entries.index().current(addresses.read(request.args)), request.args.get("view", "")
    views = {"map": _map, "csv": _table, "points": _points}
    return _list(asked) if asked.who else views.get(view, _list)(asked)


def _list(asked: Asked) -> Response:
    shown = show.found(asked)
    row = "atlas/_person.html" if asked.who else "atlas/_row.html"
    return pages.page(
        "atlas/list.html", place="members", **show.common(shown, ""), people=show.any_people(shown.viewer),
        filters=facets.drawn(asked, shown.listed.found, shown.groups),
        rows=drawing.rows(shown.listed.rows, shown.groups, row),
    )  # fmt: skip


def _map(asked: Asked) -> Response:
    shown = show.found(asked)
    laid = layers.layers(shown.viewer, asked)
    return pages.page(
        "atlas/map.html", place="members", **show.common(shown, "map"), drawing=show.drawing(shown, laid),
        filters=facets.drawn(asked, shown.listed.found, shown.groups, "map"), layers=laid, layer_title=layers.title,
        cards=drawing.rows(shown.listed.rows, shown.groups, "atlas/_card.html"),
    )  # fmt: skip


def _table(asked: Asked) -> Response:
    who = me()
    if not limits.hit("tables", str(who.id or limits.neighbourhood()), TABLES_A_MINUTE, 1):
        abort(429)
    found = entries.index().find(who.viewer, asked)
    return tables.organisations(who.viewer, found, coalitions(who.viewer))


def _points(asked: Asked) -> Response:
    """Return the pins for the script of the map; asked again, only whether they changed."""
    viewer = me().viewer
    pins = queries.pins(viewer, entries.index().find(viewer, asked))
    pins += layers.pins(layers.layers(viewer, asked)) if asked.layer else []
    rows = [
        [pin.id, pin.x, pin.y, layers.KINDS.index(pin.kind), names.pin(pin.name, pin.country)] for pin in pins
    ]
    body = json.dumps({"pins": rows}, ensure_ascii=False, separators=(",", ":"))
    tag = hashlib.blake2b(body.encode(), digest_size=12).hexdigest()
    same = request.if_none_match.contains_weak(tag)
    answer = Response(status=304) if same else Response(body, mimetype="application/json")
    answer.set_etag(tag, weak=True)
    answer.vary.update(("Cookie", "Accept-Language"))
    return answer


@bp.get("/members/cards")
@policy.public
def cards() -> Response:
    """Return the cards of some organisations, for the map: of one more is told than of many."""
    viewer = me().viewer
    rows = queries.some(viewer, _numbers("id"))
    laid = layers.cards(viewer, {"event": _numbers("event"), "practice": _numbers("practice")})
    if not rows and not laid:
        abort(404)
    more = _more(viewer, rows[0]) if len(rows) == 1 and not laid else {}
    return pages.fragment(
        "atlas/_cards.html",
        rows=rows,
        laid=laid,
        groups=coalitions(viewer),
        names=names,
        url_of=url_of,
        **more,
    )


def _numbers(name: str) -> list[int]:
    given = request.args.getlist(name)[:MOST_CARDS]
    return [int(text) for text in given if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS]


def _more(viewer: Viewer, row: t.Any) -> dict[str, t.Any]:
    """Return what the card of one member says beside its name: what other rooms lend, the latest, the contact."""
    return {
        "latest": queries.latest(viewer, row.id), "to": queries.reached(viewer, row.id),
        "top": panels.drawn("member_card", row, "top"), "main": panels.drawn("member_card", row),
    }  # fmt: skip


@bp.post("/members/people.csv")
@ruled("members.export")
def people() -> Response:
    """Hand the secretariat the people who were asked for as a table, and keep that in the record."""
    require("members.export", True)
    who, asked = person(), addresses.read(request.form)._replace(who="people")
    rows = queries.everybody(who.viewer, entries.index().find(who.viewer, asked))
    filters = {name: getattr(asked, name) for name in addresses.FACETS if getattr(asked, name)}

    def act() -> str:
        acts.export_people(who, len(rows), filters)
        return addresses.address(asked)

    once(who.id, "members.export", act)
    return tables.people(who.viewer, rows, coalitions(who.viewer))
