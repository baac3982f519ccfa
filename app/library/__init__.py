"""The library: documents that are described, kept in versions and editions, read in the browser, found and cited."""

from flask import Flask

from app.core import finding, links, pages, switches
from app.core.languages import lazy
from app.core.policy import allowed
from app.library import (
    access_panels,
    access_routes,
    acts,
    batch_routes,
    briefing,
    cite_routes,
    collection_items,
    collection_routes,
    collections,
    due,
    edition_routes,
    few_panels,
    file_routes,
    followed,
    from_post,
    guest_routes,
    list_routes,
    models,
    own_titles,
    place_routes,
    quota,
    reading_routes,
    record_panels,
    review_routes,
    routes,
    series_routes,
    sight,
    take_routes,
    talks,
    terms_admin,
    upload_limits,
    upload_routes,
    upload_sweeping,
    uploads,
    vocabularies,
    web_links,
    web_routes,
    words,
    work_routes,
)
from app.library.reading import job
from app.members import themes
from app.spaces import changes


def register(app: Flask) -> None:
    """Hang this room into the app."""
    assert models.Document and links.Link and acts.create
    assert upload_sweeping.sweep and quota.room_for and job.read
    assert record_panels.facts and few_panels.of_space and talks.card
    assert collection_items.bp and followed.of_library
    assert briefing.in_briefing and due.of_documents and access_panels.others and web_links.look
    for room in (routes, work_routes, file_routes, review_routes, reading_routes):
        app.register_blueprint(room.bp)
    for room in (
        list_routes,
        collection_routes,
        take_routes,
        cite_routes,
        series_routes,
        place_routes,
        edition_routes,
        terms_admin,
        upload_routes,
        batch_routes,
        web_routes,
        from_post,
        access_routes,
        guest_routes,
    ):
        app.register_blueprint(room.bp)
    with app.app_context():
        upload_limits.types()  # a type that the library does not know stops the start
    uploads.on_arrived(own_titles.ask)
    changes.on_narrowed(sight.settle_space)
    changes.on_narrowed(collections.narrow)
    themes.on_merged(vocabularies.theme_merged)
    switches.offer("library", lazy("Library"), "library", "document", "collection")
    finding.kind("document", "file-text", "doc", lazy("Document"), lazy("Documents"), 20, words.in_results)
    finding.kind("collection", "library", "doc", lazy("Collection"), lazy("Collections"), 40)
    finding.deed(
        "/library/new", "upload", lazy("Share documents"), lambda who: allowed(who, "library.write", True)
    )
    finding.deed(
        "/library/new/link",
        "globe",
        lazy("Enter a document on the web"),
        lambda who: allowed(who, "library.write", True),
    )
    finding.deed(
        "/library/collections/new",
        "library",
        lazy("Make a collection"),
        lambda who: allowed(who, "library.gather", True),
    )
    finding.deed("/library/translations", "globe", lazy("Translations that are wanted"), lambda _who: True)
    pages.add_place(app, "library", "/library", "library", lazy("Library"), lazy("Library"), 30)
