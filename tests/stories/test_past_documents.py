"""Documents from before: looked at, taken in once with authors and dates, taken back but for what is used."""

import datetime as dt
import hashlib
import io
import pathlib
import random
import time
import zipfile

import pytest
import sqlalchemy as sa

from app.core import child, clock
from app.core.activity import Activity
from app.core.database import atomic
from app.core.files import Attachment
from app.extensions import db
from app.library import acts as library
from app.library import facets
from app.library.models import Collection, CollectionItem, Document, Version
from app.notifications.models import Notice
from app.past import acts, boxes, documents
from app.past.models import PastBatch, PastItem
from app.spaces.changes import change_space
from app.spaces.models import Membership, Space
from tests import papers, past, sending
from tests.doors import count
from tests.seat import tell
from tests.unread import unread

SHEET = """Titre;Auteurs;Année;Langue;Type;Mots-clés;Pays;DOI;Lien
Étude sur l’accès;Roe, Rita; Doe, Jo;2011-05;français;Rapport;;FR;10.1234/abc;https://example.org/x
;;;;;;;;
Guide « pratique »;UNESCO Chair in Human Rights Education, Pretoria;12/03/2014;klingon;;;Nulle part;;nowhere
"""
SHEET = SHEET.replace("Roe, Rita; Doe, Jo", '"Roe, Rita; Doe, Jo"')


def send(cast, raw, name, space="africa", who="steward"):
    """Send a file; return the address of its page."""
    seat = getattr(cast, who)
    answer = seat.posts(
        "/bring-over", {"space": getattr(cast.spaces, space), "file": (io.BytesIO(raw), name)}
    )
    assert answer.status_code == 303, answer.text
    return answer.location


def batch_of(cast, path):
    with cast.app.app_context():
        found = db.session.get(PastBatch, int(path.rpartition("/")[2]))
        return {c.key: getattr(found, c.key) for c in PastBatch.__table__.columns}


def counts(cast, path):
    return batch_of(cast, path)["said"]["counts"]


def faults(cast, path):
    return [(line, key) for line, key, _what, _lost in batch_of(cast, path)["said"]["wrong"]]


def rows(cast, *columns, order=None):
    with cast.app.app_context():
        return [
            tuple(row)
            for row in db.session.execute(
                sa.select(*columns).order_by(order if order is not None else columns[0])
            )
        ]


def everything(cast):
    return [
        count(cast.app, model)
        for model in (Document, Version, Attachment, Collection, CollectionItem, PastItem)
    ]


# --- who ------------------------------------------------------------------------------------------------------


def test_who_looks_after_a_library_brings_documents_to_it(cast):
    assert cast.visitor.gets("/bring-over").status_code == 303
    assert cast.neighbour.gets("/bring-over").status_code == 403
    page = cast.chair.gets("/bring-over").text
    assert "Africa" in page and "Europe</option>" not in page and "A mailing list or a forum" not in page
    other = {"space": cast.spaces.europe, "file": (io.BytesIO(b"title\nA\n"), "a.csv")}
    assert cast.chair.posts("/bring-over", other).status_code == 422
    mine = send(cast, b"title\nA\n", "a.csv", who="chair")
    assert cast.chair.gets(mine).status_code == 200 and cast.steward.gets(mine).status_code == 200
    for who in (cast.outsider, cast.neighbour, cast.visitor):
        assert who.gets(mine).status_code in (303, 404)
        assert who.posts(f"{mine}/run").status_code in (303, 404)


def test_what_was_brought_follows_its_group_when_that_narrows(cast):
    path = send(cast, b"title\nA\n", "a.csv", who="chair")
    assert cast.steward.gets(path).status_code == 200
    with cast.app.app_context():
        change_space(
            cast.steward.me(), db.session.get(Space, cast.spaces.africa), sight="hidden", joining="invite"
        )
    assert cast.steward.gets(path).status_code == 404 and cast.chair.gets(path).status_code == 200
    with cast.app.app_context():
        batch = db.session.get(PastBatch, int(path.rpartition("/")[2]))
        files = db.session.scalars(sa.select(Attachment).where(Attachment.root == batch.ref)).all()
        assert [one.audience_id for one in files] == [batch.audience_id]
        assert "stewards" not in batch.rooms


