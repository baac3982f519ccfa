"""Files on their way into the library, for tests that walk all routes."""

import io
import zipfile

from app.core.database import atomic
from app.library import pieces, uploads

DATA = b"%PDF-1.4 a paper of the world"


def build(cast):
    """The chair sends files: one that has not come whole, one to be stopped, a ZIP, a batch to save and one to drop."""
    chair, found = cast.chair.me(), {}
    for name in ("coming", "stopped"):
        upload = uploads.begin(chair, f"{name}.pdf", len(DATA), print_=name)
        found[f"upload_{name}"] = upload.key
    assert pieces.got(upload.key) == 0
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("inner.pdf", DATA)
    for name, kept, data in (
        ("zip", "papers.zip", out.getvalue()),
        ("saved", "a.pdf", DATA),
        ("dropped", "b.pdf", DATA),
    ):
        received = uploads.receive(io.BytesIO(data), kept)
        with atomic():
            batch = uploads.batch(chair)
            upload = uploads.enter(chair, batch.id, received)
            found |= {f"batch_{name}": batch.id, f"upload_{name}": upload.key, f"row_{name}": upload.id}
    return found


def forms(w, form):
    """Return how each route is sent; `form` makes a Form."""
    said = {"space": w.cast.spaces.network, "organisation": "0", "sight": "members", "language": "en"}
    number = w.row_saved
    row = {
        f"title-{number}": "A paper",
        f"language-{number}": "",
        f"type-{number}": "",
        f"date-{number}": "",
        f"of-{number}": "",
    }
    file = w.files[f"thread:{w.open}"][0]
    return {
        "uploads.announce": form(
            "chair", "/library/uploads", {"name": "new.pdf", "size": "10", "print": "p"}
        ),
        "uploads.piece": form(
            "chair", f"/library/uploads/{w.upload_coming}", {"offset": "0", "piece": piece}
        ),
        "uploads.remove": form("chair", f"/library/uploads/{w.upload_stopped}/remove", {}),
        "uploads.unpack": form("chair", f"/library/uploads/{w.upload_zip}/unpack", {}),
        "uploads.send": form("chair", "/library/new", {**said, "files": paper}),
        "library_web.enter": form(
            "chair",
            "/library/new/link",
            {
                **said,
                "language": "en",
                "title": "On the web",
                "link": "https://paper.example/",
                "archive": "",
                "archived_on": "",
            },
        ),
        "batches.save": form("chair", f"/library/batches/{w.batch_saved}", {**said, **row, "publish": "1"}),
        "batches.drop": form("chair", f"/library/batches/{w.batch_dropped}/drop", {}),
        "library_from_post.add": form("chair", f"/library/from-file/{file}", {}),
    }


def pages(w):
    """Return an address of each page."""
    return {
        "uploads.new": ("chair", "/library/new"),
        "library_web.new": ("chair", "/library/new/link"),
        "uploads.state": ("chair", f"/library/uploads/{w.upload_coming}"),
        "batches.hearers": ("chair", f"/library/batches/{w.batch_saved}/hearers?sight=members"),
        "batches.show": ("chair", f"/library/batches/{w.batch_saved}"),
    }


def piece():
    """A piece of a file, as a script sends it."""
    return (io.BytesIO(DATA[:5]), "piece")


def paper():
    """A file, as a form sends it."""
    return (io.BytesIO(DATA + b" once more"), "paper.pdf")
