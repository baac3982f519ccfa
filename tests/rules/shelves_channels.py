"""The ways out of the library: ZIPs, citations, series, collections, translations that are wanted, and numbers."""

import io
import re
import zipfile

from tests.rules.world import client_of
from tests.rules.world_shelves import IN_SERIES

IBEX = re.compile(r"ibex[ -](\w+)", re.IGNORECASE)  # collections
MARK = re.compile(r"zebra[ -](\w+)", re.IGNORECASE)


def in_lists(_w, _who, name):
    """What is not published yet, or withdrawn, stands in no list."""
    return name not in ("draft", "in_review", "withdrawn")


def in_series(w, who, name):
    """Three documents are in the series, in the collections, and wanted in a further language."""
    return name in IN_SERIES


def zipped(query):
    """A ZIP of documents: those whose name stands on its page or in its table."""

    def ask(w, who):
        answer = client_of(w, who).get(f"/library/take?{query}")
        body = answer.get_data() if answer.status_code == 200 else b""
        answer.close()
        if not body:
            return set()
        archive = zipfile.ZipFile(io.BytesIO(body))
        names = " ".join(archive.namelist())
        return set(
            MARK.findall(archive.read("index.html").decode() + archive.read("metadata.csv").decode() + names)
        )

    return ask


def in_each(kind, tail="", mark=MARK):
    """What stands on the pages of all collections."""

    def ask(w, who):
        client, found = client_of(w, who), set()
        for ref in w.things.values():
            if ref.startswith(f"{kind}:"):
                answer = client.get(
                    f"/library/collections/{ref.partition(':')[2]}{tail}", follow_redirects=True
                )
                found |= set(mark.findall(answer.text)) if answer.status_code == 200 else set()
                answer.close()
        return found

    return ask


def numbered(w, who):
    """The number above the list, as that many documents: the right ones if it is right, too many if not."""
    text = client_of(w, who).get("/library").text
    number = int(re.search(r'<strong role="status">(\d+) document', text)[1]) - (
        0 if who == "visitor" else UNNAMED
    )
    every = [name for name, ref in w.things.items() if ref.startswith("document:") and in_lists(w, who, name)]
    right = [name for name in every if w.truth(name, who)]
    return set((right + [name for name in every if name not in right])[:number])


UNNAMED = 2  # documents for members that other tests withdraw and supersede


def table(channel, listing):
    """Return the channels; the shape of one and the way to read a list are the registry's own."""
    documents, sets = ("document",), ("collection",)
    return {
        "ZIP of the library": channel(documents, ("library_take.take",), zipped("what=all"), also=in_lists),
        "ZIP of what was chosen": channel(
            documents, (), lambda w, who: zipped("what=chosen&" + "&".join(
                f"id={ref.partition(':')[2]}" for ref in w.things.values() if ref.startswith("document:")
            ))(w, who), also=in_lists,
        ),
        "number of documents": channel(documents, (), numbered, also=in_lists),
        "citation of a document": channel(documents, ("library_cite.styles",), cited("/cite"), also=in_lists),
        "record for other programs": channel(documents, ("library_cite.export",), cited("/cite.ris"), also=in_lists),
        "series": channel(documents, ("library_series.show",), listing("/library/series/zoo"), also=in_series),
        "translations that are wanted": channel(
            documents, ("library_editions.index",), listing("/library/translations"), also=in_series
        ),
        "documents of collections": channel(
            documents, (), in_each("collection"), also=in_series
        ),
        "followed documents": channel(documents, (), listing("/settings/following"), who="members"),
        "followed collections": channel(sets, (), listing("/settings/following", IBEX), who="members"),
        "documents in the sitemap": channel(documents, (), listing("/sitemap.xml"), public_only=True, also=in_lists),
        "list of collections": channel(sets, ("collections.index",), listing("/library/collections", IBEX)),
        "page of a collection": channel(sets, ("collections.show",), in_each("collection", mark=IBEX)),
        "collections in the sitemap": channel(sets, (), listing("/sitemap.xml", IBEX), public_only=True),
    }  # fmt: skip


def cited(tail):
    """The address of each document that is published: those that answer."""

    def ask(w, who):
        client, found = client_of(w, who), set()
        for name, ref in w.things.items():
            if ref.startswith("document:"):
                answer = client.get(f"/library/{ref.partition(':')[2]}{tail}")
                found |= {name} if answer.status_code == 200 else set()
                answer.close()
        return found

    return ask


QUIET_ROUTES = {
    "collections": {
        "new",
        "make",
        "choose",
        "put",
        "follow",
    },  # forms; what they name goes through the rule for sight
    "library_terms": {"index", "add", "rename", "move", "merge"},  # the secretariat's; words, no things
}
ACTS = {
    "collections": {"edit", "edited", "removing", "remove", "ordering", "order"},
    "library_places": {"index", "ask", "answer"},
    "library_editions": {"begin", "change", "add"},
}