def test_what_one_cannot_see_is_not_counted_as_known(cast):
    raw = past.packed({"a.txt": "words a"})
    mine = papers.entered(cast, cast.chair, space="africa", data=b"words a", name="mine.txt")  # a draft
    path = send(cast, raw, "set.zip")
    assert counts(cast, path) == {"documents": 1, "known": 0, "collections": 0}
    papers.acted(cast, cast.chair, library.publish, mine)
    assert counts(cast, send(cast, raw, "set.zip"))["known"] == 1


def test_what_is_large_comes_in_pieces(cast):
    raw, name = past.packed({"a.txt": "words a", "b.txt": "words b"}), "set.zip"
    state = sending.came(cast.steward, name, raw, purpose="past")
    assert state["state"] == "whole"
    form = {"space": cast.spaces.africa, "upload": state["key"], "idempotency_key": "p"}
    for _turn in range(2):  # the second time its file is used up
        answer = cast.steward.posts("/bring-over", form)
        assert answer.status_code == 303
    assert counts(cast, answer.location)["documents"] == 2 and count(cast.app, PastBatch) == 1
    cast.steward.posts(f"{answer.location}/run")
    assert rows(cast, Document.title) == [("A",), ("B",)]
    mails = sending.came(cast.steward, "old.mbox", past.mailing_list(4), purpose="past")
    answer = cast.steward.posts("/bring-over", {"space": cast.spaces.africa, "upload": mails["key"]})
    assert batch_of(cast, answer.location)["form"] == "mails"


def test_what_is_sent_to_be_brought_over_is_nothing_for_the_library(cast):
    refused = sending.announced(cast.chair, "old.mbox", b"x")
    assert refused.status_code == 422 and "cannot be shared" in refused.json["why"]
    refused = sending.announced(cast.chair, "old.pdf", b"x", purpose="past")
    assert refused.status_code == 422 and "cannot be read here" in refused.json["why"]
    assert sending.announced(cast.chair, "old.zip", b"x", purpose="other").status_code == 422
    state = sending.came(cast.chair, "set.zip", past.packed({"a.txt": "words"}), purpose="past")
    assert cast.chair.gets(f"/library/batches/{state['batch']}").status_code == 404
    assert "set.zip" not in cast.chair.gets("/library/new").text
    assert cast.chair.posts(f"/library/uploads/{state['key']}/unpack").status_code == 404
    shared = cast.chair.posts("/library/new", {**sending.together(cast), "upload": state["key"]})
    assert shared.status_code == 422
    page = cast.chair.posts("/bring-over", {"space": "0", "upload": state["key"]})
    assert page.status_code == 422 and state["key"] in page.text  # its row stays
    own = sending.came(cast.chair, "set.zip", past.packed({"a.txt": "words"}), print="same")
    assert (
        cast.chair.posts("/bring-over", {"space": cast.spaces.africa, "upload": own["key"]}).status_code
        == 422
    )


def test_a_librarian_may_and_discussions_are_for_the_secretariat(cast):
    with cast.app.app_context(), atomic():
        mine = sa.update(Membership).where(
            Membership.person_id == cast.neighbour.id, Membership.space_id == cast.spaces.africa
        )
        db.session.execute(mine.values(role="librarian"))
    assert cast.neighbour.gets("/bring-over").status_code == 200
    send(cast, b"title\nA\n", "a.csv", who="neighbour")
    mails = {"space": cast.spaces.africa, "file": (io.BytesIO(past.mail(1)), "a.mbox")}
    assert cast.neighbour.posts("/bring-over", mails).status_code == 403
    assert "A mailing list or a forum" in cast.steward.gets("/bring-over").text


