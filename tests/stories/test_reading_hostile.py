"""Broken and hostile files: none stops the job, takes more than its share, reaches the network or runs on a page."""

import io
import pathlib
import re
import socket
import subprocess
import sys
import time
import zipfile

import pytest
import sqlalchemy as sa

from app.core import child, files
from app.extensions import db
from app.library.models import Document, Page, Version
from app.library.reading import storing
from tests import papers, readings

PLAIN_DOCX = readings.docx_file()
BODY = "word/document.xml"
ENTITY = "<office:text><text:p>&j;</text:p></office:text>"


def cut(data, part=0.6):
    """A file that lost its end."""
    return data[: int(len(data) * part)]


def docx_with(body):
    return readings.repacked(PLAIN_DOCX, {BODY: body})


def many_members():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in ("[Content_Types].xml", "word/document.xml", *(f"word/{n}.xml" for n in range(11_000))):
            archive.writestr(name, "<a/>")
    return out.getvalue()


def closed_odt():
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry '
        'manifest:full-path="content.xml"><manifest:encryption-data/></manifest:file-entry></manifest:manifest>'
    )
    return readings.repacked(readings.odf("text", readings.ODT), {"META-INF/manifest.xml": manifest})


def deep_rtf():
    return b"{\\rtf1 " + b"{" * 200_000 + b"zebra" + b"}" * 200_000 + b"}"


def wide_sheet():
    body = (
        "<office:spreadsheet><table:table table:name='a'>"
        + (
            "<table:table-row table:number-rows-repeated='1000000'>"
            "<table:table-cell table:number-columns-repeated='1000000'><text:p>x</text:p></table:table-cell></table:table-row>"
        )
        * 50
    )
    return readings.odf("spreadsheet", f"{body}</table:table></office:spreadsheet>")


CORPUS = {
    "bomb.docx": (lambda: readings.bomb(PLAIN_DOCX, BODY), {"broken"}),
    "film.docx": (lambda: readings.bomb(PLAIN_DOCX, "word/media/film.mp4", 160), {"ready"}),
    "bomb.xlsx": (lambda: readings.bomb(readings.xlsx_file(3), "xl/sharedStrings.xml", 160), {"broken"}),
    "bomb.odt": (lambda: readings.bomb(readings.odf("text", readings.ODT), "content.xml", 160), {"broken"}),
    "laughs.docx": (lambda: docx_with(f"{readings.LAUGHS}<a>&j;</a>"), {"broken"}),
    "files.docx": (lambda: docx_with(f"{readings.FILES}<a>&a;</a>"), {"broken"}),
    "laughs.odt": (lambda: readings.odf("text", ENTITY, before=readings.LAUGHS), {"broken"}),
    "files.odt": (lambda: readings.odf("text", ENTITY.replace("&j;", "&a;"), before=readings.FILES), {"broken"}),
    "laughs.xlsx": (
        lambda: readings.repacked(readings.xlsx_file(3), {"xl/workbook.xml": f"{readings.LAUGHS}<a>&j;</a>"}), {"broken"},
    ),
    "deep.docx": (lambda: docx_with(readings.deep_xml()), {"broken"}),
    "deep.md": (lambda: b"> " * 20_000 + b"- " * 20_000 + b"[" * 20_000, {"ready", "plain", "broken"}),
    "deep.rtf": (deep_rtf, {"ready", "broken"}),
    "wide.ods": (wide_sheet, {"ready"}),
    "members.docx": (many_members, {"broken"}),
    "cut.docx": (lambda: cut(PLAIN_DOCX), {"broken"}),
    "cut.pdf": (lambda: cut(readings.pdf(2)), {"ready", "broken", "plain"}),
    "loop.pdf": (readings.looping_pdf, {"plain", "broken"}),
    "bomb.pdf": (readings.flate_bomb_pdf, {"plain", "broken", "ready"}),
    "page.pdf": (lambda: b"<html><script>alert(1)</script>", {"broken"}),
    "lies.png": (lambda: readings.pdf(1), {"broken"}),
    "huge.png": (readings.huge_picture, {"broken"}),
    "closed.odt": (closed_odt, {"encrypted"}),
    "closed.docx": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"E\0n\0c\0" * 600, {"encrypted"}),
    "nothing.zip": (lambda: b"PK\5\6" + b"\0" * 18, {"plain", "ready", "broken"}),
    "bytes.txt": (lambda: b"a\0b" * 90, {"broken"}),
    "binary.csv": (lambda: bytes(range(1, 256)) * 400, {"ready", "broken"}),
}  # fmt: skip


@pytest.mark.parametrize("name", CORPUS)
def test_a_hostile_file_is_read_or_said_to_be_broken(cast, name):
    make, expected = CORPUS[name]
    data, started = make(), time.process_time()
    number = papers.published(cast, cast.chair, data=data, name=name)
    with cast.app.app_context():
        one = db.session.scalars(sa.select(Version)).one()
        assert one.state in expected, (one.state, one.why)
        assert one.claimed is None
        text = "".join(db.session.scalars(sa.select(Page.text)))
    assert time.process_time() - started < 10  # the work was the child's
    assert "root:" not in text  # of no file of this machine
    assert "zebra zebra" not in text  # of no entity
    answer = cast.outsider.gets(papers.document(cast, number).url)
    assert answer.status_code == 200
    for part in ("read", "read?page=all", "preview?fragment=1"):
        assert cast.outsider.gets(f"/library/{number}/{part}").status_code == 200
    got = cast.outsider.gets(f"/files/{one.file_id}/{name}")
    assert (got.status_code, got.data == data) == (200, True)
    if not one.mime.startswith("image/"):
        assert got.headers["Content-Disposition"].startswith("attachment")


