"""Who was erased, outside the database: a backup that is older brings nobody back.

One line for each erasure, in the folder of the instance and beside every backup: numbers and a hash, no name, no address.
`flask restore` erases these accounts anew before anybody can open the site.
"""

import datetime as dt
import hashlib
import json
import os
import pathlib
import typing as t

from app.core import clock
from app.core.database import setting
from app.members.models import Person

NAME = "erasures.jsonl"
Line = dict[str, t.Any]


def place() -> pathlib.Path:
    """Return the file of this installation."""
    return pathlib.Path(setting("INSTANCE_DIR"), NAME)


def mark_of(person: Person) -> str:
    """Return what tells an account from another one with the same number: a hash over when it was made."""
    made = person.at.astimezone(dt.UTC).isoformat()
    return hashlib.sha256(f"convivio erasure|{person.id}|{made}".encode()).hexdigest()[:32]


def note(person: Person, words: str) -> None:
    """Write down that an account is being erased; on the disk before its first row changes."""
    line = {
        "at": clock.now().isoformat(timespec="seconds"),
        "person": person.id,
        "mark": mark_of(person),
        "words": words,
    }
    add(place(), [line])


def add(path: pathlib.Path, lines: t.Iterable[Line]) -> None:
    """Append the lines that are not there yet."""
    known = {key(line) for line in read(path)}
    new = [line for line in lines if key(line) not in known]
    if not new:
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a", encoding="utf-8") as file:
        if _is_cut_off(path):
            file.write("\n")  # a line that a power loss cut off takes no new one along
        file.writelines(json.dumps(line, sort_keys=True) + "\n" for line in new)
        file.flush()
        os.fsync(file.fileno())


def _is_cut_off(path: pathlib.Path) -> bool:
    written = path.read_bytes()
    return bool(written) and not written.endswith(b"\n")


def key(line: Line) -> tuple[t.Any, t.Any]:
    return line["person"], line["mark"]


def read(path: pathlib.Path) -> list[Line]:
    """Return the lines of a file, without one that a power loss cut off; nothing where there is none."""
    if not path.is_file():
        return []
    found = []
    for text in path.read_text("utf-8").splitlines():
        try:
            line = json.loads(text)
        except ValueError:
            continue
        if isinstance(line, dict) and isinstance(line.get("person"), int) and line.get("mark"):
            found.append(line)
    return found


def beside(folder: pathlib.Path) -> None:
    """Bring the file beside a backup and that of the installation to the same lines."""
    ours, theirs = place(), folder / NAME
    if theirs.resolve() != ours.resolve():
        add(theirs, read(ours))