@pytest.mark.parametrize(
    ("raw", "name", "words"),
    [(None, "", "Choose a file"), (b"", "a.csv", "Nothing is in it"), (b"%PDF-1.7", "a.pdf", "none of the kinds"),
     (b"\x00\x01\x02\x03" * 50, "a.bin", "none of the kinds"), (b"Hello", "a.mbox", "no mails that can be read")],
)  # fmt: skip
def test_what_cannot_be_brought_is_explained(cast, raw, name, words):
    more = {} if raw is None else {"file": (io.BytesIO(raw), name)}
    answer = cast.steward.posts("/bring-over", {"space": cast.spaces.africa, **more})
    assert answer.status_code == 422 and words in answer.text


@pytest.mark.parametrize(
    ("raw", "name"),
    [(b"PK\x03\x04" + b"\xff" * 300, "a.zip"), (past.packed({"a.pdf": "x"})[:-40], "a.zip"),
     (b"PK\x03\x04" + b"\x00" * 99, "a.xlsx"),
     (past.packed({"manifest.json": "[" * 5000, "a.txt": "x"}), "a.zip"), (b"[" * 9000, "a.json")],
)  # fmt: skip
def test_what_is_broken_says_so_on_its_page(cast, raw, name):
    path = send(cast, raw, name)
    assert batch_of(cast, path)["state"] == "unreadable"
    page = cast.steward.gets(path).text
    assert 'role="alert"' in page and "Take it in" not in page
    assert (
        cast.steward.posts(f"{path}/run").status_code == 303 and batch_of(cast, path)["state"] == "unreadable"
    )
    assert cast.steward.posts(f"{path}/drop").location == "/bring-over"


# --- tables and references ------------------------------------------------------------------------------------


def test_a_table_is_looked_at_before_anything_happens(cast):
    before = everything(cast)
    path = send(cast, SHEET.encode("cp1252"), "liste.csv")
    kept = batch_of(cast, path)
    assert (kept["state"], kept["how"]["read"]["encoding"], kept["how"]["read"]["delimiter"]) == (
        "ready",
        "cp1252",
        ";",
    )
    assert counts(cast, path) == {"documents": 2, "known": 0, "collections": 0}
    assert sorted(faults(cast, path)) == [(4, "countries"), (4, "language"), (4, "link")]
    page = cast.steward.gets(path).text
    assert (
        "What would happen" in page
        and "Étude sur l’accès" in page
        and "This country is not known here." in page
    )
    now = everything(cast)
    assert now[0] == before[0] and now[5] == before[5]


def test_what_was_guessed_can_be_corrected(cast):
    path = send(cast, b"a;b\nOne;Two\nThree;Four\n", "x.csv")
    assert counts(cast, path) == {"documents": 0, "known": 0, "collections": 0}
    form = {"encoding": "utf-8-sig", "delimiter": ";", "header": "y", "language": "fr", "sight": "members",
            "topic": "network", "type": "report", "licence": "", "collection": "", "publish": "y",
        "column-0": "title", "column-1": "title",
    }  # fmt: skip
    assert cast.steward.posts(path, {**form, "sight": "nobody"}).status_code == 422
    assert cast.steward.posts(path, form).status_code == 303
    assert batch_of(cast, path)["how"]["read"]["meanings"] == ["title", ""]
    assert counts(cast, path)["documents"] == 2
    cast.steward.posts(f"{path}/run")
    assert rows(cast, Document.title, Document.language, Document.type, Document.sight) == [
        ("One", "fr", "report", "members"), ("Three", "fr", "report", "members"),
    ]  # fmt: skip


