"""Filters of long lists: which things fit, how many of those have each value of each facet, and one page of them.

A value of a facet is kept as one number that has a bit for each thing with that value. To filter is to take the bits
that numbers share, to count is to count bits: five thousand things with a dozen facets take less than a millisecond.
"""

import bisect
import time
import typing as t

from werkzeug.datastructures import MultiDict

from app.core.text import clean_line

Counts = dict[str, dict[str, int]]
MOST_VALUES = 20  # of one facet in one address
BREATH = 500


class Entry(t.Protocol):
    """A thing as filters see it: facets hold tuples, for it may have several values."""

    @property
    def id(self) -> int:
        """Its number."""
        ...

    @property
    def audience_id(self) -> int:
        """Who sees it."""
        ...

    @property
    def facets(self) -> tuple[tuple[str, ...], ...]:
        """Its values, in the order of the facets' names."""
        ...


def breathing(rows: t.Iterable[t.Any]) -> t.Iterator[t.Any]:
    """Hand on rows, and let others work now and then: thousands of them take a while."""
    for number, row in enumerate(rows):
        if number % BREATH == BREATH - 1:
            time.sleep(0)  # no waiting: the live loop has its turn
        yield row


class Sieve:
    """Things as bits: the first of the list is the lowest bit."""

    def __init__(self, entries: t.Iterable[Entry], names: t.Sequence[str]) -> None:
        self.names, self.entries = tuple(names), list(entries)
        self.slots = {one.id: slot for slot, one in enumerate(self.entries)}
        size = (len(self.entries) + 7) // 8
        kept: list[dict[t.Any, bytearray]] = [{} for _name in (*names, "audience")]
        for slot, one in enumerate(breathing(self.entries)):
            for of, values in zip(kept, _values(one), strict=True):
                for value in values:
                    of.setdefault(value, bytearray(size))[slot >> 3] |= 1 << (slot & 7)
        numbers = [{value: int.from_bytes(bits, "little") for value, bits in of.items()} for of in kept]
        self.audiences: dict[int, int] = numbers[-1]
        self.values: dict[str, dict[str, int]] = dict(zip(self.names, numbers, strict=False))

    def put(self, one: Entry) -> None:
        """Take in a thing that is new, or what changed of one that is known."""
        slot = self.slots.setdefault(one.id, len(self.entries))
        tables: list[dict[t.Any, int]] = [*self.values.values(), self.audiences]
        if slot == len(self.entries):
            self.entries.append(one)
        else:
            for of, values in zip(tables, _values(self.entries[slot]), strict=True):
                for value in values:
                    of[value] &= ~(1 << slot)
            self.entries[slot] = one
        for of, values in zip(tables, _values(one), strict=True):
            for value in values:
                of[value] = of.get(value, 0) | 1 << slot

    def seen(self, may_see: t.Callable[[int], bool]) -> int:
        """Return the things whose audience passes the rule for sight."""
        found = 0
        for audience_id, bits in self.audiences.items():
            if may_see(audience_id):
                found |= bits
        return found

    def having(self, name: str, values: t.Iterable[str]) -> int:
        """Return the things that have one of these values."""
        found, of = 0, self.values[name]
        for value in values:
            found |= of.get(value, 0)
        return found

    def where(self, fits: t.Callable[[t.Any], bool]) -> int:
        """Return the things that a function says yes to."""
        made = bytearray((len(self.entries) + 7) // 8)
        for slot, one in enumerate(breathing(self.entries)):
            if fits(one):
                made[slot >> 3] |= 1 << (slot & 7)
        return int.from_bytes(made, "little")

    def sift(self, among: int, wanted: t.Mapping[str, t.Sequence[str]]) -> tuple[int, Counts]:
        """Return those among some things that have a wanted value of each facet, and the counts of all values.

        A value counts what it would let in: those that fit in all other facets. A value that nothing among them has
        is left out; one that the other facets shut out counts 0.
        """
        chosen = {name: self.having(name, wanted[name]) for name in self.names if wanted.get(name)}
        fitting, counts = among, {}
        for bits in chosen.values():
            fitting &= bits
        for name in self.names:
            base = fitting if name not in chosen else _but(among, chosen, name)
            counts[name] = {
                value: (bits & base).bit_count() for value, bits in self.values[name].items() if bits & among
            }
        return fitting, counts

    def entries_of(self, bits: int) -> list[t.Any]:
        """Return these things, in the order of the list."""
        return [one for one, bit in zip(self.entries, f"{bits:b}"[::-1], strict=False) if bit == "1"]


def _values(one: Entry) -> tuple[tuple[t.Any, ...], ...]:
    return (*one.facets, (one.audience_id,))


def _but(among: int, chosen: dict[str, int], name: str) -> int:
    for other, bits in chosen.items():
        if other != name:
            among &= bits
    return among


Place = t.Callable[[int], t.Any]


def window(
    ids: t.Sequence[int], place_of: Place, after: int, before: int, size: int
) -> tuple[t.Sequence[int], int, int]:
    """Return the numbers of one page, and the cursors of the next and the previous (0: none).

    A cursor is the number of the last or first thing of a page. `place_of` knows its place in the order also where it
    no longer fits itself, and says None for what is not listed any more.
    """
    place = place_of(after or before)
    if place is None:
        start = 0
    elif before:
        start = max(0, bisect.bisect_left(ids, place, key=place_of) - size)
    else:
        start = bisect.bisect_right(ids, place, key=place_of)
    shown = ids[start : start + size]
    more = start + size < len(ids)
    return shown, shown[-1] if shown and more else 0, shown[0] if shown and start else 0


def chosen(given: MultiDict[str, str], name: str, longest: int = 60) -> tuple[str, ...]:
    """Return the values of a facet in an address, each once."""
    found = (clean_line(value)[:longest] for value in given.getlist(name)[:MOST_VALUES])
    return tuple(sorted(set(filter(None, found))))


def number(text: str) -> int:
    """Return a number of an address, 0 for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


class Value(t.NamedTuple):
    """One value of a facet, as a box to tick."""

    key: str
    label: str
    count: int  # type: ignore[assignment]  # a tuple of this house is never counted
    on: bool


class Facet(t.NamedTuple):
    """A filter with its values."""

    name: str
    title: str
    values: list[Value]
    open: bool


class Chip(t.NamedTuple):
    """A filter that is on, and the address without it."""

    label: str
    url: str
