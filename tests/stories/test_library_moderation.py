"""A document is reported and hidden with its file, comes back whole, or loses its words for good."""

import sqlalchemy as sa

from app.core.activity import Activity
from app.core.database import atomic
from app.core.files import Attachment
from app.extensions import db
from app.library import acts, hiding
from app.moderation.models import Case
from tests import papers
from tests.seat import tell

MARK = "Marmalade is what these people are."


def reported(cast, number):
    """Let a member report a document; return the number of the case."""
    answer = cast.neighbour.posts(
        "/report", {"ref": f"document:{number}", "reason": "hate", "words": "Look at it."}
    )
    assert answer.status_code == 303
    with cast.app.app_context():
        return db.session.scalars(sa.select(Case.id)).one()


def decided(cast, case, deed):
    values = {"deed": deed, "reason": "hate", "days": "7", "words": "It insults people."}
    assert cast.steward.posts(f"/moderation/{case}", values).status_code == 303


def put_back(_who, document):
    with atomic():
        hiding.restore(document)


def file_of(cast, number):
    return f"/files/{papers.document(cast, number).file_id}/paper.pdf"


def test_a_hidden_document_is_its_authors_and_deciders_alone_and_comes_back(cast):
    number = papers.published(cast, cast.outsider, abstract=MARK)
    case, file = reported(cast, number), file_of(cast, number)
    assert MARK in cast.steward.gets(f"/moderation/{case}").text
    decided(cast, case, "hide")
    assert cast.chair.gets(f"/library/{number}").status_code == 404
    assert cast.chair.gets(file).status_code == 404
    assert MARK not in cast.chair.gets("/library").text
    page = cast.outsider.gets(f"/library/{number}", follow_redirects=True).text
    assert "Out of sight for now." in page
    assert cast.outsider.gets(f"/library/{number}/edit").status_code == 403
    papers.acted(cast, cast.steward, put_back, number)
    assert cast.chair.gets(f"/library/{number}", follow_redirects=True).status_code == 200
    assert cast.chair.gets(file).status_code == 200


def test_what_is_redacted_leaves_no_words(cast):
    number = papers.published(cast, cast.outsider, title="Marmalade", abstract=MARK)
    papers.revised(cast, cast.outsider, number, note="Marmalade again")
    tell(cast.app)
    case, file = reported(cast, number), file_of(cast, number)
    decided(cast, case, "redact")
    tell(cast.app)
    answer = cast.chair.gets(f"/library/{number}")
    assert (answer.status_code, "armalade" in answer.text) == (410, False)
    for who in (cast.chair, cast.outsider, cast.steward):
        assert who.gets(file).status_code == 404
        assert "armalade" not in who.gets("/").text
        assert "armalade" not in who.gets("/notifications").text
        assert "armalade" not in who.gets(f"/library/{number}").text
    with cast.app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Attachment)) == 0
        kept = db.session.execute(sa.select(Activity.title, Activity.excerpt)).all()
        assert "armalade" not in str(kept)
    assert cast.outsider.posts(f"/library/{number}/reinstate").status_code == 403


def test_nobody_reports_a_draft_or_their_own(cast):
    number = papers.entered(cast, cast.outsider)
    for who in (cast.outsider, cast.chair):
        assert who.gets(f"/report?ref=document:{number}").status_code == 404
    papers.acted(cast, cast.outsider, acts.publish, number)
    assert cast.outsider.gets(f"/report?ref=document:{number}").status_code == 403
    assert cast.chair.gets(f"/report?ref=document:{number}").status_code == 200
