"""One search over everything: the index and its page."""

from flask import Flask

from app.core import finding, highlight
from app.search import (
    alerts,
    asking,
    entries,
    index,
    panels,
    routes,
    saved_pages,
    similar,
    snippets,
    suggest,
    synonym_pages,
)


def register(app: Flask) -> None:
    """Hang this room into the app. The index registers its reader when it is imported."""
    assert all(
        (index.index_fact, alerts.look, panels.kept)
    )  # they register themselves when they are imported
    finding.find_alike(similar.alike)
    finding.on_forget(entries.forget)
    highlight.cut_with(lambda query: snippets.Marks(asking.terms(query)).pieces)
    for part in (routes, suggest, saved_pages, synonym_pages):
        app.register_blueprint(part.bp)
