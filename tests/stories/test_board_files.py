"""Stories of files on posts: who gets them, what is refused, and that the words are kept."""

import io

import pytest
import sqlalchemy as sa
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from app.core import pictures
from app.core.files import Attachment
from app.extensions import db
from app.library.models import Document
from tests.discussions import address, post, started, thread

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108020000009077"
    "53de0000000c4944415408d763f8cfc000000301010018dd8db00000000049454e44ae426082"
)


def sent(body="See the file", *files, **more):
    """Return a form with files, as a browser sends it."""
    return {"body": body, "files": [(io.BytesIO(data), name) for data, name in files], **more}


def reply(seat, number, form):
    """Send a reply with files."""
    return send(seat, f"/discussions/{number}/replies", form)


def send(seat, path, form):
    """Send a form as a browser does; in one piece of memory, for the test client leaves its own files open."""
    values = MultiDict(
        (name, value) for name, given in form.items() for value in (given if name == "files" else [given])
    )
    streams = MultiDict(
        (key, FileStorage(value[0], value[1], key) if isinstance(value, tuple) else str(value))
        for key, value in values.items(multi=True)
    )
    boundary, body = encode_multipart(streams)
    return seat.posts(path, body, content_type=f"multipart/form-data; boundary={boundary}")


def rows(cast):
    """Return the attachments."""
    with cast.app.app_context():
        return db.session.scalars(sa.select(Attachment).order_by(Attachment.id)).all()


def test_files_hang_on_their_post_and_have_its_readers(cast):
    number = started(cast, cast.chair, space="circle", audience="space")
    form = sent("Two files", (b"%PDF-1.4 x", "Größe <b>.pdf"), (b"a,b\n", "table.csv"))
    assert reply(cast.neighbour, number, form).status_code == 303
    assert post(cast, number, 2).files == 2
    page = cast.chair.gets(address(cast, number)).text
    assert "Größe &lt;b&gt;.pdf" in page and "filetile--xls" in page
    url = rows(cast)[0].url
    with cast.chair.gets(url) as answer:
        assert answer.status_code == 200 and answer.data == b"%PDF-1.4 x"
    assert cast.outsider.gets(url).status_code == 404 and cast.visitor.gets(url).status_code == 404


