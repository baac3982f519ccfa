"""Files: kept once, given out by one route that asks the rule, never run as a page."""

import datetime as dt
import io
import os
import pathlib
import zipfile

import pytest
from PIL import Image

from app.board import acts
from app.core import clock, files, pictures
from app.core.database import atomic
from app.extensions import db
from app.spaces.models import Space

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64


def photo(width=2400, height=1600, **more):
    """A JPEG with a place and a camera in it."""
    picture, out = Image.new("RGB", (width, height), "teal"), io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "Secret camera"
    exif.get_ifd(0x8825)[2] = (1.0, 17.0, 0.0)
    picture.save(out, "JPEG", exif=exif, **more)
    return out.getvalue()


@pytest.fixture
def hang(app, cast):
    """Hang bytes on a discussion of an audience; return the attachment's address and number."""

    def made(content, name, audience="members", space="network"):
        with app.app_context():
            kept = files.keep(io.BytesIO(content), name)
            thread = acts.start_thread(
                cast.chair.me(), db.session.get(Space, getattr(cast.spaces, space)), topic="housing", title="Files",
                body="Here", language="en", audience=audience, files=[kept],
            )  # fmt: skip
            for number in pictures.waiting():
                pictures.clean(number)
            row = files.of(thread.ref)[f"post:{thread.id}"][0]
            found = db.session.get(files.Attachment, row.id)
            return found.url, found.id

    return made


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"<script>alert(1)</script>", "page.html"), (b"<svg xmlns='x' onload='alert(1)'/>", "drawing.svg"),
        (b"<?xml version='1.0'?><x/>", "data.xml"), (b"%PDF-1.4 <html><script>", "paper.pdf"),
        (b"<html><script>alert(1)</script>", "notes.txt"), (b"MZ" + b"\0" * 60, "tool.exe"),
        (b"GIF89a/*<script>*/", "moving.html"), (b"x,y\n=cmd|' /C calc'!A0,1\n", "table.csv"),
    ],
)  # fmt: skip
def test_nothing_that_could_act_is_shown_in_the_page(hang, cast, content, name):
    answer = cast.neighbour.gets(hang(content, name)[0])
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "html" not in answer.mimetype and "svg" not in answer.mimetype and "xml" not in answer.mimetype
    assert answer.data == content


def test_the_type_comes_from_the_content(tmp_path):
    def kind(content, name):
        path = tmp_path / "f"
        path.write_bytes(content)
        return files.type_of(path, name)

    assert kind(PNG, "a.png") == "image/png"
    assert kind(b"<html>", "a.png") == files.PLAIN_BYTES
    assert kind(PNG, "a.pdf") == files.PLAIN_BYTES
    assert kind(b"abc\0def", "a.txt") == files.PLAIN_BYTES
    assert kind(b"PK\3\4 nonsense", "a.docx") == files.PLAIN_BYTES


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"), ("C:\\x\\report.pdf", "report.pdf"), ("a\0b\r\nc.pdf", "ab c.pdf"),
        ("\u202efdp.exe", "fdp.exe"), ("", "file"), ("...", "file"), ("x" * 5000 + ".pdf", "x" * 110 + ".pdf"),
        ("تقرير المدينة.pdf", "تقرير المدينة.pdf"), ("城市.pdf", "城市.pdf"), ("e\u0301te.pdf", "éte.pdf"),
        ("🏙️.pdf", "🏙️.pdf"), ('quo"te;x.pdf', 'quo"te;x.pdf'), ("  a  .pdf ", "a.pdf"),
    ],
)  # fmt: skip
def test_names_are_cleaned_and_other_scripts_stay(name, kept):
    assert files.clean_name(name) == kept


def test_a_name_in_another_script_comes_back_whole(hang, cast):
    answer = cast.neighbour.gets(hang(b"words", 'تقرير "1"; x.txt')[0])
    assert answer.status_code == 200 and answer.data == b"words"
    assert "filename*=UTF-8''" in answer.headers["Content-Disposition"]


def test_who_may_not_see_gets_what_is_missing(hang, cast):
    url, _number = hang(b"words", "inner.txt", audience="space", space="circle")
    assert cast.neighbour.gets(url).status_code == 200
    assert cast.outsider.gets(url).status_code == cast.visitor.gets(url).status_code == 404
    assert cast.visitor.gets("/files/999999/none.txt").status_code == 404


def test_ranges_and_repeats(hang, cast):
    url, _number = hang(b"0123456789" * 1000, "long.txt")
    part = cast.neighbour.gets(url, headers={"Range": "bytes=10-19"})
    assert part.status_code == 206 and part.data == b"0123456789"
    tag = cast.neighbour.gets(url).headers["ETag"]
    assert cast.neighbour.gets(url, headers={"If-None-Match": tag}).status_code == 304
    assert cast.neighbour.gets(url).headers["Cache-Control"].startswith("private")


def test_equal_bytes_are_kept_once(app, hang, cast):
    hang(b"the same", "one.txt"), hang(b"the same", "two.txt")
    with app.app_context():
        assert db.session.query(files.Blob).count() == 1
        assert db.session.query(files.Attachment).count() == 2


def test_photos_lose_their_place_and_become_smaller(app, hang, cast):
    url, number = hang(photo(), "poster.jpg")
    answer = cast.neighbour.gets(url)
    shown = Image.open(io.BytesIO(answer.data))
    assert answer.mimetype == "image/jpeg" and max(shown.size) == 1600
    assert not shown.getexif() and b"Secret camera" not in answer.data
    assert answer.headers["Content-Disposition"].startswith("inline")


def test_broken_and_huge_pictures_are_never_shown(app, hang, cast):
    url, number = hang(PNG, "broken.png")
    assert cast.neighbour.gets(url).status_code == 404
    bomb = io.BytesIO()
    Image.new("1", (9000, 9000)).save(bomb, "PNG")
    url, bomb_number = hang(bomb.getvalue(), "bomb.png")
    assert cast.neighbour.gets(url).status_code == 404
    with app.app_context():
        assert {db.session.get(files.Attachment, n).state for n in (number, bomb_number)} == {"broken"}


def test_nothing_is_kept_of_what_is_refused(app, cast):
    with app.app_context():
        with pytest.raises(files.TooLarge):
            files.keep(io.BytesIO(b"x" * 2000), "a.txt", most=1000)
        with pytest.raises(files.Empty):
            files.keep(io.BytesIO(b""), "a.txt")
        folder = pathlib.Path(app.config["INSTANCE_DIR"])
        assert not list((folder / "incoming").iterdir())


def test_bytes_without_a_row_are_swept(app, cast, hang):
    hang(b"in use", "kept.txt")
    with app.app_context():
        lost = files.keep(io.BytesIO(b"lost"), "lost.txt")
        with atomic():
            db.session.add(files.Blob(hash=lost.hash, size=4, at=clock.now() - dt.timedelta(days=3)))
        assert files.sweep() == 1
        assert not files.store().exists(lost.hash)
        assert len(list(files.store().names())) == 1


def test_a_cut_upload_leaves_nothing(app, cast):
    class Cut(io.BytesIO):
        def read(self, *_):
            raise OSError("the line dropped")

    with app.app_context():
        with pytest.raises(OSError, match="dropped"):
            files.keep(Cut(), "a.txt")
        assert not os.listdir(pathlib.Path(app.config["INSTANCE_DIR"], "incoming"))


def test_an_archive_is_kept_and_not_opened(hang, cast):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", b"\0" * 5_000_000)
    answer = cast.neighbour.gets(hang(out.getvalue(), "bomb.zip")[0])
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.data == out.getvalue()
