"""Counts of tries in this process's memory."""

import datetime as dt

import pytest
import time_machine

from app.core.limits import Counts

NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as travelled:
        yield travelled


def test_a_count_grows_within_its_window_and_begins_anew_after_it(clock):
    counts = Counts()
    assert [counts.incr("door", 60), counts.incr("door", 60)] == [1, 2]
    assert counts.get_expiry("door") == NOON.timestamp() + 60
    clock.shift(59)
    assert counts.get("door") == 2
    clock.shift(2)
    assert counts.get("door") == 0
    assert counts.incr("door", 60) == 1


def test_keys_are_counted_apart_and_forgotten_one_by_one(clock):
    counts = Counts()
    counts.incr("one", 60)
    counts.incr("other", 60, 5)
    counts.clear("one")
    assert (counts.get("one"), counts.get("other")) == (0, 5)
    assert counts.reset() == 1
    assert counts.get("other") == 0


def test_what_is_over_is_swept_before_memory_fills(clock, monkeypatch):
    monkeypatch.setattr(Counts, "SWEEP_AT", 3)
    counts = Counts()
    for name in "abc":
        counts.incr(name, 60)
    clock.shift(61)
    counts.incr("d", 60)
    assert list(counts.counts) == ["d"]
