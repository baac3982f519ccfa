"""Pages of following: the button of topics, themes, regions and countries, and the list of all one follows."""

import typing as t

from flask import Blueprint, Response, abort, request

from app.core import pages, panels
from app.core.database import LARGEST_ID
from app.core.languages import _, lazy
from app.core.policy import Me, person, require, ruled
from app.core.watches import ALL, CALLS, FOLLOW, LEVELS, MUTE
from app.notifications import following, subjects

bp = Blueprint("following", __name__)
HERE = "/settings/following"
LEVEL_WORDS = {
    ALL: lazy("Everything"),
    FOLLOW: lazy("New discussions"),
    CALLS: lazy("Mentions only"),
    MUTE: lazy("Nothing"),
}


def _me() -> Me:
    return t.cast(Me, require("notices.own", person()))


def number(value: str | None) -> int | None:
    """Return the number that an address holds, None for anything else."""
    good = value is not None and value.isascii() and value.isdigit() and len(value) < 20
    return min(int(value), LARGEST_ID) if value and good else None


@bp.post("/following/<kind>/<name>/follow", defaults={"on": True})
@bp.post("/following/<kind>/<name>/unfollow", defaults={"on": False})
@ruled("notices.own")
def follow(kind: str, name: str, on: bool) -> Response:
    """Follow a topic, a theme, a region or a country, or no longer."""
    who, ref = _me(), subjects.ref_of(kind, name)
    if ref is None:
        abort(404)
    subject = subjects.subjects([ref])[0]

    def done() -> str:
        following.follow(who, ref, on)
        return subject.url

    return pages.acted("notices.follow", done)


@bp.get(HERE)
@ruled("notices.own")
def index() -> Response:
    """Show what one follows, and how much one hears of each group."""
    who, before = _me(), number(request.args.get("after"))
    rows = following.threads(who, before)
    return pages.page(
        "settings/following.html", tab="following", noindex=True, levels=LEVEL_WORDS, kinds=subjects.KINDS,
        first=before is None, threads=rows[: following.PAGE],
        older=rows[following.PAGE - 1].number if len(rows) > following.PAGE else None,
        groups=following.groups(who), members=following.members(who), people=following.people(who),
        others=following.others(who), documents=following.documents(who) if before is None else [],
        more=panels.drawn("following", who) if before is None else [],
    )  # fmt: skip


@bp.post(HERE)
@ruled("notices.own")
def saved() -> Response:
    """Choose the levels of one's groups, each for itself or one for all."""
    who, form = _me(), request.form
    places = following.groups(who)
    every = form.get("every", "") if "to_all" in form else ""
    chosen = {one.id: every or form.get(f"level-{one.id}", one.level) for one in places}
    if any(level not in LEVELS for level in chosen.values()):
        abort(422)

    def done() -> str:
        following.set_levels(who, chosen)
        return HERE

    return pages.acted("notices.levels", done, _("Saved."))


@bp.post(f"{HERE}/drop")
@ruled("notices.own")
def drop() -> Response:
    """Follow one of the listed things no longer, and stay on the list."""
    who, ref = _me(), request.form.get("ref", "")[:60]

    def done() -> str:
        following.follow(who, ref, False)
        return HERE

    return pages.acted("notices.drop", done)
