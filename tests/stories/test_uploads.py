"""Stories of files on their way in: in pieces, cut, gone on with, refused with a sentence, and swept away."""

import datetime as dt
import errno
import hashlib
import io
import os
import pathlib

import pytest
import sqlalchemy as sa

from app import create_app
from app.core import clock, files
from app.extensions import db
from app.library import pieces, upload_limits, upload_sweeping, uploads
from app.library.models import Upload
from config import Config, SettingError
from tests.papers import published
from tests.sending import announced, came, documents, pdf, piece, rows, shared, together, versions

MB = 1024 * 1024


def place(cast, key):
    """Return where the bytes of an upload lie."""
    return pathlib.Path(cast.app.config["INSTANCE_DIR"], "uploads", key)


def blobs(cast):
    """Return the hashes of all bytes that are kept."""
    with cast.app.app_context():
        return set(files.store().names())


def test_a_file_comes_in_pieces_and_is_the_same(cast):
    data = pdf() * 100
    said = came(cast.chair, "report.pdf", data, size=700)
    assert (said["state"], said["got"]) == ("whole", len(data))
    upload = rows(cast)[0]
    assert upload.hash == hashlib.sha256(data).hexdigest() and upload.mime == "application/pdf"
    assert not place(cast, said["key"]).exists()
    with cast.app.app_context(), files.store().open(upload.hash) as kept:
        assert kept.read() == data


def test_its_sender_alone_can_look_at_it(cast):
    came(cast.chair, "report.pdf", pdf())
    with cast.app.app_context():
        url = db.session.scalar(sa.select(files.Attachment)).url
    assert cast.chair.gets(url).status_code == 200
    for other in (cast.neighbour, cast.steward, cast.visitor):
        assert other.gets(url).status_code == 404


def test_the_key_of_somebody_else_opens_nothing(cast):
    key = announced(cast.chair, "report.pdf", pdf()).json["key"]
    path = f"/library/uploads/{key}"
    assert cast.neighbour.gets(path).status_code == 404
    assert piece(cast.neighbour, key, 0, b"x").status_code == 404
    for deed in ("remove", "unpack"):
        assert cast.neighbour.posts(f"{path}/{deed}").status_code == 404
    assert cast.visitor.gets(path, headers={"X-Requested-With": "fetch"}).status_code == 401
    assert cast.chair.gets(path).json["got"] == 0
    assert cast.chair.gets("/library/uploads/guess").status_code == 404


def test_a_file_goes_on_where_it_stopped(cast):
    data = pdf() * 50
    first = announced(cast.chair, "report.pdf", data).json
    assert piece(cast.chair, first["key"], 0, data[:500]).json["got"] == 500
    again = announced(cast.chair, "report.pdf", data).json
    assert (again["key"], again["got"], again["batch"]) == (first["key"], 500, first["batch"])
    other = announced(cast.chair, "report.pdf", data, print="another day").json
    assert other["key"] != first["key"]


def test_the_same_piece_twice_is_once(cast):
    data = pdf() * 50
    key = announced(cast.chair, "report.pdf", data).json["key"]
    for _turn in range(2):
        answer = piece(cast.chair, key, 0, data[:500])
        assert (answer.status_code, answer.json["got"]) == (200, 500)
    for _turn in range(2):
        answer = piece(cast.chair, key, 500, data[500:])
        assert (answer.status_code, answer.json["state"]) == (200, "whole")
    assert rows(cast)[0].hash == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("offset", [499, 501, 10**9, -1, "x", ""])
def test_a_piece_elsewhere_is_told_where_the_file_ends(cast, offset):
    data = pdf() * 50
    key = announced(cast.chair, "report.pdf", data).json["key"]
    piece(cast.chair, key, 0, data[:500])
    answer = piece(cast.chair, key, offset, data[500:1200])
    assert (answer.status_code, answer.json["got"]) == (409, 500)


def test_a_piece_that_changed_on_the_way_is_not_taken(cast):
    data = pdf() * 50
    key = announced(cast.chair, "report.pdf", data).json["key"]
    answer = piece(cast.chair, key, 0, data[:500], sum=hashlib.sha256(b"other").hexdigest())
    assert (answer.status_code, answer.json["got"]) == (409, 0)


