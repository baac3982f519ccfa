"""The work of the child process: a source is read there, and what it holds is written as lines of JSON into its folder."""

import datetime as dt
import json
import pathlib
import typing as t

from app.core.child import Refused as Ended
from app.past.sources import archive, forum, gathering, mails, references, tables
from app.past.sources.items import Fault, Record, Refused, Talk

SOURCE, PLAN, FILES = "source", "plan.jsonl", "attached"


def read(kind: str, now: str, asked: str, with_files: str) -> None:
    """Read the source in this folder; with files, what hangs on mails is laid beside the plan."""
    how = json.loads(asked)
    try:
        head, items, faults = READERS[kind](pathlib.Path(SOURCE), dt.datetime.fromisoformat(now), how)
    except Refused as why:
        raise Ended(str(why)) from None
    with open(PLAN, "w", encoding="utf-8", errors="replace") as out:
        out.write(json.dumps({**head, "faults": faults, "total": _size(items)}) + "\n")
        for one in items:
            out.write(json.dumps(one, default=str) + "\n")
    if kind == "mails" and with_files == "yes":
        _lay_out(items)


Found = tuple[dict[str, t.Any], t.Sequence[Record | Talk], t.Sequence[Fault]]


def _size(items: t.Sequence[Record | Talk]) -> int:
    return sum(len(one.posts) if isinstance(one, Talk) else 1 for one in items)


def _how(how: dict[str, t.Any]) -> tables.How:
    meanings = tuple(how.get("meanings") or ())
    return tables.How(how.get("encoding", ""), how.get("delimiter", ""), how.get("header", True), meanings)


def _table_head(table: tables.Table | None) -> dict[str, t.Any]:
    return {"how": table.how._asdict(), "head": table.head, "sample": table.sample} if table else {}


def _table(path: pathlib.Path, _now: dt.datetime, how: dict[str, t.Any]) -> Found:
    found = tables.read(path.read_bytes(), _how(how))
    return _table_head(found), found.records, found.faults


def _archive(path: pathlib.Path, _now: dt.datetime, how: dict[str, t.Any]) -> Found:
    with path.open("rb") as file:
        found = archive.read(file, _how(how))
    return {"manifest": found.manifest, **_table_head(found.table)}, found.records, found.faults


def _references(read: t.Callable[[str], tuple[list[Record], list[Fault]]]) -> t.Callable[..., Found]:
    def made(path: pathlib.Path, _now: dt.datetime, how: dict[str, t.Any]) -> Found:
        raw = path.read_bytes()
        encoding = how.get("encoding", "") or references.sheets.guess_encoding(raw)
        records, faults = read(references.text_of(raw, encoding))
        return {"how": {"encoding": encoding}}, records, faults

    return made


def _talks(module: t.Any) -> t.Callable[..., Found]:
    def made(path: pathlib.Path, now: dt.datetime, _how: dict[str, t.Any]) -> Found:
        with path.open("rb") as file:
            posts, faults = module.read(file, now)
        return {}, gathering.talks(posts), faults

    return made


READERS: dict[str, t.Callable[..., Found]] = {
    "table": _table, "archive": _archive, "ris": _references(references.ris), "bibtex": _references(references.bibtex),
    "mails": _talks(mails), "forum": _talks(forum),
}  # fmt: skip


def _lay_out(items: t.Sequence[t.Any]) -> None:
    """Lay what hangs on mails into the folder: each file under the place of its mail and its number."""
    pathlib.Path(FILES).mkdir()
    with open(SOURCE, "rb") as file:
        for post in (post for talk in items for post in talk.posts if post.files):
            mail = mails.one_at(file, post.at_byte)
            for number, (name, raw) in enumerate(mails.files_of(mail) if mail else ()):
                pathlib.Path(FILES, f"{post.at_byte}-{number}").write_bytes(raw)
                pathlib.Path(FILES, f"{post.at_byte}-{number}.name").write_text(name, "utf-8", "replace")