def test_documents_come_in_once_with_authors_and_dates_and_the_newsfeed_hears_of_it_once(cast):
    path = send(cast, SHEET.encode("cp1252"), "liste.csv")
    for _ in range(2):
        cast.steward.posts(f"{path}/run", {"idempotency_key": "k"})
    kept = batch_of(cast, path)
    assert (kept["state"], kept["hash"], kept["done"], kept["made"]) == ("done", "", 2, {"documents": 2})
    with cast.app.app_context():
        first, second = db.session.scalars(sa.select(Document).order_by(Document.id)).all()
        assert (first.state, first.language, first.date, first.type) == (
            "published",
            "fr",
            "2011-05",
            "report",
        )
        assert [credit["name"] for credit in first.credits] == ["Rita Roe", "Jo Doe"]
        assert (
            first.identifiers == [{"scheme": "doi", "value": "10.1234/abc"}]
            and first.link == "https://example.org/x"
        )
        assert (second.date, second.language) == ("2014-03-12", "en")
        assert (
            second.credits[0]["kind"] == "organisation"
            and second.credits[0]["id"] == cast.organisations.chair
        )
        assert count(cast.app, Activity, Activity.verb == "library.imported") == 1
    tell(cast.app)
    assert cast.neighbour.gets("/").text.count("2 documents came into the library") == 1
    assert "came into the library" not in cast.outsider.gets("/").text
    assert "accès" in cast.neighbour.gets("/search?q=acces").text
    assert (
        "accès" not in cast.outsider.gets("/search?q=acces").text.partition("<main")[2]
    )  # members of the group only
    assert count(cast.app, Notice) == 0
    before = everything(cast)
    again = send(cast, SHEET.encode("cp1252"), "liste.csv")
    assert counts(cast, again)["documents"] == 0 and "nothing to take in" in cast.steward.gets(again).text
    cast.steward.posts(f"{again}/run")
    assert everything(cast)[:2] == before[:2] and batch_of(cast, again)["made"] == {"known": 2}


def test_references_come_in(cast):
    for raw, name in ((b"TY  - RPRT\nTI  - One\nAU  - Doe, J.\nPY  - 2015\nER  - \n", "a.ris"),
                      (b"@book{k, title={Two}, author={Roe, R. and Doe, J.}, year=2016}", "a.bib")):  # fmt: skip
        path = send(cast, raw, name, "network")
        cast.steward.posts(f"{path}/run")
        assert batch_of(cast, path)["made"] == {"documents": 1}
    assert rows(cast, Document.title, Document.date, Document.type) == [
        ("One", "2015", "report"),
        ("Two", "2016", ""),
    ]


def test_drafts_wait_for_their_sender_and_nobody_is_told(cast):
    path = send(cast, b"title\nQuiet\n", "a.csv")
    form = {
        "encoding": "utf-8-sig",
        "delimiter": ",",
        "header": "y",
        "language": "en",
        "sight": "space",
        "topic": "network",
    }
    cast.steward.posts(path, {**form, "type": "", "licence": "", "collection": "", "column-0": "title"})
    cast.steward.posts(f"{path}/run")
    assert rows(cast, Document.state) == [("draft",)]
    assert count(cast.app, Activity, Activity.verb == "library.imported") == 0
    assert "drafts that you alone see" in cast.steward.gets(path).text
    cast.steward.posts(f"{path}/undo")
    assert rows(cast, Document.state) == []


# --- archives -------------------------------------------------------------------------------------------------