def test_more_than_was_announced_is_refused(cast):
    data = pdf()
    key = announced(cast.chair, "report.pdf", data).json["key"]
    assert piece(cast.chair, key, 0, data + b"more").status_code == 413
    assert cast.chair.posts(f"/library/uploads/{key}", {"offset": "0"}).status_code == 422
    assert cast.chair.gets(f"/library/uploads/{key}").json["got"] == 0


def test_two_at_once_do_not_mix(cast):
    data = pdf() * 50
    key = announced(cast.chair, "report.pdf", data).json["key"]
    piece(cast.chair, key, 0, data[:500])
    with cast.app.app_context(), pieces._alone(place(cast, key)):
        answer = piece(cast.chair, key, 500, data[500:])
    assert (answer.status_code, answer.json["got"]) == (409, 500)


@pytest.mark.parametrize("settings", [{"MAX_LIBRARY_FILE_MB": 1}])
@pytest.mark.parametrize(
    ("name", "size", "words"),
    [
        ("virus.exe", 10, "cannot be shared"),
        ("page.html", 10, "cannot be shared"),
        ("noending", 10, "cannot be shared"),
        ("large.pdf", MB + 1, "is larger than 1 MB"),
        ("empty.pdf", 0, "is empty"),
        ("<b>.exe", 10, "“&lt;b&gt;.exe” cannot be shared"),
        ("endless.pdf", 10**25, "is empty"),
    ],
)
def test_what_is_not_taken_is_explained(cast, settings, name, size, words):
    form = {"name": name, "size": str(size), "print": "p"}
    answer = cast.chair.posts("/library/uploads", form, headers={"X-Requested-With": "fetch"})
    assert answer.status_code == 422 and words in answer.json["why"]
    assert rows(cast) == []


@pytest.mark.parametrize("settings", [{"MAX_LIBRARY_FILE_MB": 1}])
def test_nobody_fills_the_disk_with_what_never_comes(cast, settings):
    for number in range(10):
        assert announced(cast.chair, f"{number}.pdf", b"x" * MB).status_code == 200
    assert "has to wait" in announced(cast.chair, "one-more.pdf", b"x" * MB).json["why"]
    assert announced(cast.neighbour, "another.pdf", b"x" * MB).status_code == 200


@pytest.mark.parametrize("bound", ["number", "bytes"])
def test_what_nobody_describes_fills_it_neither(cast, monkeypatch, bound):
    monkeypatch.setattr(upload_limits, "MOST_WAITING", 2 if bound == "number" else 99)
    largest = cast.app.config["MAX_LIBRARY_FILE_MB"] * MB
    monkeypatch.setattr(upload_limits, "WAITING", (2 * len(pdf()) + 20) / largest if bound == "bytes" else 1)
    for number in range(2):
        assert came(cast.chair, f"{number}.pdf", pdf())["state"] == "whole"
    assert "describe or remove files that you sent" in announced(cast.chair, "more.pdf", pdf()).json["why"]
    plain = shared(cast.chair, together(cast), ("more.pdf", pdf()))
    page = cast.chair.gets(plain.location)
    assert plain.status_code == 303 and "describe or remove files that you sent" in page.text
    assert [row.state for row in rows(cast)] == ["whole", "whole", "refused"]
    assert came(cast.neighbour, "other.pdf", pdf())["state"] == "whole"
    cast.chair.posts(f"/library/uploads/{rows(cast)[0].key}/remove", {"idempotency_key": "k"})
    assert announced(cast.chair, "more.pdf", pdf()).status_code == 200


def test_a_zip_that_nothing_unpacks_goes_after_a_month(cast):
    came(cast.chair, "all.zip", b"PK\3\4")
    for days, left in ((29, 1), (31, 0)):
        with cast.app.app_context():
            old = {"state": "unpacking", "moved": clock.now() - dt.timedelta(days=days)}
            db.session.execute(sa.update(Upload).values(old))
            db.session.commit()
            upload_sweeping.sweep()
        assert len(rows(cast)) == left


