"""The ways in which the search shows a trace of a thing: results, numbers, suggestions, spelling, what is kept and told."""

import datetime as dt
import re

import sqlalchemy as sa

from app.board.models import Thread
from app.core.database import atomic
from app.core.languages import in_language
from app.extensions import db
from app.search import alerts, saved
from app.search.models import SavedSearch, SearchEntry
from tests.rules.world import client_of

THREADS, SPACES = ("thread",), ("space",)
LONG = 5  # a shorter name is not spelled otherwise
LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


def one_by_one(kind, path, mark, least=0):
    """Each thing by its own name, if that is long enough: those whose mark stands in the answer."""

    def ask(w, who):
        client, found = client_of(w, who), set()
        for name, ref in w.things.items():
            if ref.startswith(f"{kind}:") and len(name) >= least:
                answer = client.get(path(name))
                assert answer.status_code == 200, answer.status_code
                found |= set(mark.findall(answer.text))
        return found

    return ask


def counted(w, who):
    """The number beside "Discussions", as that many things: the right ones if it is right, too many if not."""
    text = client_of(w, who).get("/search?q=zebra&kind=thread").text
    found = re.search(r'aria-current="true">[^<]* <span class="n">(\d+)', text)
    names = [name for name, ref in w.things.items() if ref.startswith("thread:")]
    right = [name for name in names if w.truth(name, who)]
    wrong = [name for name in names if name not in right]
    return set((right + wrong)[: (int(found[1]) if found else 0)])


def kept_by(w, who):
    """Keep a search for all discussions; return it as it stands in its table."""
    one = saved.keep(getattr(w.cast, who).me(), "search", "q=zebra&kind=thread", "Animals")
    with atomic():
        db.session.execute(sa.update(SavedSearch).where(SavedSearch.id == one.id).values(looked=LONG_AGO))
    return db.session.execute(sa.select(SavedSearch.__table__).where(SavedSearch.id == one.id)).one()


def kept(w, who):
    """What a kept search shows on its page."""
    with w.app.app_context():
        number = kept_by(w, who).id
    return MARK.findall(plain(client_of(w, who).get(f"/search/saved/{number}").text))


def fed(w, who):
    """What its feed shows to whoever has the address."""
    with w.app.app_context():
        token = kept_by(w, who).token
    return MARK.findall(client_of(w, "visitor").get(f"/search/saved/{token}.atom").text)


def told(w, who):
    """What its person is told of."""
    with w.app.app_context(), in_language("en"):
        one, viewer = kept_by(w, who), getattr(w.cast, who).me().viewer
        last = db.session.scalar(sa.select(sa.func.max(SearchEntry.came)))
        found = alerts.found_anew(one, viewer, last)
    return {name for name, ref in w.things.items() if ref in found}


def of_others(w, who, name):
    """Nobody is told of what they wrote; a discussion in which somebody else wrote too is another matter."""
    with w.app.app_context():
        author = db.session.scalar(
            sa.select(Thread.author_id).where(Thread.id == int(w.things[name].partition(":")[2]))
        )
    return author != getattr(w.cast, who).id or name in w.answered


def plain(text):
    return re.sub("</?mark>", "", text)


MARK = re.compile(r"zebra[ -](\w+)", re.IGNORECASE)
OFFERED = re.compile(r"Zebra (\w+) question</span>")
SPELLED = re.compile(r"<strong>zebra (\w+)</strong>")
VALUE = re.compile(r'data-put="in:(\w+) "')


def table(channel, listing):
    """Return the channels; the shape of one and the way to read a list are the registry's own."""
    return {
        "search for one kind": channel(THREADS, (), listing("/search?q=zebra&kind=thread")),
        "search, the newest first": channel(THREADS, (), listing("/search?q=zebra&kind=thread&sort=newest")),
        "search by operators alone": channel(THREADS, (), listing("/search?q=type:discussion+theme:housing"), most=20),
        "number of results": channel(THREADS, (), counted),
        "suggestions": channel(
            THREADS, ("suggest.suggest",), one_by_one("thread", lambda name: f"/search/suggest?q=zebra+{name}", OFFERED)
        ),
        "a better spelling": channel(
            THREADS, (), one_by_one("thread", lambda name: f"/search?q=zebra+{name[:3]}{name[2:]}", SPELLED, LONG),
            also=lambda w, who, name: len(name) >= LONG,
        ),
        "groups as values of an operator": channel(
            SPACES, (), one_by_one("space", lambda name: f"/search/suggest?q=in:{name}", VALUE)
        ),
        "kept search": channel(THREADS, ("saved.show",), kept, who="members"),
        "feed of a kept search": channel(THREADS, ("saved.feed",), fed, who="members"),
        "what a kept search tells": channel(THREADS, (), told, who="members", also=of_others),
    }  # fmt: skip


QUIET_ROUTES = {"synonyms": {"index", "add", "change", "drop"}}  # words of the secretariat
ACTS = {"saved": {"keep", "change", "read", "feed_anew", "drop"}}  # one's own