def test_two_hundred_files_of_which_one_is_broken(cast):
    files = {f"Past/{2000 + n % 3}/paper_{n:03}.pdf": past.pdf(f"Paper {n}") for n in range(200)}
    files["Past/virus.exe"] = b"MZ"
    files["Past/2000/copy.pdf"] = files["Past/2000/paper_000.pdf"]
    raw = bytearray(past.packed(files))
    at = raw.index(b"paper_199.pdf") + 60
    raw[at : at + 40] = b"\xff" * 40
    path = send(cast, bytes(raw), "Past.zip")
    assert counts(cast, path) == {"documents": 199, "known": 0, "collections": 3}
    assert sorted(key for _line, key in faults(cast, path)) == ["damaged", "same", "type_of_file"]
    began = time.process_time()
    with unread():
        cast.steward.posts(f"{path}/run")
    print(f"200 files: {time.process_time() - began:.1f} s")
    kept = batch_of(cast, path)
    assert kept["state"] == "done" and kept["made"] == {"documents": 199, "lost": 2, "known": 1}
    shelves = rows(cast, Collection.title, Collection.count, Collection.parent_id, order=Collection.id)
    assert shelves[0][:2] == ("Past", 0) and {row[0] for row in shelves[1:]} == {"2000", "2001", "2002"}
    assert sum(row[1] for row in shelves[1:]) == 199 and {row[2] for row in shelves[1:]} == {1}
    assert rows(cast, Document.title)[0] == ("Paper 000",)
    tell(cast.app)
    assert "199 documents came into the library" in cast.neighbour.gets("/").text
    cast.steward.posts(f"{path}/undo")
    assert batch_of(cast, path)["state"] == "undone"
    left = everything(cast)
    assert left[:2] == [0, 0] and left[3:] == [0, 0, 0]


def test_a_manifest_with_faults_by_line(cast):
    sheet = "file;title;authors;date\na.txt;First;Doe, J.;2010\ngone.txt;Lost;;\nb.txt;Second;;someday\n"
    raw = past.packed({"manifest.csv": sheet, "a.txt": "words a", "b.txt": "words b", "c.txt": "words c"})
    path = send(cast, raw, "set.zip")
    assert counts(cast, path)["documents"] == 3
    assert faults(cast, path) == [(3, "missing"), (4, "date_kept_out")]
    assert "Described by manifest.csv." in cast.steward.gets(path).text
    cast.steward.posts(f"{path}/run")
    assert rows(cast, Document.title, Document.date) == [("C", ""), ("First", "2010"), ("Second", "")]
    assert rows(cast, Version.name) == [("a.txt",), ("b.txt",), ("c.txt",)]


# --- taking back ----------------------------------------------------------------------------------------------


def test_all_of_it_is_taken_back_but_for_what_was_used(cast):
    path = send(cast, past.packed({"a.txt": "one", "b.txt": "two", "sub/c.txt": "three"}), "set.zip")
    cast.steward.posts(f"{path}/run")
    with cast.app.app_context():
        one = db.session.scalars(sa.select(Document).where(Document.title == "A")).one()
        library.describe(cast.chair.me(), one, {"abstract": "More words."})
    tell(cast.app)
    for _ in range(2):
        assert cast.steward.posts(f"{path}/undo").status_code == 303
    tell(cast.app)
    assert rows(cast, Document.title) == [("A",)]
    assert [row[0] for row in rows(cast, Collection.title)] == ["set"]
    page = cast.steward.gets(path).text
    assert "2 stay" in page and ">A</a>" in page
    assert "came into the library" not in cast.neighbour.gets("/").text
    assert "ound for “three”" in cast.neighbour.gets("/search?q=three").text
    again = send(cast, past.packed({"a.txt": "one", "b.txt": "two"}), "set.zip")
    assert counts(cast, again)["documents"] == 1


def test_a_batch_that_was_cut_off_goes_on_where_it_was(cast, monkeypatch):
    path = send(cast, ("title\n" + "\n".join(f"Paper {n:02}" for n in range(30))).encode(), "a.csv")
    number, ordinary, calls = int(path.rpartition("/")[2]), documents._one, []

    def cut(*more):
        calls.append(1)
        if len(calls) == 12:
            raise RuntimeError("cut off")
        return ordinary(*more)

    monkeypatch.setattr(documents, "_one", cut)
    with cast.app.app_context(), atomic():
        db.session.execute(sa.update(PastBatch).where(PastBatch.id == number).values(state="running"))
    with cast.app.app_context(), pytest.raises(RuntimeError):
        acts.BROUGHT.run(number)
    assert batch_of(cast, path)["done"] == 11 and count(cast.app, Document) == 11
    assert "11 of 30 taken in" in cast.steward.gets(path).text
    with cast.app.app_context(), clock.at(clock.now() + dt.timedelta(hours=1)):
        acts.BROUGHT.tidy()
    assert batch_of(cast, path)["state"] == "done" and count(cast.app, Document) == 30