def test_a_full_disk_is_said_and_what_came_stays(cast, monkeypatch):
    data = pdf() * 50
    key = announced(cast.chair, "report.pdf", data).json["key"]
    piece(cast.chair, key, 0, data[:500])
    real = os.pwrite

    def full(handle, some, at):
        if at > 500:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(handle, some[:100], at)

    monkeypatch.setattr(os, "pwrite", full)
    assert piece(cast.chair, key, 500, data[500:]).status_code == 503
    monkeypatch.undo()
    assert cast.chair.gets(f"/library/uploads/{key}").json["got"] == 500
    assert piece(cast.chair, key, 500, data[500:]).json["state"] == "whole"


def test_a_store_that_is_away_is_said_and_the_file_finishes_later(cast, monkeypatch):
    data = pdf()
    key = announced(cast.chair, "report.pdf", data).json["key"]

    def away(*_about):
        raise OSError("away")

    with monkeypatch.context() as patch:
        patch.setattr(files.FolderStore, "save", away)
        assert piece(cast.chair, key, 0, data).status_code == 503
    said = cast.chair.gets(f"/library/uploads/{key}").json
    assert (said["state"], said["got"]) == ("open", len(data))
    assert piece(cast.chair, key, len(data), b"").json["state"] == "whole"
    assert rows(cast)[0].hash in blobs(cast)


def test_cut_between_the_bytes_and_the_row_nothing_is_lost(cast, monkeypatch):
    data = pdf()
    key = announced(cast.chair, "report.pdf", data).json["key"]

    def cut(*_about):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(uploads, "_whole", cut)
        with pytest.raises(KeyboardInterrupt):
            piece(cast.chair, key, 0, data)
    assert rows(cast)[0].state == "open" and place(cast, key).exists()
    old = clock.now().timestamp() - 120
    os.utime(place(cast, key), (old, old))
    with cast.app.app_context():
        upload_sweeping.go_on()
    upload = rows(cast)[0]
    assert upload.state == "whole" and upload.hash in blobs(cast) and not place(cast, key).exists()


def test_a_file_that_is_stopped_leaves_nothing(cast):
    data = pdf() * 50
    key = announced(cast.chair, "report.pdf", data).json["key"]
    piece(cast.chair, key, 0, data[:500])
    for _turn in range(2):
        answer = cast.chair.posts(f"/library/uploads/{key}/remove", {"idempotency_key": "k"})
        assert (answer.status_code, answer.location) == (303, "/library/new")
    assert rows(cast) == [] and not place(cast, key).exists()
    assert piece(cast.chair, key, 500, data[500:]).status_code == 404


def test_a_check_for_harmful_files_is_asked(cast, monkeypatch):
    monkeypatch.setattr(uploads, "_checks", [lambda path, name: b"EICAR" not in path.read_bytes()])
    said = came(cast.chair, "report.pdf", pdf("EICAR"))
    assert said["state"] == "refused" and "harmful" in said["why"]
    assert came(cast.chair, "good.pdf", pdf())["state"] == "whole"
    assert len(blobs(cast)) == 1


NAMES = {
    "../../etc/passwd.pdf": "passwd.pdf",
    "C:\\fakepath\\a.pdf": "a.pdf",
    "a\u202efdp.pdf": "afdp.pdf",
    "a\r\nb.pdf": "a b.pdf",
    'a"b;c.pdf': 'a"b;c.pdf',
    "تقرير.pdf": "تقرير.pdf",
    "城市报告.pdf": "城市报告.pdf",
    "e\u0301tude.pdf": "étude.pdf",
    "x" * 5000 + ".pdf": "x" * 110 + ".pdf",
    "  .pdf": "file.pdf",
    "🏙️.pdf": "🏙️.pdf",
    "CON.pdf": "CON.pdf",
}


