"""Other calendars that read ours: vdirsyncer fetches a subscribed address of a real server, khal reads what it brought.

Both run from a folder of their own (`.cache/peers`, from requirements-peers.txt): nothing of this site is imported there.
"""

import datetime as dt
import os
import re
import subprocess
import zoneinfo

import pytest

from app.calendar import acts, series, series_changes, series_ends, subscribing
from app.calendar.models import Event
from app.core import clock
from app.extensions import db
from app.spaces.models import Space
from tests.databases import ROOT
from tests.events import fields
from tests.live.server import SECRET, serving

PEERS = ROOT / ".cache" / "peers" / "bin"
HERE = zoneinfo.ZoneInfo("Europe/Vienna")  # the clocks of who reads
AHEAD = dt.timedelta(days=300)
pytestmark = pytest.mark.skipif(
    not (PEERS / "khal").exists() or not (PEERS / "vdirsyncer").exists(),
    reason="other calendars: khal and vdirsyncer are not in .cache/peers (requirements-peers.txt)",
)
SYNC = """[general]
status_path = "{folder}/status"
[pair ours]
a = "there"
b = "here"
collections = null
[storage there]
type = "http"
url = "{url}"
[storage here]
type = "filesystem"
path = "{folder}/events"
fileext = ".ics"
"""
READ = """[calendars]
[[ours]]
path = {folder}/events
readonly = True
[locale]
local_timezone = Europe/Vienna
default_timezone = Europe/Vienna
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
[sqlite]
path = {folder}/khal.db
[default]
highlight_event_days = False
"""


@pytest.fixture
def settings():
    return {"SECRET_KEY": SECRET}


def runs(folder, program, *words):
    """Run one of the other programs; return what it printed."""
    env = {
        "PATH": os.environ["PATH"], "HOME": str(folder), "LC_ALL": "C.UTF-8", "TZ": "Europe/Vienna",
    }  # fmt: skip
    done = subprocess.run(
        [PEERS / program, *words], capture_output=True, text=True, env=env, stdin=subprocess.DEVNULL, check=False
    )  # fmt: skip
    assert done.returncode == 0, f"{program}: {done.stdout}{done.stderr}"
    return done.stdout


def test_both_sides_know_the_same_release_of_the_zones():
    """It changes a few times a year; khal has a database of its own."""
    ours = re.search(r"^tzdata==(\S+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE)[1]
    theirs = re.search(r"^pytz==(\S+)", (ROOT / "requirements-peers.txt").read_text(), re.MULTILINE)[1]
    assert ours == theirs, "lock both to one release"


def read(folder, first, last):
    """Return what khal says of these days: beginning, end and title of each time, once for each of its days, in order."""
    lines = runs(
        folder, "khal", "-c", str(folder / "khal.conf"), "list", "--day-format", "",
        "--format", "{start}|{end}|{cancelled}{title}", first.isoformat(), last.isoformat(),
    ).splitlines()  # fmt: skip
    return sorted(line.strip() for line in lines if "|" in line)


def held(first, last):
    """Return the same of our own rows."""
    found = []
    for row in db.session.query(Event).filter_by(removed=False):
        zone = dt.UTC if row.all_day else HERE
        begins, ends = row.starts.astimezone(zone), row.ends.astimezone(zone)
        last_day = (ends - dt.timedelta(microseconds=1)).date()
        if begins.date() >= first and begins.date() < last:
            said = (
                f"{begins.date()}|{last_day}"
                if row.all_day
                else f"{begins:%Y-%m-%d %H:%M}|{ends:%Y-%m-%d %H:%M}"
            )
            line = f"{said}|{'CANCELLED ' if row.cancelled else ''}{row.title}"
            found += [line] * ((last_day - begins.date()).days + 1)
    return sorted(found)


def put_in(cast):
    """Put in what calendars stumble over: other clocks, days, rules, exceptions; a moved and a cancelled time."""
    me, network = cast.chair.me(), db.session.get(Space, cast.spaces.network)
    day = clock.now().date() + dt.timedelta(days=3)

    def at(hour, zone, **more):
        starts = dt.datetime.combine(day, dt.time(hour), tzinfo=zoneinfo.ZoneInfo(zone)).astimezone(dt.UTC)
        return fields(starts=starts, ends=starts + dt.timedelta(minutes=90), zone=zone, **more)

    for zone in (
        "Europe/Vienna",
        "Africa/Casablanca",
        "Australia/Lord_Howe",
        "America/Montevideo",
        "Asia/Kathmandu",
    ):
        acts.add(me, network, at(9, zone, title=f"Once, {zone}; at nine"), audience="members")
        series.begin(me, network, at(17, zone, title=f"Each week: {zone}"), "FREQ=WEEKLY", audience="members")
    midnight = dt.datetime.combine(day, dt.time(), tzinfo=dt.UTC)
    days = fields(
        starts=midnight, ends=midnight + dt.timedelta(days=3), all_day=True, title="Three whole days"
    )
    acts.add(me, network, days, audience="members")
    odd = series.begin(
        me, network, at(11, "Europe/Vienna", title="Every other Tuesday"), "FREQ=WEEKLY;INTERVAL=2;COUNT=9",
        audience="members", rdates=[day + dt.timedelta(days=5)], exdates=[day + dt.timedelta(days=28)],
    )  # fmt: skip
    times = db.session.query(Event).filter_by(series_id=odd.id).order_by(Event.starts).all()
    moved = {
        **fields(),
        "starts": times[2].starts + dt.timedelta(hours=26),
        "ends": times[2].ends + dt.timedelta(hours=27),
    }
    series_changes.change(me, times[2], {**moved, "title": "Moved by a day"}, "one")
    series_ends.cancel(me, times[3], "Nobody can.", "one")
    series_ends.remove(me, times[4], "one")


@pytest.mark.own_database
def test_khal_reads_what_vdirsyncer_brings_from_our_address(cast, database_url, tmp_path):
    with cast.app.app_context():
        put_in(cast)
        token = subscribing.make(cast.neighbour.me(), alarm=60).token
        first = clock.now().astimezone(HERE).date()
        right = held(first, first + AHEAD)
    assert len(right) > 5 * 42
    folder = tmp_path / "peers"
    (folder / "events").mkdir(parents=True)
    with serving(database_url, tmp_path) as server:
        url = f"http://127.0.0.1:{server.port}/calendar/feed/{token}.ics"
        (folder / "sync.conf").write_text(SYNC.format(folder=folder, url=url))
        (folder / "khal.conf").write_text(READ.format(folder=folder))
        for words in (["discover"], ["sync"], ["sync"]):  # a second time nothing is new
            said = runs(folder, "vdirsyncer", "-c", str(folder / "sync.conf"), *words)
        assert "Copying" not in said
    assert len(list((folder / "events").iterdir())) == 12  # one for each event, and one for each series
    assert read(folder, first, first + AHEAD) == right