def test_what_nobody_takes_in_is_forgotten(cast):
    first, second = send(cast, b"title\nA\n", "a.csv"), send(cast, b"title\nB\n", "b.csv")
    assert cast.steward.posts(f"{first}/drop").location == "/bring-over"
    assert cast.steward.gets(first).status_code == 404
    with cast.app.app_context(), clock.at(clock.now() + dt.timedelta(days=8)):
        acts.BROUGHT.tidy()
    assert cast.steward.gets(second).status_code == 404 and count(cast.app, Attachment) == 0


# --- for whom, and with which fields --------------------------------------------------------------------------

FULL = """Title;Organisation;Language;Themes;SDG;Commitments;Licence;For whom;UNESDOC;ISSN;Archived copy;Address
One;UNESCO Chair in Human Rights Education, Pretoria;en, fr;Housing;11, 18;3; CC BY 4.0;;pf0000123456;2049-3630;https://web.archive.example/x;https://paper.example/
Two;Nowhere;en;;;11;;Nobody;x;2049-3631;here;
"""


def how(cast, path, **more):
    """Say how a batch is taken in, as its page does."""
    read = batch_of(cast, path)["how"]["read"]
    columns = {f"column-{n}": meaning for n, meaning in enumerate(read["meanings"])}
    form = {
        "encoding": read["encoding"], "delimiter": read["delimiter"], "header": "y", "language": "en", "sight": "members",
        "topic": "network", "type": "", "licence": "", "collection": "", "publish": "y", **columns,
    }  # fmt: skip
    return cast.chair.posts(path, {**form, **more})


@pytest.fixture
def librarian(cast):
    """The Chair's office looks after the library of the coalition."""
    with cast.app.app_context(), atomic():
        mine = sa.update(Membership).where(
            Membership.person_id == cast.chair.id, Membership.space_id == cast.spaces.africa
        )
        db.session.execute(mine.values(role="librarian"))
    return cast.chair


def test_fields_of_a_table_come_in_and_what_does_not_fit_is_said(cast, librarian):
    path = send(cast, FULL.encode(), "list.csv", who="chair")
    assert sorted(set(faults(cast, path))) == [
        (2, "languages"), (2, "sdgs"),
        (3, "archive"), (3, "commitments"), (3, "identifier"), (3, "organisation"), (3, "targets"),
    ]  # fmt: skip
    cast.chair.posts(f"{path}/run")
    with cast.app.app_context():
        first, second = db.session.scalars(sa.select(Document).order_by(Document.id)).all()
        assert first.organisation_id == cast.organisations.chair and first.language == "en"
        assert (first.archive, first.licence) == ("https://web.archive.example/x", "cc-by-4.0")
        assert {(row["scheme"], row["value"]) for row in first.identifiers} == {
            ("unesdoc", "pf0000123456"), ("issn", "2049-3630"),
        }  # fmt: skip
        own = facets.of(first.id)
        assert (own["theme"], own["sdg"], own["commitment"]) == (["housing"], ["11"], ["3"])
        assert (second.identifiers, second.archive) == ([], "")


def test_what_is_brought_stands_under_the_organisation_of_who_brings_it(cast, librarian):
    page = cast.chair.gets(send(cast, b"Title\nOne\n", "list.csv", who="chair"))
    assert 'name="organisation"' in page.text and 'name="series"' in page.text
    path = page.request.path
    assert how(cast, path, organisation="999").status_code == 422
    assert how(cast, path, organisation=cast.organisations.chair, themes=["housing"]).status_code == 303
    cast.chair.posts(f"{path}/run")
    other = send(cast, b"Title\nTwo\n", "list.csv", who="chair")
    assert how(cast, other, organisation="0").status_code == 303
    cast.chair.posts(f"{other}/run")
    found = rows(cast, Document.title, Document.organisation_id, Document.id)
    assert [row[:2] for row in found] == [("One", cast.organisations.chair), ("Two", None)]
    with cast.app.app_context():
        assert facets.of(found[0][2])["theme"] == ["housing"]


