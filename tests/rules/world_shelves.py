"""Collections, series, further groups and editions of the small network, and how their forms are sent."""

import io

import sqlalchemy as sa

from app.extensions import db
from app.library import acts, collections, editions, placing, vocabularies
from app.library.models import Document, Term
from app.spaces.models import Space

SETS = {
    "open_set": ("africa", "public"),
    "inner_set": ("network", "members"),
    "hidden_set": ("circle", "space"),
}
IN_SERIES = ("paper", "inner_paper", "hidden_paper")
SAID = {
    "title": "Ibex other",
    "about": "x",
    "language": "en",
    "audience": "members",
    "parent": "0",
    "smart": "",
}


def build(cast, numbers):
    """Fill collections with the documents of the chair; return the numbers of what was made."""
    chair, found = cast.chair.me(), {}
    vocabularies.add(cast.steward.me(), "series", {"en": "Zoo"})
    own = [numbers[f"doc_{name}"] for name in IN_SERIES]
    for number in own:
        acts.describe(chair, db.session.get(Document, number), {"series": "zoo", "series_number": "1"})
    for name, (space, audience) in SETS.items():
        place = db.session.get(Space, getattr(cast.spaces, space))
        words = {"title": f"Ibex {name}", "about": "x", "language": "en"}
        made = collections.make(chair, place, words, audience)
        collections.put(chair, made, own)
        found[name] = made.id
    paper = db.session.get(Document, numbers["doc_paper"])
    placing.ask(chair, paper, db.session.get(Space, cast.spaces.europe))
    for number in own:
        editions.want(chair, db.session.get(Document, number), "es")
    editions.offer(cast.neighbour.me(), paper, "fr")
    editions.offer(cast.neighbour.me(), paper, "ar")
    terms = sa.select(Term.key, Term.id).where(Term.vocabulary == "target")
    found["terms"] = {row.key: row.id for row in db.session.execute(terms)}
    return found


def a_file():
    """A text file as a browser sends it."""
    return (io.BytesIO(b"Un autre fichier."), "autre.txt")


def forms(w, form):
    """Return how each of these forms is sent."""
    space, paper = w.cast.spaces, w.numbers["doc_paper"]
    base, words = f"/library/collections/{w.numbers['inner_set']}", "/admin/words/library"
    terms, spare = w.numbers["terms"], f"/library/collections/{w.numbers['hidden_set']}"
    rows = {
        "collections.make": form("chair", "/library/collections/new", {**SAID, "space": space.network}),
        "collections.edited": form("chair", f"{base}/edit", {**SAID, "space": space.network}),
        "collections.put": form(
            "chair", "/library/collections/put", {"id": w.numbers["doc_to_withdraw"], "collection": w.numbers["inner_set"]}
        ),
        "collections.order": form("chair", f"{base}/order", {"id": w.numbers["doc_inner_paper"], "deed": "first"}),
        "collections.remove": form("chair", f"{spare}/remove", {}),
        "library_places.ask": form("chair", f"/library/{paper}/places", {"space": space.circle}),
        "library_places.answer": form("outsider", f"/library/{paper}/places/{space.europe}/accept", {}),
        "library_editions.begin": form("outsider", f"/library/{paper}/editions", {"language": "ru", "deed": "want"}),
        "library_editions.change": form("neighbour", f"/library/{paper}/editions/ar/give_up", {}),
        "library_editions.add": form(
            "neighbour", f"/library/{paper}/editions/fr/file", {"file": a_file, "note": "", "status": "community"}
        ),
        "library_terms.add": form("steward", f"{words}/target/new", {"label_en": "Mayors"}),
        "library_terms.rename": form("steward", f"{words}/{terms['other']}/rename", {"label_en": "Others"}),
        "library_terms.move": form("steward", f"{words}/{terms['other']}/move", {"way": "up"}),
        "library_terms.merge": form("steward", f"{words}/{terms['youth-workers']}/merge", {"into": "young-people"}),
    }  # fmt: skip
    found = {(endpoint, ""): one for endpoint, one in rows.items()}
    for deed in ("follow", "unfollow"):
        found["collections.follow", deed] = form("outsider", f"{base}/{deed}", {})
    return found


def pages(w):
    """Return for every route that shows something an address that answers it."""
    paper, base = w.numbers["doc_paper"], f"/library/collections/{w.numbers['open_set']}"
    return {
        "library_lists.index": ("visitor", "/library"), "library_series.show": ("visitor", "/library/series/zoo"),
        "library_take.take": ("visitor", f"/library/take?what=chosen&id={paper}"),
        "library_cite.styles": ("visitor", f"/library/{paper}/cite"),
        "library_cite.export": ("visitor", f"/library/{paper}/cite.bib"),
        "collections.index": ("visitor", "/library/collections"), "collections.show": ("visitor", base),
        "collections.new": ("chair", "/library/collections/new?theme=housing"), "collections.edit": ("chair", f"{base}/edit"),
        "collections.removing": ("chair", f"{base}/remove"), "collections.ordering": ("chair", f"{base}/order"),
        "collections.choose": ("chair", f"/library/collections/put?id={paper}"),
        "library_places.index": ("chair", f"/library/{paper}/places"),
        "library_editions.index": ("visitor", "/library/translations"),
        "library_editions.add": ("neighbour", f"/library/{paper}/editions/fr/file"),
        "library_terms.index": ("steward", "/admin/words/library/type"),
    }  # fmt: skip
