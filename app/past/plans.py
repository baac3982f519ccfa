"""What a batch holds, read in the child process: a plan of records or discussions, and the folder in which it lies."""

import contextlib
import datetime as dt
import json
import pathlib
import shutil
import tempfile
import typing as t

from app.core import child, clock, files
from app.core.database import setting
from app.past.models import PastBatch
from app.past.sources import Fault, Post, Record, Refused, Talk
from app.past.sources.kinds import TALKS
from app.past.sources.work import FILES, PLAN, SOURCE

LIMITS = child.Limits(seconds=180, wall=600, written=512 * 1024 * 1024)
KNOWN_WHY = {"time": "slow", "memory": "large", "died": "broken"}


class Plan(t.NamedTuple):
    """What was read: the head says what was guessed, the items are records or discussions in a fixed order."""

    head: dict[str, t.Any]
    items: list[t.Any]
    folder: pathlib.Path

    @property
    def faults(self) -> list[Fault]:
        """What was wrong, by line."""
        return [Fault(*one) for one in self.head["faults"]]

    def attached(self, post: Post) -> list[tuple[str, pathlib.Path]]:
        """Return the files that hang on a mail: names, and where their bytes lie."""
        found = sorted(pathlib.Path(self.folder, FILES).glob(f"{post.at_byte}-?"))
        return [(path.with_name(f"{path.name}.name").read_text("utf-8"), path) for path in found]


@contextlib.contextmanager
def read(batch: PastBatch, with_files: bool = False) -> t.Iterator[Plan]:
    """Read the file of a batch; its plan and its folder are there until the block ends. Raises Refused."""
    place = pathlib.Path(setting("INSTANCE_DIR"), "work")
    place.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place, prefix="past-") as name:
        folder = pathlib.Path(name).resolve()
        with files.store().open(batch.hash) as source, open(folder / SOURCE, "wb") as copy:
            shutil.copyfileobj(source, copy, 1024 * 1024)
        asked = json.dumps(batch.how.get("read") or {})
        try:
            now = clock.now().isoformat()
            child.run(
                "app.past.sources.work:read",
                folder,
                batch.form,
                now,
                asked,
                "yes" if with_files else "no",
                limits=LIMITS,
            )
        except child.Late:
            raise Refused("slow") from None
        except child.Failed as why:
            key = str(why)
            raise Refused(KNOWN_WHY.get(key.partition(":")[0], key)) from None
        yield _loaded(batch, folder)


def _loaded(batch: PastBatch, folder: pathlib.Path) -> Plan:
    with open(folder / PLAN, encoding="utf-8") as lines:
        head = json.loads(next(lines))
        made = _talk if batch.form in TALKS else _record
        return Plan(head, [made(json.loads(line)) for line in lines], folder)


def _record(values: list[t.Any]) -> Record:
    return Record(*values)


def _talk(values: list[t.Any]) -> Talk:
    key, title, posts = values
    return Talk(key, title, [_post(one) for one in posts])


def _post(values: list[t.Any]) -> Post:
    found = dict(zip(Post._fields, values, strict=True))
    return Post(**{**found, "at": dt.datetime.fromisoformat(found["at"]), "answers": tuple(found["answers"])})
