"""Tables as CSV, streamed, or as a workbook: what a spreadsheet would take for a formula is written as text."""

import csv
import io
import json
import pathlib
import tempfile
import typing as t

from flask import Flask, Response, current_app

from app.core import child, look
from app.core.aside import let_go
from app.core.languages import _, direction, language
from app.core.site import is_demo

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe(value: t.Any) -> str:
    """Return a value as a cell: no spreadsheet may run it."""
    text = "" if value is None else str(value)
    risky = text.startswith(FORMULA) or text.lstrip().startswith(FORMULA[:4])
    return f"'{text}" if risky and not isinstance(value, (int, float)) else text


def line(values: t.Iterable[t.Any]) -> str:
    """Return one line of CSV."""
    out = io.StringIO()
    csv.writer(out).writerow([safe(value) for value in values])
    return out.getvalue()


Batch = t.Callable[[t.Any], tuple[t.Sequence[t.Sequence[t.Any]], t.Any]]


def answer(name: str, head: t.Sequence[str], read: Batch) -> Response:
    """Return a table as a file that is sent while it is read: `read(at)` gives some rows and where the next begin.

    Between two batches nothing is held: no context, no connection, however slowly somebody reads.
    """
    app = t.cast(Flask, t.cast(t.Any, current_app)._get_current_object())

    def lines() -> t.Iterator[str]:
        yield "\ufeff" + line(head)  # the mark lets spreadsheets read the letters as they are
        at = None
        while True:
            with app.app_context():
                rows, at = read(at)
            if not rows:
                return
            yield "".join(map(line, rows))

    made = Response(lines(), mimetype="text/csv")
    made.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    made.headers["Cache-Control"] = "no-store"
    return made


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def attached(name: str, form: str, rows: t.Sequence[t.Sequence[t.Any]]) -> Response:
    """Return a short table as a file: `csv`, or `xlsx`."""
    if form == "xlsx":
        made = Response(workbook(rows), mimetype=XLSX)
    else:  # the mark lets spreadsheets read the letters as they are
        made = Response("\ufeff" + "".join(map(line, rows)), mimetype="text/csv")
    made.headers["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    made.headers["Cache-Control"] = "private, no-store"
    return made


def workbook(rows: t.Iterable[t.Sequence[t.Any]]) -> bytes:
    """Return rows as a workbook (XLSX), written by a child process: nobody waits for a connection meanwhile."""
    let_go()
    with tempfile.TemporaryDirectory() as folder:
        source, result = pathlib.Path(folder, "rows.json"), pathlib.Path(folder, "book.xlsx")
        source.write_text(json.dumps([[safe(value) for value in row] for row in rows]), "utf-8")
        child.run("app.core.workbooks:write", folder, source, result)
        return result.read_bytes()


PDF, PDF_LIMITS = "application/pdf", child.Limits(seconds=40, wall=90)
Blocks = t.Sequence[tuple[str, str]]  # heading, label or text, with its words


def printed(name: str, title: str, blocks: Blocks) -> Response:
    """Return words as a PDF, written by a child process, in the reader's language and direction."""
    sample = (
        str(_("Sample content. It does not report real activity of the places named.")) if is_demo() else ""
    )
    said = {
        "title": title, "mark": f"{look.title()}. {sample}".strip(), "language": language(),
        "direction": direction(language()), "blocks": blocks,
        "lacks": str(_("Some letters are not in the fonts of this file. The table (CSV) has them.")),
    }  # fmt: skip
    made = Response(_pdf(said), mimetype=PDF)
    made.headers["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    made.headers["Cache-Control"] = "private, no-store"
    return made


def _pdf(said: dict[str, t.Any]) -> bytes:
    let_go()
    with tempfile.TemporaryDirectory() as folder:
        source, result = pathlib.Path(folder, "words.json"), pathlib.Path(folder, "printed.pdf")
        source.write_text(json.dumps(said), "utf-8")
        child.run("app.core.printed:write", folder, source, result, limits=PDF_LIMITS)
        return result.read_bytes()