@pytest.mark.parametrize("name", NAMES)
def test_names_are_safe_and_kept(cast, name):
    assert came(cast.chair, name, pdf(), folder="/../a/./b\u202e/..")["state"] == "whole"
    upload = rows(cast)[0]
    assert (upload.name, upload.folder) == (NAMES[name], "a/b")
    with cast.app.app_context():
        url = db.session.scalar(sa.select(files.Attachment)).url
    answer = cast.chair.gets(url)
    said = answer.headers["Content-Disposition"]
    assert answer.status_code == 200 and said.startswith("attachment; filename=") and "\n" not in said
    assert cast.chair.gets("/library/new").status_code == 200


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.pdf", b"<html><script>alert(1)</script>"),
        ("a.png", b"GIF89a<svg/onload=x>"),
        ("a.mp4", b"MZ\x90"),
        ("a.zip", b"PK"),
    ],
)
def test_what_is_not_what_its_name_says_is_kept_as_plain_bytes(cast, name, data):
    assert came(cast.chair, name, data)["state"] == "whole"
    assert rows(cast)[0].mime == "application/octet-stream"


def test_a_list_of_members_without_end_is_not_read(cast):
    """A ZIP whose list would take a hundred times as much memory as it has bytes."""
    entry = b"PK\1\2" + bytes(42)
    data = b"PK\3\4" + entry * 50_000
    end = (
        b"PK\5\6"
        + bytes(4)
        + (50_000).to_bytes(2, "little") * 2
        + (len(entry) * 50_000).to_bytes(4, "little")
    )
    assert (
        came(cast.chair, "bomb.docx", data + end + (4).to_bytes(4, "little") + bytes(2), size=300_000)[
            "state"
        ]
        == "whole"
    )
    assert rows(cast)[0].mime == "application/octet-stream"


def test_old_pieces_and_orphans_are_swept(cast):
    data = pdf() * 50
    fresh = announced(cast.chair, "fresh.pdf", data).json["key"]
    stale = announced(cast.chair, "stale.pdf", data).json["key"]
    whole = came(cast.chair, "whole.pdf", pdf())["key"]
    for key in (fresh, stale):
        piece(cast.chair, key, 0, data[:500])
    orphan = place(cast, "orphan")
    orphan.write_bytes(b"x")
    week = clock.now() - dt.timedelta(days=8)
    for file in (place(cast, stale), orphan):
        os.utime(file, (week.timestamp(), week.timestamp()))
    with cast.app.app_context():
        db.session.execute(sa.update(Upload).values(moved=week, at=week))
        db.session.commit()
        upload_sweeping.sweep()
        assert set(db.session.scalars(sa.select(Upload.key))) == {fresh, whole}
        files.sweep(dt.timedelta(0))
    assert not orphan.exists() and not place(cast, stale).exists() and place(cast, fresh).exists()
    assert rows(cast)[1].hash in blobs(cast)


def test_what_nobody_described_goes_after_a_month_with_its_bytes(cast):
    came(cast.chair, "whole.pdf", pdf())
    with cast.app.app_context():
        db.session.execute(sa.update(Upload).values(moved=clock.now() - dt.timedelta(days=31)))
        db.session.commit()
        upload_sweeping.sweep()
        files.sweep(dt.timedelta(0))
    assert rows(cast) == [] and blobs(cast) == set()


def test_files_of_somebody_who_is_gone_go_too(cast):
    came(cast.chair, "whole.pdf", pdf())
    came(cast.neighbour, "other.pdf", pdf())
    with cast.app.app_context():
        db.session.execute(sa.delete(Upload).where(Upload.person_id == cast.chair.id))
        db.session.commit()
        upload_sweeping.sweep()
        files.sweep(dt.timedelta(0))
    assert blobs(cast) == {rows(cast)[0].hash}


# --- the page -------------------------------------------------------------------------------------------------


def test_one_file_leads_to_its_own_page(cast):
    form = together(cast, language="fr", licence="cc-by-4.0", themes=["housing"])
    answer = shared(cast.chair, form, ("Housing_guide_2017.pdf", pdf()))
    [document] = documents(cast)
    assert (answer.status_code, answer.location) == (303, f"/library/{document.id}/edit")
    assert (document.title, document.language, document.state) == ("Housing guide 2017", "fr", "draft")
    assert (document.licence, document.date) == ("cc-by-4.0", "2017")
    assert cast.chair.gets(answer.location).status_code == 200
    assert cast.neighbour.gets(f"/library/{document.id}").status_code == 404
    with cast.app.app_context():
        assert [row.root for row in db.session.scalars(sa.select(files.Attachment))] == [document.ref]


def test_the_script_names_what_it_sent(cast):
    data = pdf()
    key = came(cast.chair, "report.pdf", data)["key"]
    answer = cast.chair.posts("/library/new", together(cast, upload=key))
    [document] = documents(cast)
    assert answer.location == f"/library/{document.id}/edit"
    assert document.file_size == len(data)
    assert cast.neighbour.posts("/library/new", together(cast, upload=key)).status_code == 422


def test_the_same_form_twice_is_one_document(cast):
    data = pdf()
    answers = [
        shared(cast.chair, together(cast, idempotency_key="k"), ("report.pdf", data)) for _turn in range(2)
    ]
    assert answers[0].location == answers[1].location and len(documents(cast)) == 1


def test_one_broken_file_does_not_stop_the_others(cast):
    answer = shared(
        cast.chair,
        together(cast),
        ("one.pdf", pdf()),
        ("virus.exe", b"MZ"),
        ("empty.pdf", b""),
        ("two.pdf", pdf()),
    )
    page = cast.chair.gets(answer.location).text
    assert answer.location.startswith("/library/batches/")
    assert "“virus.exe” cannot be shared" in page and "“empty.pdf” is empty" in page
    assert sorted(row.state for row in rows(cast)) == ["refused", "refused", "whole", "whole"]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({}, "Choose a file."),
        ({"space": "999"}, "Choose a group that you may add documents to."),
        ({"organisation": "999"}, "You cannot share for this organisation."),
        ({"sight": "organisation"}, "Choose an organisation to share as"),
        ({"sight": "nobody"}, "Choose one from the list."),
        ({"date": "soon"}, "Write a date like 2017"),
        ({"language": "zz"}, "Choose one from the list."),
        ({"space": "x"}, "Choose a group"),
    ],
)
def test_a_wrong_form_is_explained(cast, more, words):
    data = [] if not more else [("one.pdf", pdf())]
    answer = shared(cast.chair, together(cast, **more), *data)
    assert answer.status_code == 422 and words in answer.text
    assert documents(cast) == []


def test_a_hidden_group_offers_its_own_sight_alone(cast):
    form = together(cast, space=cast.spaces.circle)
    assert "can be read by fewer people" in shared(cast.chair, form, ("one.pdf", pdf())).text
    assert shared(cast.chair, {**form, "sight": "space"}, ("one.pdf", pdf())).status_code == 303
    assert shared(cast.outsider, {**form, "sight": "space"}, ("one.pdf", pdf())).status_code == 422


def test_what_is_not_finished_is_found_again(cast):
    batch = announced(cast.chair, "report.pdf", pdf()).json["batch"]
    assert f"/library/batches/{batch}" in cast.chair.gets("/library/new").text
    page = cast.chair.gets(f"/library/batches/{batch}").text
    assert "Choose the same file again to go on." in page and "report.pdf" in page
    assert cast.neighbour.gets(f"/library/batches/{batch}").status_code == 404
    assert f"/library/batches/{batch}" not in cast.neighbour.gets("/library/new").text


class TestRoom:
    @pytest.fixture
    def settings(self):
        return {"LIBRARY_QUOTA_MB": 1}

    def test_an_organisation_that_used_up_its_room_takes_no_more(self, cast):
        home = str(cast.organisations.chair)
        large = announced(cast.chair, "large.pdf", b"x" * (MB + 1), organisation=home)
        assert "has used up its room" in large.json["why"]
        assert announced(cast.chair, "large.pdf", b"x" * (MB + 1), organisation="0").status_code == 200
        theirs = announced(
            cast.chair, "other.pdf", b"x" * (MB + 1), organisation=str(cast.organisations.neighbour)
        )
        assert theirs.status_code == 200  # one learns nothing of others' room

    def test_a_form_without_scripts_says_so_in_the_table(self, cast):
        form = together(cast, organisation=cast.organisations.chair)
        url = shared(cast.chair, form, ("large.pdf", pdf() + bytes(300_000) * 4)).location
        upload = rows(cast)[0]
        form |= {f"title-{upload.id}": "Large", "language": "en"}
        assert cast.chair.posts(url, form).status_code == 303
        assert "has used up its room" in cast.chair.gets(url).text and documents(cast) == []


