"""Rate limits: one limiter for every door, per account and per neighbourhood of addresses."""

import functools
import ipaddress
import logging
import time
import typing as t

from flask import Flask, abort, current_app, request
from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import Storage, storage_from_string
from limits.strategies import FixedWindowRateLimiter, RateLimiter

DOOR_MINUTES = 15

log = logging.getLogger(__name__)
T = t.TypeVar("T")


class Counts(Storage):
    """Counts in the memory of this process. The library's own starts a thread at each count, to sweep."""

    STORAGE_SCHEME = ["here"]
    SWEEP_AT = 10_000  # keys, some 2 MB

    def __init__(self) -> None:
        super().__init__()
        self.counts: dict[
            str, tuple[int, float]
        ] = {}  # key → count, when its window ends (seconds since 1970)

    @property
    def base_exceptions(self) -> type[Exception]:
        """What the library may wrap: nothing here fails."""
        return ValueError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count, in a window of `expiry` seconds that begins with the first."""
        now = time.time()
        count, ends = self.counts.get(key, (0, 0.0))
        count, ends = (count + amount, ends) if ends > now else (amount, now + expiry)
        if len(self.counts) >= self.SWEEP_AT:
            self.counts = {other: kept for other, kept in self.counts.items() if kept[1] > now}
        self.counts[key] = count, ends
        return count

    def get(self, key: str) -> int:
        """Return a count, 0 once its window is over."""
        count, ends = self.counts.get(key, (0, 0.0))
        return count if ends > time.time() else 0

    def get_expiry(self, key: str) -> float:
        """Return when the window of a count ends, now where there is none."""
        return self.counts.get(key, (0, time.time()))[1]

    def check(self) -> bool:
        """Memory is always there."""
        return True

    def reset(self) -> int:
        """Forget all counts; return how many there were."""
        size = len(self.counts)
        self.counts.clear()
        return size

    def clear(self, key: str) -> None:
        """Forget one count."""
        self.counts.pop(key, None)


def register(app: Flask) -> None:
    """Choose where the counts are kept: in memory, or in Redis so that all web processes share them."""
    url = app.config["REDIS_URL"]
    here = FixedWindowRateLimiter(Counts())
    shared = FixedWindowRateLimiter(storage_from_string(url, **PATIENCE)) if url else here
    app.extensions["limits"], app.extensions["limits_here"] = shared, here


PATIENCE: dict[str, t.Any] = {"wrap_exceptions": True, "socket_timeout": 0.5, "socket_connect_timeout": 0.5}


def _ask(fn: t.Callable[[RateLimiter], T]) -> T:
    """Ask the shared counts; while Redis is away each process counts for itself, and nobody is turned away."""
    try:
        return fn(t.cast(RateLimiter, current_app.extensions["limits"]))
    except StorageError as error:
        log.warning("the counts are away: %s", error)
        return fn(t.cast(RateLimiter, current_app.extensions["limits_here"]))


def neighbourhood() -> str:
    """Return the /24 or /64 that a request comes from: one person has many IPv6 addresses."""
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    length = 24 if address.version == 4 else 64
    return str(ipaddress.ip_network(f"{address}/{length}", strict=False))


@functools.lru_cache(256)
def _limit(most: int, minutes: int) -> RateLimitItem:
    return parse(f"{most}/{minutes} minutes")


def hit(name: str, who: str, most: int, minutes: int) -> bool:
    """Count one try; say whether it is still within `most` in that many minutes."""
    return _ask(lambda limiter: limiter.hit(_limit(most, minutes), name, who))


def left_seconds(name: str, who: str, most: int, minutes: int) -> int:
    """Return how many seconds are left until the window of a count ends, at least 1."""
    window = _ask(lambda limiter: limiter.get_window_stats(_limit(most, minutes), name, who))
    return max(1, int(window.reset_time - time.time()))


def door(account: str) -> int:
    """Count one try at a door (password, link, reset); return 0, or the seconds to wait.

    Unknown accounts are counted as well: the answer must not tell which exist. Where no account is named, as
    with a mailed key, only the neighbourhood is counted.
    """
    config, account = current_app.config, _account(account)
    counts = [("door-net", neighbourhood(), config["SIGN_IN_TRIES_SUBNET"])]
    if account:
        counts.append(("door", account, config["SIGN_IN_TRIES"]))
    over = [count for count in counts if not hit(*count, DOOR_MINUTES)]
    return max((left_seconds(*count, DOOR_MINUTES) for count in over), default=0)


def opened(account: str) -> None:
    """Forget the tries of an account whose owner has come in."""
    most = current_app.config["SIGN_IN_TRIES"]
    _ask(lambda limiter: limiter.clear(_limit(most, DOOR_MINUTES), "door", _account(account)))


def _account(name: str) -> str:
    return " ".join(name.lower().split())[:200]


def hourly(name: str, person_id: int, most: int) -> None:
    """Count one of a person's acts in this hour; 429 when there were too many."""
    counted(name, str(person_id), most)


def counted(name: str, who: str, most: int) -> None:
    """Count one act of somebody in this hour, a person or a neighbourhood; 429 when there were too many."""
    if not hit(name, who, most, 60):
        abort(429)
