"""What the room that invites tells the door: whether a mailed key is still good, to which seat, and what follows."""

import typing as t


class Host(t.NamedTuple):
    """A room that invites. Each function is told the number of the mailed key."""

    good: t.Callable[[int], bool]  # may this key still be used?
    seat: t.Callable[
        [int], t.Any
    ]  # what it invites to: form, code, name, title, by; None where it knows nothing
    taken: t.Callable[[t.Any, int], None]  # somebody came in by it: in the same transaction


_hosts: list[Host] = []


def host(one: Host) -> None:
    """Register a room that invites."""
    if one not in _hosts:
        _hosts.append(one)


def good(key_id: int) -> bool:
    """Say whether a key may still be used, beside its own age."""
    return all(one.good(key_id) for one in _hosts)


def seat(key_id: int) -> t.Any:
    """Return what a key invites to, None where nobody says so."""
    return next((found for one in _hosts if (found := one.seat(key_id))), None)


def taken(person: t.Any, key_id: int) -> None:
    """Say that a person came in by a key, inside atomic()."""
    for one in _hosts:
        one.taken(person, key_id)