class TestVersions:
    def test_a_version_is_sent_in_pieces_or_with_the_form(self, cast):
        number = published(cast, cast.chair)
        path, data = f"/library/{number}/versions", pdf()
        assert "data-one" in cast.chair.gets(path).text
        key = came(cast.chair, "second.pdf", data, document=str(number))["key"]
        form = {
            "upload": key,
            "language": "en",
            "note": "Better",
            "status": "official",
            "idempotency_key": "k",
        }
        for _turn in range(2):
            assert cast.chair.posts(path, form).status_code == 303
        assert [(row.number, row.note) for row in versions(cast)] == [(1, ""), (2, "Better")]
        assert (
            rows(cast)[0].state == "used" and "Not finished yet" not in cast.chair.gets("/library/new").text
        )
        plain = {"file": (io.BytesIO(pdf()), "third.pdf"), "language": "en", "status": "official"}
        assert cast.chair.posts(path, plain).status_code == 303 and len(versions(cast)) == 3

    def test_wrong_files_are_explained(self, cast):
        path = f"/library/{published(cast, cast.chair)}/versions"
        for file, words in (
            ((io.BytesIO(b"MZ"), "a.exe"), "cannot be shared"), ((io.BytesIO(b""), "a.pdf"), "is empty"), (None, "Choose a file."),
        ):  # fmt: skip
            form = {"language": "en", "status": "official", **({"file": file} if file else {})}
            answer = cast.chair.posts(path, form)
            assert answer.status_code == 422 and words in answer.text
        key = came(cast.neighbour, "second.pdf", pdf())["key"]
        assert (
            cast.chair.posts(path, {"upload": key, "language": "en", "status": "official"}).status_code == 422
        )


class TestTypes:
    @pytest.fixture
    def settings(self):
        return {"LIBRARY_TYPES": "pdf, .DOCX,txt:1", "MAX_LIBRARY_FILE_MB": 3}

    def test_which_types_are_taken_is_a_setting_and_how_large_each_may_be(self, cast):
        page = cast.chair.gets("/library/new").text
        assert "These types of files are taken here: PDF, DOCX, TXT. Each up to 3 MB at most." in page
        assert 'data-endings="pdf docx txt"' in page
        assert announced(cast.chair, "a.odt", b"x").status_code == 422
        large = announced(cast.chair, "a.txt", b"x" * (MB + 1))
        assert large.status_code == 422 and "larger than 1 MB" in large.json["why"]
        assert announced(cast.chair, "a.pdf", b"x" * (MB + 1)).status_code == 200
        answer = shared(
            cast.chair, together(cast), ("b.txt", b"x" * (MB + 1)), ("c.odt", b"x"), ("d.pdf", pdf())
        )
        assert answer.status_code == 303
        found = {row.name: (row.state, row.why) for row in rows(cast)}
        assert found["b.txt"] == ("refused", "size") and found["c.odt"] == ("refused", "type")
        assert found["d.pdf"] == ("whole", "")


@pytest.mark.parametrize("text", ["pdf;docx", "pdf:0", "p.d.f", "pdf:many"])
def test_types_that_cannot_be_read_stop_the_start(text):
    with pytest.raises(SettingError, match="LIBRARY_TYPES"):
        Config.from_env({"LIBRARY_TYPES": text, "FLASK_SKIP_DOTENV": "1"})


def test_a_type_that_the_library_does_not_know_stops_the_start(tmp_path):
    with pytest.raises(ValueError, match="the type exe"):
        create_app(
            LIBRARY_TYPES="pdf,exe", INSTANCE_DIR=str(tmp_path), DATABASE_URL=f"sqlite:///{tmp_path}/x.db"
        )
