"""A document in several languages: what the original has moved on from, who works on what, the list of what is wanted."""

import io

import pytest
import sqlalchemy as sa

from app.core import files
from app.extensions import db
from app.library import acts, editions
from app.library.models import Document, Edition
from app.members import names
from tests import papers
from tests.seat import tell


@pytest.fixture(autouse=True)
def unread(monkeypatch):
    """Files need no reading here."""
    monkeypatch.setattr("app.core.jobs.enqueue", lambda *args: None)


@pytest.fixture
def paper(cast):
    return papers.published(cast, cast.chair, title="Guide", sight="public")


def edition(cast, number, language):
    with cast.app.app_context():
        return db.session.scalar(
            sa.select(Edition).where(Edition.document_id == number, Edition.language == language)
        )


def shown(cast, who, number):
    return who.gets(f"/library/{number}", follow_redirects=True).text


def sent(data=b"%PDF-1.4 fr\n", **more):
    return {"file": (io.BytesIO(data), "guide-fr.pdf"), "note": "", **more}


def test_somebody_wants_it_and_somebody_works_on_it(cast, paper):
    base = f"/library/{paper}/editions"
    assert cast.visitor.posts(base, {"language": "fr", "deed": "want"}).status_code == 303  # to sign in
    assert edition(cast, paper, "fr") is None
    cast.outsider.posts(base, {"language": "fr", "deed": "want"})
    assert edition(cast, paper, "fr").status == "wanted"
    page = cast.neighbour.gets("/library/translations").text
    assert "Guide" in page and "Nobody works on it yet." in page
    assert "Guide" in cast.visitor.gets("/library/translations?language=fr").text
    assert "Guide" not in cast.visitor.gets("/library/translations?language=ar").text
    cast.neighbour.posts(base, {"language": "fr", "deed": "offer"})
    assert edition(cast, paper, "fr").volunteer_id == cast.neighbour.id
    assert "Works on it:" in shown(cast, cast.outsider, paper)
    assert "Somebody works on it." in shown(cast, cast.visitor, paper)  # people are for members
    cast.outsider.posts(base, {"language": "fr", "deed": "offer"})  # too late
    assert edition(cast, paper, "fr").volunteer_id == cast.neighbour.id
    tell(cast.app)
    told = cast.chair.gets("/notifications").text
    assert "works on a translation of" in told or "wants" in told


def test_nobody_floods_the_list(cast, paper, monkeypatch):
    monkeypatch.setattr("app.library.edition_routes.AN_HOUR", 2)
    base = f"/library/{paper}/editions"
    assert [cast.outsider.posts(base, {"language": code, "deed": "want"}).status_code for code in ("fr", "ar", "ru")] == [
        303, 303, 429,
    ]  # fmt: skip
    too_often = cast.outsider.posts(f"{base}/fr/give_up", {})
    assert too_often.status_code in (403, 429)
    assert edition(cast, paper, "ru") is None
    assert cast.neighbour.posts(base, {"language": "ru", "deed": "offer"}).status_code == 303


def test_a_document_has_room_for_all_languages(cast, paper):
    codes = sorted(names.tongue_codes() - {"en"})
    assert len(" ".join(codes)) > 300
    with cast.app.app_context():
        kept = files.keep(io.BytesIO(b"%PDF-1.4 all"), "all.pdf")
        for code in codes:
            acts.add_version(cast.chair.me(), db.session.get(Document, paper), kept, language=code)
        assert db.session.get(Document, paper).languages.split() == ["en", *codes]
    assert cast.visitor.gets("/library").status_code == 200
    assert cast.visitor.gets(f"/library/{paper}", follow_redirects=True).status_code == 200


@pytest.mark.parametrize("language", ["en", "xx", "../", "french"])
def test_only_other_languages_that_there_are(cast, paper, language):
    assert (
        cast.neighbour.posts(
            f"/library/{paper}/editions", {"language": language, "deed": "offer"}
        ).status_code
        == 404
    )


def test_who_offered_puts_the_file_in(cast, paper):
    base = f"/library/{paper}/editions/fr"
    assert cast.neighbour.gets(f"{base}/file").status_code == 403
    cast.neighbour.posts(f"/library/{paper}/editions", {"language": "fr", "deed": "offer"})
    assert cast.neighbour.gets(f"{base}/file").status_code == 200
    assert cast.neighbour.posts(f"{base}/file", {}).status_code == 422
    bad = cast.neighbour.posts(f"{base}/file", {"file": (io.BytesIO(b"MZ"), "a.exe")})
    assert bad.status_code == 422
    done = cast.neighbour.posts(f"{base}/file", sent(status="official"))
    assert done.status_code == 303
    found = edition(cast, paper, "fr")
    assert (found.status, found.based_on, found.versions) == (
        "community",
        1,
        1,
    )  # official is for others to say
    assert papers.document(cast, paper).languages == "en fr"
    page = shown(cast, cast.visitor, paper)
    assert "Translation by members" in page and "The original has moved on" not in page
    assert "FR" in cast.visitor.gets("/library?language=fr").text
    assert cast.neighbour.posts(f"{base}/status", {"status": "official"}).status_code == 403
    cast.chair.posts(f"{base}/status", {"status": "official"})
    assert edition(cast, paper, "fr").status == "official"


