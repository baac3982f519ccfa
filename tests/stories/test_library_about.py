"""A discussion about a document: begun from its page, shown on both, and counted."""

import re

from tests import papers
from tests.discussions import address, thread
from tests.seat import key_of, tell


def discussed(cast, who, number, *, audience="members", space="network", **more):
    """Begin a discussion about a document by the form; return the answer."""
    form = who.gets(f"/discussions/new?about=document:{number}").text
    values = {
        "title": "Is part 3 clear?", "topic": "housing", "body": "I did not understand it.", "language": "en",
        "space": getattr(cast.spaces, space), "audience": audience, "organisation": 0, "about": f"document:{number}",
        "idempotency_key": key_of(form), "anyway": "1",
    }  # fmt: skip
    return who.posts("/discussions/new", {**values, **more})


def test_it_shows_on_both_pages_and_is_counted(cast):
    number = papers.published(cast, cast.chair)
    form = cast.neighbour.gets(f"/discussions/new?about=document:{number}").text
    assert "Housing for all" in form
    assert discussed(cast, cast.neighbour, number).status_code == 303
    page = cast.outsider.gets(address(cast, 1)).text
    assert f'data-ref="document:{number}" data-url="/library/{number}/card?fragment=1"' in page
    paper = cast.outsider.gets(f"/library/{number}", follow_redirects=True).text
    assert "Is part 3 clear?" in paper
    assert papers.document(cast, number).talks == 1


def test_what_is_not_seen_cannot_be_talked_about(cast):
    number = papers.entered(cast, cast.chair)
    assert cast.outsider.gets(f"/discussions/new?about=document:{number}").status_code == 404
    values = {"title": "x", "about": f"document:{number}"}
    assert cast.outsider.posts("/discussions/new", values).status_code == 404
    assert cast.outsider.gets(f"/discussions/about?ref=document:{number}&fragment=1").status_code == 404


def test_a_reader_of_the_discussion_alone_sees_no_card(cast):
    number = papers.published(cast, cast.chair, space="circle", sight="space")
    assert discussed(cast, cast.chair, number, audience="public", space="network").status_code == 303
    page = cast.outsider.gets(address(cast, 1)).text
    assert "Housing for all" not in page
    assert "Housing for all" in cast.neighbour.gets(address(cast, 1)).text


def test_a_reader_of_the_document_alone_sees_no_discussion(cast):
    number = papers.published(cast, cast.chair, sight="public")
    discussed(cast, cast.chair, number, audience="space", space="circle")
    paper = cast.outsider.gets(f"/library/{number}", follow_redirects=True).text
    assert "Is part 3 clear?" not in paper
    assert papers.document(cast, number).talks == 0  # the number is for all its readers
    assert "Is part 3 clear?" in cast.neighbour.gets(f"/library/{number}", follow_redirects=True).text


def test_both_pages_are_live(cast):
    number = papers.published(cast, cast.chair)
    socket = cast.outsider.opens_socket()
    cast.outsider.hears()
    discussed(cast, cast.neighbour, number)
    heard = [(fact["verb"], fact["ref"]) for fact in cast.outsider.hears()]
    assert ("library.changed", f"document:{number}") in heard
    part = cast.outsider.gets(f"/discussions/about?ref=document:{number}&fragment=1").text
    assert part.startswith('<section id="talks"') and "Is part 3 clear?" in part
    card = cast.outsider.gets(f"/library/{number}/card?fragment=1").text
    assert re.search(r'^<div data-ref="document:\d+" data-url=', card.strip())
    socket.disconnect()


def test_a_removed_discussion_counts_no_longer(cast):
    number = papers.published(cast, cast.chair)
    discussed(cast, cast.neighbour, number)
    cast.neighbour.posts("/discussions/1/posts/1/remove", {"idempotency_key": "r"})
    assert thread(cast, 1).removed
    assert papers.document(cast, number).talks == 0
    assert "Is part 3 clear?" not in cast.outsider.gets(f"/library/{number}", follow_redirects=True).text


def test_the_newsfeed_shows_the_file_of_a_document(cast):
    papers.published(cast, cast.chair, title="Rents in ten cities", type="report")
    tell(cast.app)
    page = cast.neighbour.gets("/").text
    item = page[page.index("Rents in ten cities") :].partition("</li>")[0]
    assert ">PDF</span>" in item and "Report, PDF, 1 KB, EN" in item