MEASURED = """
import contextlib, json, pathlib, resource, sys
from app.core import child
from app.library.reading import taking
for name in sys.argv[1:]:
    folder = pathlib.Path(name + ".read")
    folder.mkdir()
    with contextlib.suppress(child.Failed):
        taking.take(pathlib.Path(name).suffix[1:], name, folder)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def test_no_child_ever_held_more_than_512_mib(tmp_path):
    """Asked for by a small process: what a child holds begins, for the kernel, with the size of who asked for it."""
    paths = []
    for name in ("bomb.pdf", "laughs.docx", "film.docx"):
        paths.append(str(tmp_path / name))
        pathlib.Path(paths[-1]).write_bytes(CORPUS[name][0]())
    command = [sys.executable, "-c", MEASURED, *paths]
    done = subprocess.run(
        command, cwd=pathlib.Path(child.__file__).parents[2], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert 20 * 1024 < int(done.stdout) <= 512 * 1024


def test_no_reading_asks_another_host(cast):
    with socket.create_server(("127.0.0.1", 0)) as door:
        door.settimeout(0.2)
        address = f"http://127.0.0.1:{door.getsockname()[1]}/zebra"
        body = f'<office:text><text:p>a<draw:frame><draw:image xlink:href="{address}.png"/></draw:frame></text:p></office:text>'
        outside = f'<!DOCTYPE l SYSTEM "{address}.dtd">'
        sent = {
            "a.docx": readings.docx_file(linked=f"{address}.png"),
            "b.docx": docx_with(f"{outside}<a/>"),
            "c.odt": readings.odf("text", body),
            "d.odt": readings.odf("text", body, before=outside),
            "e.md": f"![a]({address}.png) <img src='{address}'>".encode(),
        }
        for name, data in sent.items():
            number = papers.published(cast, cast.chair, data=data, name=name, title=name)
            assert (
                address + '.png"'
                not in cast.outsider.gets(f"/library/{number}/read").text.partition("<main")[2]
            )
        with pytest.raises(TimeoutError):
            door.accept()


EVIL = {
    "evil.docx": lambda: readings.docx_file(evil=True),
    "evil.txt": lambda: readings.EVIL.encode(),
    "evil.md": lambda: f"# {readings.EVIL}\n\n[x](javascript:alert(1)) {readings.EVIL}".encode(),
    "evil.csv": lambda: f'{readings.EVIL},"a"\n{readings.EVIL},b\n'.encode(),
    "evil.zip": lambda: readings.repacked(readings.xlsx_file(1), {readings.EVIL: "x"}),
    "evil.pdf": lambda: readings.pdf(1, title=readings.EVIL, words=readings.EVIL),
    "evil.odt": lambda: readings.odf(
        "text",
        "<office:text><text:h>&lt;script&gt;alert(1)&lt;/script&gt;</text:h><text:p>"
        "<text:a xlink:href='JaVaScRiPt:alert(1)'>x</text:a>"
        "<text:a xlink:href='data:text/html,x'>y</text:a></text:p></office:text>",
        meta="<dc:title>&lt;script&gt;alert(1)&lt;/script&gt;</dc:title>",
    ),
}


@pytest.mark.parametrize("name", EVIL)
def test_what_would_run_is_only_words(cast, name):
    number = papers.published(cast, cast.chair, data=EVIL[name](), name=name, title=readings.EVIL)
    papers.revised(cast, cast.chair, number, EVIL[name]() + b" ", name)
    url = papers.document(cast, number).url
    paths = [
        url,
        *(
            f"/library/{number}/{part}"
            for part in ("read", "read?q=alert", "read?v=1", "difference", "preview?fragment=1")
        ),
    ]
    for path in paths:  # each is checked as a page, too: no script or style on any tag
        text = cast.chair.gets(path).text.partition("<main")[2] or cast.chair.gets(path).text
        text = text.replace("<mark>", "").replace("</mark>", "")
        assert "<script" not in text, path
        assert "<img src=x" not in text, path
        for address in re.findall(r'href="([^"]*)"', text):
            assert address.startswith(("/", "#", "?", "http://", "https://", "mailto:")), (path, address)


def test_what_the_child_wrote_is_cleaned_again():
    dirty = (
        '<p id="p1-1" onclick="x()" style="color:red" class="y">a<script>b</script></p><p id="evil">c</p>'
        '<img src="https://x.example/p.png" alt="d"><img src="picture:3" alt="e"><a href="javascript:f()">g</a>'
        '<iframe src="/"></iframe><form><input></form><td colspan="99999">h</td><svg><a>i</a></svg><p lang="e\'n">j</p>'
    )
    clean = storing.clean(dirty)
    for bad in (
        "onclick",
        "style",
        "class",
        "script",
        "evil",
        "x.example",
        "javascript",
        "iframe",
        "form",
        "99999",
        "svg",
        "e'n",
    ):
        assert bad not in clean
    assert '<p id="p1-1">a' in clean
    assert storing.with_pictures(clean, {}).count("<img") == 0
    assert '<img src="/files/9/a.webp" alt="e">' in storing.with_pictures(
        clean, {"picture-3": "/files/9/a.webp"}
    )


def test_a_document_that_is_removed_while_it_is_read_leaves_nothing(cast, monkeypatch):
    real = storing.store

    def store(version_id, taken):
        with cast.app.app_context(), storing.atomic():
            db.session.execute(sa.delete(files.Attachment))
            db.session.execute(sa.delete(Version))
        real(version_id, taken)

    monkeypatch.setattr(storing, "store", store)
    number = papers.entered(cast, cast.chair, data=b"words", name="a.txt")
    with cast.app.app_context():
        assert db.session.get(Document, number)
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Page)) == 0