SHAREPOINT = """Name,Title,Modified,Modified By,File Size,Item Type,Path
Old,,2019-03-05T10:00:00Z,Rita Roe,,Folder,sites/cities/Shared Documents
rents.pdf,Rents in ten cities,2019-03-05T10:00:00Z,Rita Roe,2048,Item,sites/cities/Shared Documents/Old/2019
rents.pdf,,2020-04-01T10:00:00Z,Rita Roe,1024,Item,sites/cities/Shared Documents/Old/2020
"""


def test_a_list_of_files_out_of_sharepoint_is_understood(cast):
    path = send(cast, SHAREPOINT.encode(), "export.csv")
    assert batch_of(cast, path)["how"]["read"]["meanings"] == [
        "file",
        "title",
        "date",
        "",
        "",
        "item",
        "folder",
    ]
    assert counts(cast, path) == {"documents": 2, "known": 0, "collections": 3}
    cast.steward.posts(f"{path}/run")
    assert rows(cast, Document.title, Document.date, Document.type) == [
        ("Rents", "2020-04-01", ""), ("Rents in ten cities", "2019-03-05", ""),
    ]  # fmt: skip


def test_files_with_their_list_out_of_sharepoint_find_each_other(cast):
    files = {
        "manifest.csv": SHAREPOINT.encode(), "Old/2019/rents.pdf": past.pdf("one"), "Old/2020/rents.pdf": past.pdf("two"),
    }  # fmt: skip
    path = send(cast, past.packed(files), "all.zip")
    assert counts(cast, path)["documents"] == 2 and not faults(cast, path)


# --- unpacked in the child alone ------------------------------------------------------------------------------


def test_no_process_of_ours_inflates_what_was_packed(cast, monkeypatch):
    def never(*_more):
        raise AssertionError("inflated outside the child")

    monkeypatch.setattr("zipfile.ZipExtFile.read", never)
    monkeypatch.setattr(boxes, "MOST_NOW", 2)  # so that it takes several turns
    files = {f"Old/paper {number}.pdf": past.pdf(f"Words {number}") for number in range(5)}
    path = send(cast, past.packed(files), "all.zip")
    assert counts(cast, path)["documents"] == 5
    cast.steward.posts(f"{path}/run")
    monkeypatch.undo()
    kept = rows(cast, Version.hash)
    assert {row[0] for row in kept} == {hashlib.sha256(data).hexdigest() for data in files.values()}


def test_a_file_that_defeats_the_child_takes_no_other_along(cast, monkeypatch):
    files = {f"paper {number}.pdf": past.pdf(f"Words {number}") for number in range(3)}
    path = send(cast, past.packed(files), "all.zip")
    real, run = child.run, []

    def fails(work, folder, *args, **more):
        asked = pathlib.Path(folder, "asked.json")
        if work.endswith(":lay_out") and "paper 1.pdf" in asked.read_text():
            run.append(work)
            pathlib.Path(folder, "file-0").write_bytes(b"half")
            raise child.Failed("memory")
        real(work, folder, *args, **more)

    monkeypatch.setattr(child, "run", fails)
    cast.steward.posts(f"{path}/run")
    kept = {row[0] for row in rows(cast, Version.hash)}
    good = [files["paper 0.pdf"], files["paper 2.pdf"]]
    assert run and kept == {hashlib.sha256(data).hexdigest() for data in good}
    assert batch_of(cast, path)["made"] == {"documents": 2, "lost": 1}


