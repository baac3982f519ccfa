"""Bodies that no browser sends: empty, too large, of thousands of parts, cut off, without an edge. A 4xx, and nothing is kept."""

import io

import pytest
import sqlalchemy as sa

from app.core import files
from app.core.files import Attachment
from app.extensions import db
from app.library.models import Document, Upload
from tests import papers
from tests.discussions import started
from tests.sending import together

# Where a body ends too early, the frame lets its half files go without closing them: memory alone, up to 500 KB each.
pytestmark = pytest.mark.filterwarnings(
    "ignore:.*SpooledTemporaryFile:pytest.PytestUnraisableExceptionWarning"
)
EDGE = "edge"
KIND = f"multipart/form-data; boundary={EDGE}"


@pytest.fixture
def settings():
    return {"MAX_REQUEST_MB": 1, "MAX_FILE_MB": 1, "WTF_CSRF_ENABLED": False}


def part(name, value, file=""):
    told = f'; filename="{file}"' if file else ""
    return (
        f'--{EDGE}\r\nContent-Disposition: form-data; name="{name}"{told}\r\n\r\n'.encode() + value + b"\r\n"
    )


END = f"--{EDGE}--\r\n".encode()


def whole(form):
    """Return a good form with a file, as bytes."""
    fields = b"".join(part(name, str(value).encode()) for name, value in form.items())
    return fields + part("files", b"%PDF-1.4 x", "paper.pdf") + part("file", b"%PDF-1.4 x", "paper.pdf")


BODIES = {
    "empty": lambda form: (b"", KIND),
    "nothing but the end": lambda form: (END, KIND),
    "too large": lambda form: (part("files", b"x" * 2_000_000, "large.pdf") + END, KIND),
    "five thousand parts": lambda form: (b"".join(part(f"p{n}", b"1") for n in range(5000)) + END, KIND),
    "five thousand files": lambda form: (
        b"".join(part("files", b"1", f"{n}.txt") for n in range(5000)) + END, KIND,
    ),
    "cut in a file": lambda form: (whole(form)[:-8], KIND),
    "cut in a head": lambda form: (part("title", b"x") + f"--{EDGE}\r\nContent-Dispo".encode(), KIND),
    "no edge": lambda form: (whole(form) + END, "multipart/form-data"),
    "an edge that never comes": lambda form: (whole(form) + END, "multipart/form-data; boundary=other"),
    "odd bytes": lambda form: (bytes(range(256)) * 40, KIND),
    "json": lambda form: (b'{"files": 1', "application/json"),
}  # fmt: skip


def kept(cast):
    """Return how much there is: rows and stored bytes."""
    with cast.app.app_context():
        rows = [
            db.session.scalar(sa.select(sa.func.count()).select_from(m))
            for m in (Document, Upload, Attachment)
        ]
        return rows, len(list(files.store().names()))


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_makes_no_sense_is_refused_and_nothing_is_kept(cast, name):
    talk, paper = started(cast, cast.chair), papers.entered(cast, cast.chair)
    before = kept(cast)
    for path in (
        "/library/new",
        f"/discussions/{talk}/replies",
        f"/library/{paper}/versions",
        "/bring-over",
        "/library/uploads",
    ):
        body, kind = BODIES[name](together(cast))
        seat = cast.steward if path == "/bring-over" else cast.chair
        answer = seat.client.post(
            path, input_stream=io.BytesIO(body), content_length=len(body), content_type=kind
        )
        assert 400 <= answer.status_code < 500, (path, answer.status_code)
    assert kept(cast) == before
