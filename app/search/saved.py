"""Searches that people keep: keeping one, calling it otherwise, letting it go, a new address for its feed."""

import secrets
import typing as t
from urllib.parse import parse_qsl, urlencode

import sqlalchemy as sa
from werkzeug.datastructures import MultiDict

from app.core import clock
from app.core.activity import record
from app.core.audience import Viewer, audience_of, person_room
from app.core.database import atomic, run
from app.core.text import clean_line
from app.core.watches import seen
from app.extensions import db
from app.library import choices, filters, vocabularies
from app.library.models.documents import TAGS
from app.search import asking
from app.search.analyser import tag
from app.search.matching import Asked, Filter
from app.search.models import SavedSearch

MOST, MOST_QUERY = 50, 1500  # of one person; letters
_s = SavedSearch.__table__
_OWN = sa.select(_s).where(_s.c.person_id == sa.bindparam("person")).order_by(_s.c.at.desc(), _s.c.id.desc())


class TooMany(Exception):
    """Somebody keeps as many searches as there is room for."""


def own(person_id: int) -> list[t.Any]:
    """Return the searches that somebody keeps, newest first."""
    return list(run(_OWN, {"person": person_id}))


def of_token(token: str) -> SavedSearch | None:
    """Return the search that has a feed at this address."""
    return db.session.scalar(sa.select(SavedSearch).where(SavedSearch.token == token[:64]))


# --- what it asks --------------------------------------------------------------------------------------------------


def _of_search(query: str, viewer: Viewer) -> Asked:
    given = dict(parse_qsl(query))
    asked, kind = asking.read(given.get("q", ""), viewer), given.get("kind", "")
    more = (Filter("type", kind, (tag("type", kind),)),) if kind else ()
    return asked._replace(filters=(*asked.filters, *more))


def _of_library(query: str, viewer: Viewer) -> Asked:
    """Filters of the library are properties of the index: there is no second way to say which documents fit.

    One that names a group which the viewer may not know of finds nothing: nobody learns what stands in it.
    """
    wanted = choices.kept(viewer, query)
    if wanted is None:
        return Asked()
    found = [Filter("kind", "document", (tag("type", "document"),))]
    for facet in filters.FACETS:
        values = getattr(wanted, facet)
        if values:
            name = TAGS.get(facet, facet)
            found.append(Filter(name, facet, tuple(tag(name, value) for value in values)))
    if wanted.shelf:
        types = tuple(tag("sort", key) for key in vocabularies.shelves()[wanted.shelf])
        found.append(Filter("shelf", wanted.shelf, types))
    return Asked(wanted.q, tuple(asking.terms(wanted.q)), (), tuple(found))


PLACES: dict[str, tuple[str, t.Callable[[str, Viewer], Asked]]] = {
    "search": ("/search", _of_search),
    "library": ("/library", _of_library),
}


def asked(one: t.Any, viewer: Viewer) -> Asked:
    """Return a kept search as the index is asked, by this viewer."""
    return PLACES[one.place][1](one.query, viewer)


def address(one: t.Any) -> str:
    """Return the address of the page where it was kept."""
    return f"{PLACES[one.place][0]}?{one.query}"


def cleaned(place: str, query: str) -> str:
    """Return a query as it is kept: without a place in the list. Empty where there is nothing to keep."""
    if place == "library":
        wanted = filters.Asked.from_text(query)
        return "" if wanted.state else wanted.which.text()[:MOST_QUERY]
    given = MultiDict(parse_qsl(query[:MOST_QUERY]))
    kept = {"q": clean_line(given.get("q"))[: asking.MOST_TEXT], "kind": clean_line(given.get("kind"))[:20]}
    return urlencode({name: value for name, value in kept.items() if value}) if kept["q"] else ""


def said(query: str) -> str:
    """Return the words that a query looks for, empty where it only filters."""
    return dict(parse_qsl(query)).get("q", "")


# --- acts ----------------------------------------------------------------------------------------------------------


def keep(person: t.Any, place: str, query: str, name: str, told: bool = True) -> SavedSearch:
    """Keep a search; the same one again is the one that is kept already. Raises TooMany."""
    with atomic() as session:
        mine = sa.select(SavedSearch).where(SavedSearch.person_id == person.id)
        known = session.scalar(mine.where(SavedSearch.place == place, SavedSearch.query == query))
        if known is not None:
            return known
        if len(own(person.id)) >= MOST:
            raise TooMany
        now = clock.now()
        one = SavedSearch(
            person_id=person.id, audience_id=audience_of(person_room(person.id)), name=name, place=place, query=query,
            told=told, looked=now, token=secrets.token_urlsafe(24), at=now,
        )  # fmt: skip
        session.add(one)
        session.flush()
        record("search.kept", actor=person, subject=one)
    return one


def change(person: t.Any, one: SavedSearch, name: str, told: bool) -> None:
    """Call a kept search otherwise, and choose whether one hears of what is new."""
    with atomic() as session:
        session.refresh(one)
        if told and not one.told:
            one.looked = clock.now()  # what came meanwhile is no news
        one.name, one.told = name, told
        record("search.changed", actor=person, subject=one)


def read(person: t.Any, one: SavedSearch) -> None:
    """What it finds was on its person's screen: the notice is read."""
    with atomic():
        seen(person.id, one.ref)


def drop(person: t.Any, one: SavedSearch) -> None:
    """Let a kept search go; its feed is gone with it."""
    with atomic() as session:
        record("search.dropped", actor=person, subject=one.ref, audience_id=one.audience_id)
        session.execute(sa.delete(SavedSearch).where(SavedSearch.id == one.id))


def readdress(person: t.Any, one: SavedSearch) -> None:
    """Give its feed another address; the old one answers nobody."""
    with atomic() as session:
        session.refresh(one)
        one.token = secrets.token_urlsafe(24)
        record("search.changed", actor=person, subject=one)