def test_a_picture_waits_until_it_is_cleaned(cast):
    number = started(cast, cast.chair)
    reply(cast.neighbour, number, sent("A picture", (PNG, "plan.png")))
    url = address(cast, number)
    first = cast.chair.gets(url)
    assert "Being prepared" in first.text
    with cast.app.app_context():
        while waiting := pictures.waiting():  # one that runs out of time on a busy machine waits on
            pictures.clean(waiting[0])
    again = cast.chair.gets(url, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 200 and 'alt="plan.png" loading="lazy"' in again.text


@pytest.mark.parametrize(
    "files, words",
    [
        ([(b"", "empty.pdf")], "empty.pdf is empty."),
        ([(b"x" * (1024 * 1024 + 1), "large.txt")], "large.txt is larger than 1 MB."),
        ([(b"x", f"{n}.txt") for n in range(4)], "At most 3 files."),
    ],
)
@pytest.mark.parametrize("settings", [{"MAX_FILE_MB": 1, "FILES_PER_POST": 3}])
def test_wrong_files_are_explained_and_the_words_kept(cast, files, words, settings):
    number = started(cast, cast.chair)
    answer = reply(cast.neighbour, number, sent("My words", *files))
    assert answer.status_code == 422 and words in answer.text and "My words" in answer.text
    assert "Choose the files again." in answer.text
    assert thread(cast, number).posts == 1 and not rows(cast)
    form = {
        **sent("My words", *files),
        "title": "With a file",
        "topic": "housing",
        "space": cast.spaces.network,
    }
    new = send(cast.neighbour, "/discussions/new", form)
    assert new.status_code == 422 and words in new.text and "My words" in new.text


@pytest.mark.parametrize("settings", [{"MAX_FILE_MB": 1, "MAX_REQUEST_MB": 1}])
def test_a_request_that_is_too_large_is_refused(cast, settings):
    number = started(cast, cast.chair)
    answer = reply(cast.neighbour, number, sent("My words", (b"x" * (2 * 1024 * 1024), "large.txt")))
    assert answer.status_code == 413 and thread(cast, number).posts == 1


def test_strange_names_and_no_files(cast):
    number = started(cast, cast.chair)
    names = ["../../etc/passwd", "a\u202egnp.exe", "x" * 300 + ".pdf", ".htaccess", "тест.txt"]
    for name in names:
        assert reply(cast.neighbour, number, sent("File", (b"words", name))).status_code == 303
    assert reply(cast.neighbour, number, sent("None", (b"", ""))).status_code == 303
    assert cast.chair.gets(address(cast, number)).status_code == 200
    assert len(rows(cast)) == len(names) and all("/" not in row.name for row in rows(cast))


def test_files_sent_twice_hang_once(cast):
    number = started(cast, cast.chair)
    answers = [
        reply(cast.neighbour, number, sent("Twice", (b"one", "one.txt"), idempotency_key="k"))
        for _turn in range(2)
    ]
    assert answers[0].location == answers[1].location and len(rows(cast)) == 1
    other = reply(cast.neighbour, number, sent("Twice", (b"two", "one.txt"), idempotency_key="k"))
    assert other.status_code == 422


def test_removing_a_post_takes_its_files_away(cast):
    number = started(cast, cast.chair)
    reply(cast.neighbour, number, sent("File", (b"words", "one.txt")))
    url = rows(cast)[0].url
    cast.neighbour.posts(f"/discussions/{number}/posts/2/remove")
    assert not rows(cast) and cast.chair.gets(url).status_code == 404


def test_a_file_of_ones_own_becomes_a_draft_of_the_library(cast, monkeypatch):
    number = started(cast, cast.chair, space="africa", audience="space")
    reply(cast.neighbour, number, sent("File", (b"%PDF-1.4 x", "Housing_guide_2017.pdf"), (b"x", "data.ics")))
    guide, dates = rows(cast)
    path = f"/library/from-file/{guide.id}"
    assert path in cast.neighbour.gets(address(cast, number)).text
    assert path not in cast.chair.gets(address(cast, number)).text
    answers = [cast.neighbour.posts(path) for _turn in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    page = cast.neighbour.gets(answers[0].location)
    assert page.status_code == 200 and "Housing guide 2017" in page.text
    assert cast.chair.gets(answers[0].location).status_code == 404
    assert cast.neighbour.gets(answers[1].location).status_code == 200
    with cast.app.app_context():
        [document] = db.session.scalars(sa.select(Document)).all()
        assert (document.state, document.sight, document.space_id) == ("draft", "space", cast.spaces.africa)
        assert (document.date, document.file_size) == ("2017", len(b"%PDF-1.4 x"))
    assert cast.neighbour.posts(f"/library/from-file/{dates.id}").location == address(cast, number)
    assert "cannot be shared" in cast.neighbour.gets(address(cast, number)).text
    with cast.app.app_context():
        rent = db.session.merge(dates)  # as if it were a large text
        rent.name, rent.size = "rents.txt", 1024 * 1024 + 1
        db.session.commit()
    monkeypatch.setitem(cast.app.config, "LIBRARY_TYPES", "pdf,txt:1")
    assert cast.neighbour.posts(f"/library/from-file/{dates.id}").location == address(cast, number)
    assert "larger than 1 MB" in cast.neighbour.gets(address(cast, number)).text
    assert cast.chair.posts(path).status_code == 403 and cast.outsider.posts(path).status_code == 404
    assert cast.neighbour.posts("/library/from-file/999").status_code == 404
