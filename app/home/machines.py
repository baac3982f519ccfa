"""What machines ask for: robots.txt, the map of the site, the icon."""

import typing as t

import sqlalchemy as sa
from flask import Blueprint, Response, redirect

from app.actions.models import Action
from app.atlas.show import REGIONS
from app.board.models import Thread
from app.calendar.models import Event, Series
from app.core import pages, switches
from app.core.audience import VISITOR, bound, in_sight
from app.core.database import setting
from app.core.mail import is_demo
from app.core.policy import public
from app.core.text import slug
from app.extensions import db
from app.library.models import Collection, Document
from app.library.models.documents import OPEN
from app.members.models import Organisation
from app.spaces.models import Space

bp = Blueprint("machines", __name__)
MOST = 5000
CLOSED = ("/sign-in", "/search", "/settings", "/notifications", "/admin", "/files")
PAGES = (
    "/",
    "/members",
    "/groups",
    "/discussions",
    "/library",
    "/library/collections",
    "/calendar/agenda",
    "/actions",
    "/about",
    "/accessibility",
    "/privacy",
    "/help",
)
_s, _o, _t = Space.__table__, Organisation.__table__, Thread.__table__
_d, _c, _e, _a = Document.__table__, Collection.__table__, Event.__table__, Action.__table__
_SPACES = sa.select(_s.c.id, _s.c.name).where(in_sight(_s.c.audience_id)).order_by(_s.c.id).limit(MOST)
_ORGANISATIONS = (
    sa.select(_o.c.id, _o.c.name, _o.c.place).where(in_sight(_o.c.audience_id)).order_by(_o.c.id).limit(MOST)
)
_THREADS = (
    sa.select(_t.c.id, _t.c.title)
    .where(in_sight(_t.c.audience_id), _t.c.removed.is_(False))
    .order_by(_t.c.id.desc())
    .limit(MOST)
)
_DOCUMENTS = (
    sa.select(_d.c.id, _d.c.title)
    .where(in_sight(_d.c.audience_id), _d.c.state.in_(OPEN))
    .order_by(_d.c.id.desc())
    .limit(MOST)
)
_EVENTS = (
    sa.select(_e.c.id, _e.c.title)
    .where(in_sight(_e.c.audience_id), ~_e.c.removed)
    .where(
        sa.or_(_e.c.series_id.is_(None), _e.c.apart, _e.c.id.in_(sa.select(Series.next_id)))
    )  # of a series one
    .order_by(_e.c.id.desc())
    .limit(MOST)
)
_COLLECTIONS = (
    sa.select(_c.c.id, _c.c.title)
    .where(in_sight(_c.c.audience_id), ~_c.c.removed)
    .order_by(_c.c.id)
    .limit(MOST)
)


_ACTIONS = (
    sa.select(_a.c.id, _a.c.title)
    .where(in_sight(_a.c.audience_id), ~_a.c.removed)
    .order_by(_a.c.id)
    .limit(MOST)
)


@bp.get("/robots.txt")
@public
def robots() -> Response:
    """Say what search engines may read: nothing of a demo network, else what everybody sees."""
    lines = ["User-agent: *"]
    if is_demo():
        lines.append("Disallow: /")
    else:
        lines += [f"Disallow: {path}" for path in CLOSED]
        lines.append(f"Sitemap: {setting('BASE_URL')}/sitemap.xml")
    return _kept(Response("\n".join(lines) + "\n", mimetype="text/plain"))


@bp.get("/sitemap.xml")
@public
def sitemap() -> Response:
    """List the addresses of what everybody may see; of a demo network none."""
    regions = [f"/regions/{tail}" for tail in REGIONS]
    shown = [path for path in PAGES if not switches.is_path_off(path)]
    urls = [] if is_demo() else [*shown, *regions, *_things(switches.off())]
    text = pages.render("home/sitemap.xml", base=setting("BASE_URL"), urls=urls)
    return _kept(Response(text, mimetype="application/xml"))


def _things(off: t.Collection[str]) -> list[str]:
    seen = bound(VISITOR)

    def rows(statement: t.Any, room: str) -> t.Iterable[t.Any]:
        return () if room in off else db.session.execute(statement, seen)

    return [
        *(f"/groups/{row.id}-{slug(row.name)}" for row in db.session.execute(_SPACES, seen)),
        *(
            f"/members/{row.id}-{slug(row.place or row.name)}"
            for row in db.session.execute(_ORGANISATIONS, seen)
        ),
        *(f"/discussions/{row.id}-{slug(row.title)}" for row in db.session.execute(_THREADS, seen)),
        *(f"/library/{row.id}-{slug(row.title)}" for row in rows(_DOCUMENTS, "library")),
        *(f"/events/{row.id}-{slug(row.title)}" for row in rows(_EVENTS, "calendar")),
        *(f"/actions/{row.id}-{slug(row.title)}" for row in rows(_ACTIONS, "actions")),
        *(f"/library/collections/{row.id}-{slug(row.title)}" for row in rows(_COLLECTIONS, "library")),
    ]


@bp.get("/favicon.ico")
@public
def favicon() -> Response:
    """Lead to the mark of the site."""
    return _kept(redirect(pages.asset("mark.svg"), 301))  # type: ignore[arg-type]


def _kept(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "public, max-age=3600"
    return answer