def test_what_is_larger_unpacked_than_the_library_takes_is_left_out(cast, monkeypatch):
    monkeypatch.setattr(boxes, "largest_of", lambda _name: 5000)
    large = past.pdf("Words") + b"%" + b"x" * 6000
    path = send(cast, past.packed({"large.pdf": large, "small.pdf": past.pdf("Few")}), "all.zip")
    assert counts(cast, path)["documents"] == 1 and faults(cast, path) == [(0, "large_file")]


def test_each_type_is_brought_over_up_to_its_own_largest_size(cast, monkeypatch):
    monkeypatch.setitem(cast.app.config, "LIBRARY_TYPES", "pdf,txt:1")
    long = random.Random(1).randbytes(30_000) * 36  # more than 1 MB
    path = send(cast, past.packed({"long.txt": long, "long.pdf": long, "few.txt": "Few"}), "all.zip")
    assert counts(cast, path)["documents"] == 2 and faults(cast, path) == [(0, "large_file")]


def test_a_file_that_is_packed_in_a_damaged_way_takes_no_other_along(cast):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as box:
        box.writestr(zipfile.ZipInfo("bad.txt"), b"words " * 100, zipfile.ZIP_LZMA)
        box.writestr(zipfile.ZipInfo("good.txt"), b"words", zipfile.ZIP_DEFLATED)
    raw = bytearray(out.getvalue())
    at = raw.index(b"bad.txt") + len(b"bad.txt") + 4  # what it says of how it is packed
    raw[at : at + 5] = b"\xff" * 5
    path = send(cast, bytes(raw), "all.zip")
    assert faults(cast, path) == [(0, "damaged")] and counts(cast, path)["documents"] == 1
    cast.steward.posts(f"{path}/run")
    assert rows(cast, Version.name) == [("good.txt",)]


# --- what is not to be passed on ------------------------------------------------------------------------------


def test_what_is_internal_is_brought_over_for_members_and_it_is_said(cast, librarian):
    sheet = b"Title;Licence\nOne;internal\nTwo;CC BY 4.0\n"
    path = send(cast, sheet, "list.csv", who="chair")
    assert how(cast, path, sight="public").status_code == 303
    assert faults(cast, path) == [(2, "inside")]
    assert "for members of the network" in cast.chair.gets(path).text
    cast.chair.posts(f"{path}/run")
    assert rows(cast, Document.title, Document.sight) == [("One", "members"), ("Two", "public")]
    told = [row[0] for row in rows(cast, Activity.title, Activity.verb) if row[1] == "library.imported"]
    assert told == ["1"]  # nobody counts what is not for everybody
    [(number,)] = [row[:1] for row in rows(cast, Document.id, Document.title) if row[1] == "One"]
    assert cast.visitor.gets(f"/library/{number}").status_code in (303, 404)
    assert cast.outsider.gets(f"/library/{number}", follow_redirects=True).status_code == 200


def test_what_is_not_to_be_passed_on_is_not_brought_over_for_everyone(cast, librarian):
    path = send(cast, b"Title\nOne\n", "list.csv", who="chair")
    answer = how(cast, path, sight="public", licence="internal")
    assert answer.status_code == 422 and "What everyone can read is shared already." in answer.text
    assert how(cast, path, sight="members", licence="internal").status_code == 303


def test_what_an_organisation_has_no_room_for_is_said_when_it_is_over(cast, librarian, monkeypatch):
    monkeypatch.setitem(cast.app.config, "LIBRARY_QUOTA_MB", 1)
    block = random.Random(1).randbytes(30_000) * 20  # two are more than 1 MB
    path = send(cast, past.packed({"a.txt": block, "b.txt": block + b"b"}), "all.zip", who="chair")
    cast.chair.posts(f"{path}/run")
    assert batch_of(cast, path)["made"] == {"documents": 1, "full": 1}
    assert "no room for more files of the organisation" in cast.chair.gets(path).text
