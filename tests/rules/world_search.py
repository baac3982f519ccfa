"""Kept searches and words that mean the same in the small network, and how their forms are sent."""

from app.search import saved, synonyms

KEPT = ("kept", "kept_drop", "kept_feed")


def build(cast):
    """Neighbour keeps three searches; two groups of words."""
    found, steward = {}, cast.steward.me()
    for name in KEPT:
        one = saved.keep(cast.neighbour.me(), "search", f"q=zebra+{name}", f"Search {name}")
        found[name], found[f"{name}_token"] = one.id, one.token
    for name in ("words", "words_drop"):
        found[name] = synonyms.add(steward, {"en": ["quagga"], "fr": [f"couagga {name}"]}).id
    return found


def forms(w, form):
    """Return how each of these forms is sent."""
    here = "/search/saved"
    return {
        ("saved.keep", ""): form("outsider", here, {"place": "search", "query": "q=zebra"}),
        ("saved.change", ""): form("neighbour", f"{here}/{w.kept}", {"name": "Zebras", "told": "y"}),
        ("saved.read", ""): form("neighbour", f"{here}/{w.kept}/read", {"number": "1"}),
        ("saved.feed_anew", ""): form("neighbour", f"{here}/{w.kept_feed}/feed", {}),
        ("saved.drop", ""): form("neighbour", f"{here}/{w.kept_drop}/drop", {}),
        ("synonyms.add", ""): form("steward", "/admin/synonyms/new", {"words_en": "gnu, wildebeest"}),
        ("synonyms.change", ""): form("steward", f"/admin/synonyms/{w.words}", {"words_en": "quagga", "words_fr": "zèbre"}),
        ("synonyms.drop", ""): form("steward", f"/admin/synonyms/{w.words_drop}/drop", {}),
    }  # fmt: skip


def pages(w):
    """Return an address for each route that shows something."""
    return {
        "saved.show": ("neighbour", f"/search/saved/{w.kept}"),
        "saved.feed": ("visitor", f"/search/saved/{w.kept_token}.atom"),
        "suggest.suggest": ("chair", "/search/suggest?q=zebra"),
        "synonyms.index": ("steward", "/admin/synonyms"),
    }
