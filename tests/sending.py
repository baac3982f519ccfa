"""Sending files into the library as the page's script does, and as its plain form does."""

import hashlib
import io
import itertools

import sqlalchemy as sa
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from app.extensions import db
from app.library.models import Document, Upload, UploadBatch, Version

PDF = b"%PDF-1.4\n1 0 obj << >> endobj\ntrailer << >>\n%%EOF\n"
_numbers = itertools.count(1)


def pdf(words="A paper"):
    """Return the bytes of a small PDF that is like no other."""
    return PDF + f"% {words} {next(_numbers)}\n".encode()


def announced(seat, name, data, **more):
    """Announce a file; return the answer."""
    form = {"name": name, "size": str(len(data)), "print": f"{len(data)}-1-{name}"[:80], **more}
    return seat.posts("/library/uploads", form, headers={"X-Requested-With": "fetch"})


def piece(seat, key, offset, data, **more):
    """Send one piece; return the answer."""
    form = {"offset": str(offset), "piece": (io.BytesIO(data), "piece"), **more}
    return seat.posts(f"/library/uploads/{key}", form, headers={"X-Requested-With": "fetch"})


def came(seat, name, data, size=1000, **more):
    """Send a whole file in pieces; return the server's last word on it."""
    state = announced(seat, name, data, **more).json
    while state["state"] == "open":
        part = data[state["got"] : state["got"] + size]
        state = piece(seat, state["key"], state["got"], part, sum=hashlib.sha256(part).hexdigest()).json
    return state


def together(cast, **more):
    """Return what is said of all files together, as the form says it."""
    values = {
        "space": cast.spaces.network,
        "organisation": "0",
        "sight": "members",
        "language": "",
        "unpack": "y",
    }
    return {**values, **more}


def shared(seat, form, *files):
    """Send the plain form with files: pairs of name and bytes."""
    fields = MultiDict(form)
    for name, data in files:
        fields.add("files", FileStorage(io.BytesIO(data), name))
    edge, body = encode_multipart(fields)  # as bytes: for large ones the client would leave a file open
    return seat.posts("/library/new", body, content_type=f"multipart/form-data; boundary={edge}")


def rows(cast, model=Upload):
    """Return all rows of a table, by number."""
    with cast.app.app_context():
        return list(db.session.scalars(sa.select(model).order_by(sa.inspect(model).primary_key[0])))


def documents(cast):
    """Return all documents."""
    return rows(cast, Document)


def versions(cast):
    """Return all versions."""
    return rows(cast, Version)


def batches(cast):
    """Return all batches."""
    return rows(cast, UploadBatch)