def test_a_mark_when_the_original_has_moved_on(cast, paper):
    papers.revised(cast, cast.chair, paper, b"%PDF-1.4 fr\n", language="fr", name="fr.pdf")
    assert "The original has moved on" not in shown(cast, cast.visitor, paper)
    papers.revised(cast, cast.chair, paper)
    page = shown(cast, cast.visitor, paper)
    assert (
        "The original has moved on" in page
        and "It says what version 1 says; the original has version 2." in page
    )
    assert "version 1 of 2" in cast.visitor.gets("/library/translations").text
    cast.neighbour.posts(f"/library/{paper}/editions", {"language": "fr", "deed": "offer"})
    tell(cast.app)
    cast.neighbour.posts(f"/library/{paper}/editions/fr/file", sent(b"%PDF-1.4 fr two\n"))
    assert "The original has moved on" not in shown(cast, cast.visitor, paper)
    assert "Nothing is wanted here" in cast.visitor.gets("/library/translations").text


def test_who_works_on_it_hears_that_the_original_moved_on(cast, paper):
    cast.neighbour.posts(f"/library/{paper}/editions", {"language": "fr", "deed": "offer"})
    papers.revised(cast, cast.chair, paper)
    tell(cast.app)
    assert "put in a new version of" in cast.neighbour.gets("/notifications").text


def test_a_translation_that_still_says_the_same(cast, paper):
    papers.revised(cast, cast.chair, paper, b"%PDF-1.4 fr\n", language="fr", name="fr.pdf")
    papers.revised(cast, cast.chair, paper)
    assert cast.outsider.posts(f"/library/{paper}/editions/fr/still_good", {}).status_code == 403
    cast.chair.posts(f"/library/{paper}/editions/fr/still_good", {})
    assert edition(cast, paper, "fr").based_on == 2
    assert "The original has moved on" not in shown(cast, cast.visitor, paper)


def test_an_offer_is_taken_back(cast, paper):
    cast.neighbour.posts(f"/library/{paper}/editions", {"language": "fr", "deed": "offer"})
    cast.neighbour.posts(f"/library/{paper}/editions/fr/give_up", {})
    assert edition(cast, paper, "fr") is None
    cast.neighbour.posts(f"/library/{paper}/editions", {"language": "ar", "deed": "offer"})
    cast.chair.posts(f"/library/{paper}/editions/ar/give_up", {})  # who looks after the document
    assert edition(cast, paper, "ar").volunteer_id is None and edition(cast, paper, "ar").status == "wanted"


def test_what_is_wanted_of_a_hidden_document_is_for_its_readers(cast):
    number = papers.published(cast, cast.chair, title="Secret guide", space="circle", sight="space")
    cast.neighbour.posts(f"/library/{number}/editions", {"language": "fr", "deed": "want"})
    assert "Secret guide" in cast.neighbour.gets("/library/translations").text
    assert "Secret guide" not in cast.outsider.gets("/library/translations").text
    assert '<span class="n">1</span>' not in cast.outsider.gets("/library/translations").text
    assert (
        cast.outsider.posts(f"/library/{number}/editions", {"language": "fr", "deed": "offer"}).status_code
        == 404
    )
    assert db and Document


# --- behind its original --------------------------------------------------------------------------------------


def test_who_reads_an_old_edition_hears_that_there_is_a_newer_original(cast):
    number = papers.published(cast, cast.chair, sight="public")
    papers.revised(cast, cast.chair, number, b"%PDF-1.4 fr", language="fr", status="machine")
    page = cast.visitor.gets(f"/library/{number}/v/1?lang=fr").text
    assert "Translated by a machine." in page and "The original has moved on." not in page.partition("<h2")[0]
    papers.revised(cast, cast.chair, number, b"%PDF-1.4 en two")
    for address in (f"/library/{number}/v/1?lang=fr", f"/library/{number}/read?lang=fr"):
        page = cast.visitor.gets(address).text.partition("<h2")[0]
        assert "The original has moved on." in page, address
        assert "This translation was made from version 1; the newest is version 2." in page
        assert f'href="/library/{number}/read" hreflang="en"' in page
    assert "moved on" not in cast.visitor.gets(f"/library/{number}/read").text.partition("<h2")[0]
    papers.revised(cast, cast.chair, number, b"%PDF-1.4 fr two", language="fr")
    papers.acted(cast, cast.chair, editions.set_status, number, "fr", "official")
    page = cast.visitor.gets(f"/library/{number}/read?lang=fr").text.partition("<h2")[0]
    assert "moved on" not in page and "Translated by a machine." not in page


def test_who_reads_what_is_superseded_hears_what_stands_in_its_place(cast):
    old, new = (
        papers.published(cast, cast.chair, sight="public", title=title) for title in ("Old", "New rents")
    )
    papers.acted(cast, cast.chair, acts.supersede, old, papers.document(cast, new))
    page = cast.visitor.gets(f"/library/{old}/read").text
    assert "Superseded." in page and "New rents" in page
