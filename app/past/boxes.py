"""The files that come with what is brought over: asked for here, unpacked in the limited child process, some at a time."""

import json
import pathlib
import typing as t

from app.core import child
from app.library.upload_limits import accepts, largest, largest_of
from app.past.models import PastBatch
from app.past.plans import KNOWN_WHY, Plan
from app.past.sources import Fault, Record, Refused
from app.past.sources.unpacked import ASKED, TOLD

NOW = 64 * 1024 * 1024  # bytes that are laid out at a time
MOST_NOW = 200  # files


class Box:
    """The files of an archive, by name, in the order in which they are asked for; of other sources there are none."""

    def __init__(self, folder: pathlib.Path, names: list[str], packed: bool) -> None:
        self.folder, self.names, self.packed = folder, names, packed
        self.told: dict[str, list[str]] | None = None
        self.lying: dict[str, pathlib.Path] = {}

    def measured(self, name: str) -> list[str]:
        """Return the hash of a file, or nothing and why it cannot be taken. Raises Refused where the archive defeats the child."""
        if self.told is None:
            self._asks(self.names)
            try:
                self._run("measure")
            except child.Late:
                raise Refused("slow") from None
            except child.Failed as why:
                raise Refused(KNOWN_WHY.get(str(why), "broken")) from None
            self.told = t.cast("dict[str, list[str]]", json.loads((self.folder / TOLD).read_text("utf-8")))
        return self.told.get(name, ["", "damaged"])

    def open(self, name: str) -> t.BinaryIO:
        """Open one file. Raises OSError where it cannot be unpacked."""
        if name not in self.lying:
            self._lay_out(name)
        return self.lying[name].open("rb")

    def _lay_out(self, name: str) -> None:
        """Lay out this file and what follows it; where that fails, this file alone: one evil file takes no other along."""
        begin = self.names.index(name)
        for some in (self.names[begin : begin + MOST_NOW], [name]):
            for old in self.folder.glob("file-*"):  # of a run before, one that failed too
                old.unlink()
            self._asks(some)
            try:
                self._run("lay_out", NOW)
            except child.Late:
                raise
            except child.Failed:
                some = []
            places = {one: self.folder / f"file-{number}" for number, one in enumerate(some)}
            self.lying = {one: place for one, place in places.items() if place.exists()}
            if some:
                break
        self.lying.setdefault(name, self.folder / "none")

    def _asks(self, names: list[str]) -> None:
        asked = {name: largest_of(name) for name in names}
        (self.folder / ASKED).write_text(json.dumps(asked), "utf-8")

    def _run(self, work: str, *numbers: int) -> None:
        limits = child.Limits(seconds=180, wall=600, written=largest() + 1024)
        child.run(f"app.past.sources.unpacked:{work}", self.folder, *numbers, limits=limits)


def opened(batch: PastBatch, plan: Plan, begin: int = 0) -> Box:
    """Return the files that come with the records of a batch, from one of them on."""
    names = [one.file for one in plan.items[begin:] if one.file and accepts(_name(one))]
    return Box(plan.folder, list(dict.fromkeys(names)), batch.form == "archive")


def _name(record: Record) -> str:
    return record.file.rpartition("/")[2]


def hash_in(box: Box, record: Record, faults: list[Fault]) -> str | None:
    """Return the hash of a record's file, "" without one; None, and a fault, where the file cannot be taken."""
    if not record.file:
        return ""
    if not box.packed:
        faults.append(Fault(record.line, "no_file", _name(record)[-120:], lost=False))
        return ""
    found, key = box.measured(record.file) if accepts(_name(record)) else ("", "type_of_file")
    if key:
        faults.append(Fault(record.line, key, record.file[-120:]))
    return found or None
