"""The ways in which a document, or a trace of one, reaches somebody; and the routes of the library that show none."""

import sqlalchemy as sa

from app.extensions import db
from app.library.models import Page
from tests.rules.world import client_of

DOCUMENTS = ("document",)


def read(_w, _who, name):
    """What is not published yet, or withdrawn, stands in no list."""
    return name not in ("draft", "in_review", "withdrawn")


def given_out(_w, who, name):
    """The file of a withdrawn document is for those who look after it."""
    return name != "withdrawn" or who in ("chair", "steward")


def opened(tail=""):
    """Each document at an address of its own: those that answer."""

    def ask(w, who):
        client, found = client_of(w, who), set()
        for name, ref in w.things.items():
            if ref.startswith("document:"):
                answer = client.get(f"/library/{ref.partition(':')[2]}{tail}", follow_redirects=True)
                found |= {name} if answer.status_code in (200, 410) else set()
                answer.close()
        return found

    return ask


def two_versions(_w, _who, name):
    """Only one of the documents can be compared with an older version; a withdrawn one leads to its last page."""
    return name in ("paper", "withdrawn")


def hits(w, who):
    """Each page that the search may lead to: those whose place is told."""
    client, found = client_of(w, who), set()
    with w.cast.app.app_context():
        rows = db.session.execute(sa.select(Page.id, Page.root)).all()
    by_ref = {ref: name for name, ref in w.things.items()}
    for number, root in rows:
        answer = client.get(f"/library/pages/{number}")
        here = answer.status_code == 302 and "/read" in answer.headers["Location"]
        found |= {by_ref[root]} if here and root in by_ref else set()
    return found


def table(channel, listing):
    """Return the channels; the shape of one and the way to read a list are the registry's own."""
    return {
        "page of a document": channel(DOCUMENTS, ("library.show",), opened()),
        "version of a document": channel(DOCUMENTS, ("library.version",), opened("/v/1")),
        "card of a document": channel(DOCUMENTS, ("library.card",), opened("/card?fragment=1")),
        "text of a document": channel(DOCUMENTS, ("library_reading.read",), opened("/read")),
        "preview of a document": channel(
            DOCUMENTS, ("library_reading.part",), opened("/preview?fragment=1"), also=given_out
        ),
        "page of a hit": channel(DOCUMENTS, ("library_reading.page",), hits, also=given_out),
        "difference of two versions": channel(
            DOCUMENTS, ("library_reading.difference",), opened("/difference"), also=two_versions
        ),
        "list of documents": channel(DOCUMENTS, ("library_lists.index",), listing("/library"), also=read, most=20),
        "documents found by a word": channel(DOCUMENTS, (), listing("/library?q=zebra&sort=title"), also=read, most=20),
        "documents of a group": channel(
            DOCUMENTS, (), listing(lambda w: f"/groups/{w.cast.spaces.network}"),
            also=lambda w, who, name: name in w.in_network, most=5,
        ),
        "documents of an organisation": channel(
            DOCUMENTS, (), listing(lambda w: f"/members/{w.cast.organisations.chair}"),
            also=lambda w, who, name: name in w.by_chair and read(w, who, name), most=5,
        ),
    }  # fmt: skip


QUIET_ROUTES: dict[str, set[str]] = {
    "library_access": {
        "index"
    },  # asked of the document, for who looks after it: tests/stories/test_library_access.py
    "library_guests": {"show", "text", "file"},  # by a secret address, to nobody else: there too
    "library_web": {"new", "enter"},  # a form, and what its sender wrote
    "library_work": {"hearers"},  # numbers, counted by the rule for sight
}
ACTS: dict[str, set[str]] = {
    "board": {"about"},  # asked of the document; the discussions on it by the rule for sight: tests/stories
    "library": {"follow"},
    "library_work": {
        "edit", "publish", "plan", "unplan", "supersede", "withdraw", "reinstate", "discard", "still_valid",
    },
    "library_files": {"add", "restore"},
    "library_reading": {"draw", "captions"},
    "library_review": {"ask", "answer"},
    "library_access": {"ask", "give", "answer", "end", "link", "end_link"},
    "library_guests": {"opened"},
}  # fmt: skip
