"""Files out: one route that asks the rule and never lets a file run as a page."""

import typing as t

from flask import Blueprint, Response, abort, request, send_file
from werkzeug.exceptions import HTTPException

from app.core import policy
from app.core.database import get_or_none
from app.core.files.models import Attachment
from app.core.files.stores import store
from app.core.files.types import INLINE

bp = Blueprint("files", __name__)
Asked = t.Callable[[Attachment], None]
_asked: list[Asked] = []


def on_download(fn: Asked) -> Asked:
    """Register who wants to know that a file was asked for by somebody who may have it."""
    if fn not in _asked:
        _asked.append(fn)
    return fn


@bp.get("/files/<int:number>/<path:name>")
@policy.ruled("file.read", public=True)
def download(number: int, name: str) -> Response:
    """The one way out of a file: asks the rule, fixes the type, never lets it run as a page."""
    return given_out(policy.require("file.read", get_or_none(Attachment, number)))


def given_out(row: Attachment) -> Response:
    """Return a file to somebody who may have it: what is no picture, sound or text is saved, and nothing runs as a page."""
    if row.state != "ready":
        abort(404)
    try:
        body = store().open(row.hash)
    except OSError:
        abort(503)
    for fn in _asked:
        fn(row)
    inline = row.type in INLINE and "download" not in request.args
    answer = send_file(
        body, mimetype=row.type, as_attachment=not inline, download_name=row.name, etag=row.hash,
        last_modified=row.at, conditional=False, max_age=0,
    )  # fmt: skip
    answer.content_length = row.size
    try:
        answer.make_conditional(request, accept_ranges=True, complete_length=row.size)
    except HTTPException:  # a part that the file does not have
        answer.close()
        raise
    answer.headers["Content-Type"] = row.type + ("; charset=utf-8" if row.type.startswith("text/") else "")
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer
