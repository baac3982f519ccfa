"""Summaries: what is in them, when they come, and that a year of clock changes leaves each period exactly one."""

import datetime as dt
import zoneinfo

import pytest
import sqlalchemy as sa

from app.core import clock, mail
from app.core.audience import MEMBERS, audience_of, person_room, readdress
from app.core.database import atomic
from app.core.mail import OutboxMail
from app.extensions import db
from app.members.models import Person
from app.notifications import digests, letters, plans
from app.notifications.models import Notice, NoticePlan
from app.notifications.quiet import moment, next_digest
from tests import talk
from tests.counting import statements
from tests.seat import tell
from tests.stories.test_notice_mail import chooses
from tests.stories.test_notices import follows

DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
SUNDAY = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
MONDAY = dt.datetime(2026, 11, 23, 8, 1, tzinfo=dt.UTC)


def summaries(cast):
    with cast.app.app_context():
        rows = sa.select(OutboxMail).where(OutboxMail.kind == "digest").order_by(OutboxMail.id)
        return list(db.session.scalars(rows))


def runs(cast, now):
    with cast.app.app_context(), clock.at(now):
        digests.send_due()
    return summaries(cast)


def hears(cast, *, at=SUNDAY, space="africa", **more):
    """Let the chair start a discussion that neighbour hears of; summaries are planned from that moment."""
    with clock.at(at):
        runs(cast, at)
        follows(cast, cast.neighbour, f"space:{getattr(cast.spaces, space)}")
        number = talk.starts(cast, cast.chair, space=space, **more)
        tell(cast.app)
    return number


# --- what is in it ------------------------------------------------------------------------------------------


def test_what_was_neither_read_nor_mailed_comes_on_monday_once(cast):
    thread = hears(cast)
    assert runs(cast, MONDAY - 2 * HOUR) == []
    (row,) = runs(cast, MONDAY)
    assert (row.person_id, row.subject) == (cast.neighbour.id, "Summary: How do you begin?")
    assert f"/discussions/{thread}" in row.text and "started this discussion" in row.text
    assert (
        row.headers["List-Id"] == "<notices.127.0.0.1>" and "/unsubscribe/" in row.headers["List-Unsubscribe"]
    )
    for later in (1, 60, 24 * 7 * 60):
        assert len(runs(cast, MONDAY + dt.timedelta(minutes=later))) == 1


def test_nothing_to_say_is_no_mail(cast):
    thread = hears(cast)
    with clock.at(SUNDAY):
        cast.neighbour.posts(f"/discussions/{thread}/read", {"number": "1"})
    assert runs(cast, MONDAY) == []
    with cast.app.app_context():  # and the next one is planned
        nexts = set(db.session.scalars(sa.select(NoticePlan.next_at)))
        assert {moment.date() for moment in nexts} == {dt.date(2026, 11, 30)}


def test_what_was_mailed_at_once_is_not_told_again(cast):
    hears(cast, body="And @neighbour?")
    with cast.app.app_context(), clock.at(SUNDAY + HOUR):
        letters.send_due()
    assert runs(cast, MONDAY) == []


def test_what_was_put_off_by_a_pause_is_told_afterwards(cast):
    with clock.at(SUNDAY):
        chooses(cast, cast.neighbour, paused_until="2026-11-26")
        hears(cast, body="And @neighbour?")
    with cast.app.app_context(), clock.at(SUNDAY + HOUR):
        letters.send_due()
    assert runs(cast, MONDAY) == []
    (row,) = runs(cast, MONDAY + 7 * DAY)
    assert "mentioned you" in row.text


def test_it_is_grouped_by_thing_newest_first(cast):
    first = hears(cast, title="First question?")
    hears(cast, title="Second question?", at=SUNDAY + HOUR)
    with clock.at(SUNDAY + HOUR):
        follows(cast, cast.neighbour, f"thread:{first}")
    with clock.at(SUNDAY + 2 * HOUR):
        talk.replies(cast, cast.chair, first, "More of it.")
        tell(cast.app)
    (row,) = runs(cast, MONDAY)
    assert row.subject == "Summary: First question? and 1 more"
    assert row.text.count("* First question?") == 1
    assert row.text.index("* First question?") < row.text.index("* Second question?")


def test_what_is_out_of_sight_by_then_is_not_in_it(cast):
    hears(cast, title="Kept?")
    with cast.app.app_context(), atomic():
        db.session.execute(sa.update(Notice).values(audience_id=audience_of(person_room(cast.chair.id))))
    assert runs(cast, MONDAY) == []


def test_one_that_waited_while_a_thing_left_sight_is_written_anew_without_it(cast):
    """A mail server may be away for hours: what is sent then tells of what its reader sees then, and of all of it."""
    cast.app.config["JOBS_AT_ONCE"] = False  # nothing is sent while it is written
    first, second = hears(cast, title="Kept here?"), hears(cast, title="Gone from here?")
    (row,) = runs(cast, MONDAY)
    assert "Kept here?" in row.text and "Gone from here?" in row.text
    with cast.app.app_context(), atomic():
        readdress(f"thread:{second}", audience_of(person_room(cast.chair.id)))
    with cast.app.app_context(), clock.at(MONDAY + HOUR):
        mail.send(row.id)
    stopped, anew = runs(cast, MONDAY + HOUR + dt.timedelta(seconds=61))
    assert stopped.state == "stopped"
    assert "Kept here?" in anew.text and "Gone from here?" not in anew.text + anew.html
    with cast.app.app_context(), clock.at(MONDAY + HOUR + dt.timedelta(seconds=61)):
        mail.send(anew.id)
        assert db.session.get(OutboxMail, anew.id).state == "sent"
    assert len(runs(cast, MONDAY + 2 * HOUR)) == 2 and first != second


def test_a_report_is_told_by_its_sentence_not_by_a_number(cast):
    thread = hears(cast)
    with clock.at(SUNDAY):
        chooses(cast, cast.neighbour, **{"way-care": "digest"})
        cast.neighbour.posts("/report", {"ref": f"thread:{thread}", "reason": "hate", "words": "Look."})
        cast.neighbour.posts(f"/discussions/{thread}/read", {"number": "1"})
        tell(cast.app)
    (row,) = runs(cast, MONDAY)
    assert row.subject == "Summary: Thank you. Your report #1 was received and will be looked at."
    assert "* Thank you. Your report #1 was received" in row.text and "* #1" not in row.text
    assert row.text.count("Thank you.") == 1 and ">#1</bdi></b></font>" not in row.html


def test_it_speaks_the_readers_language_and_tells_their_day(cast):
    with cast.app.app_context(), atomic():
        person = db.session.get(Person, cast.neighbour.id)
        person.language, person.timezone = "ar", "Pacific/Kiritimati"
    hears(cast)
    monday = dt.datetime(2026, 11, 22, 18, 1, tzinfo=dt.UTC)  # 8 o'clock in the morning there
    (row,) = runs(cast, monday)
    assert 'dir="rtl"' in row.html and "23 نوفمبر 2026" in row.text


def test_a_long_one_says_how_much_is_left(cast):
    hears(cast)
    with cast.app.app_context(), atomic():
        kept = db.session.scalar(sa.select(Notice).where(Notice.person_id == cast.neighbour.id))
        values = {c.name: getattr(kept, c.name) for c in Notice.__table__.columns if c.name != "id"}
        rows = [
            {**values, "root": f"thread:{n}", "title": f"Matter {n}", "last_id": n} for n in range(1000, 1050)
        ]
        db.session.execute(sa.insert(Notice), rows)
    (row,) = runs(cast, MONDAY)
    assert row.text.count("* ") == digests.SHOWN and "11 more stand in your notices" in row.text
    assert row.subject.endswith("and 50 more")


@pytest.mark.parametrize(("every", "days"), [("daily", 7), ("weekly", 1), ("never", 0)])
def test_daily_weekly_or_none(cast, every, days):
    with clock.at(SUNDAY):
        chooses(cast, cast.neighbour, every=every, weekday="2", hour="17")
    for day in range(7):
        hears(cast, at=SUNDAY + day * DAY, title=f"Day {day}?")
        runs(cast, SUNDAY + day * DAY + 5 * HOUR + dt.timedelta(minutes=1))
    found = summaries(cast)
    assert len(found) == days
    if every == "weekly":
        assert "Day 3?" in found[0].text and "Day 4?" not in found[0].text  # on Wednesday


def test_each_summary_takes_the_same_number_of_questions(cast):
    counts = []
    for week, number in enumerate((2, 1, 12)):  # the first one reads what the process keeps
        with cast.app.app_context(), atomic():
            db.session.execute(sa.delete(Notice))
        for n in range(number):
            hears(cast, at=SUNDAY + week * 7 * DAY, title=f"Question {n} of {number}?")
        with cast.app.app_context(), clock.at(MONDAY + week * 7 * DAY), statements() as seen:
            assert digests.write_to(cast.neighbour.id)
            counts.append(len(seen))
    assert counts[1] == counts[2] <= 10


# --- when it comes ------------------------------------------------------------------------------------------


def walk(zone, start, hour, every="daily", weekday=0, days=400):
    """Return the moments of all summaries in some days."""
    now, found = start, []
    while now < start + days * DAY:
        now = next_digest(now, every, weekday, hour, zone)
        found.append(now)
    return found


WALKS = [
    ("Europe/Vienna", 2026),
    ("Australia/Lord_Howe", 2026),  # clocks change by half an hour
    ("Africa/Casablanca", 2026),  # around Ramadan
    ("Pacific/Apia", 2011),  # 30 December 2011 was left out
    ("America/New_York", 2026),
    ("America/Asuncion", 2023),  # at midnight
]


@pytest.mark.parametrize(("name", "year"), WALKS)
@pytest.mark.parametrize("hour", [0, 1, 2, 3, 8, 23])
def test_a_year_of_daily_summaries_has_one_for_each_day(name, year, hour):
    zone = zoneinfo.ZoneInfo(name)
    found = walk(zone, dt.datetime(year, 1, 1, 12, tzinfo=dt.UTC), hour)
    assert len(set(found)) == len(found)
    days = [one.astimezone(zone).date() for one in found]
    steps = {b - a for a, b in zip(days, days[1:], strict=False)}
    if name == "Pacific/Apia":
        assert dt.date(2011, 12, 30) not in days
        assert [b for a, b in zip(days, days[1:], strict=False) if b - a != DAY] == [dt.date(2011, 12, 31)]
    else:
        assert steps == {DAY}
    for one in found:
        there = one.astimezone(zone)
        assert there.hour == hour or moment(there.date(), hour, zone) == one  # the hour was left out that day


@pytest.mark.parametrize(("name", "year"), WALKS)
@pytest.mark.parametrize("weekday", [0, 4, 6])
def test_a_year_of_weekly_summaries_has_one_for_each_week(name, year, weekday):
    zone = zoneinfo.ZoneInfo(name)
    for hour in (0, 2, 8):
        found = walk(zone, dt.datetime(year, 1, 1, 12, tzinfo=dt.UTC), hour, "weekly", weekday)
        days = [one.astimezone(zone).date() for one in found]
        left_out = dt.date(2011, 12, 30) if name == "Pacific/Apia" and weekday == 4 else None
        due = [days[0] + n * 7 * DAY for n in range(len(days))]
        assert days == [day + DAY if day == left_out else day for day in due]
        assert {day.weekday() for day in due} == {weekday} and len(days) >= 52


@pytest.mark.parametrize(
    ("zone", "first", "days"),
    [
        ("Europe/Vienna", dt.date(2026, 3, 26), 6),
        ("Europe/Vienna", dt.date(2026, 10, 22), 6),
        ("Australia/Lord_Howe", dt.date(2026, 4, 2), 6),
        ("Africa/Casablanca", dt.date(2026, 2, 12), 6),
        ("Pacific/Apia", dt.date(2011, 12, 27), 6),
    ],
)
def test_the_job_looks_every_half_hour_and_writes_one_for_each_day(cast, zone, first, days):
    """With something new each day, whatever the clock does, and though the job looks far more often."""
    with cast.app.app_context(), atomic():
        db.session.get(Person, cast.neighbour.id).timezone = zone
    begins = moment(first, 0, zoneinfo.ZoneInfo(zone))
    with clock.at(begins):
        chooses(cast, cast.neighbour, every="daily", hour="2")
    ends = moment(first + days * DAY, 0, zoneinfo.ZoneInfo(zone))
    now, wrote = begins, []
    while now < ends:
        with cast.app.app_context(), clock.at(now), atomic():
            db.session.add(news(cast, now))
        with cast.app.app_context(), clock.at(now):
            if digests.write_to(cast.neighbour.id):
                wrote.append(now.astimezone(zoneinfo.ZoneInfo(zone)).date())
        now += dt.timedelta(minutes=30)
    left_out = {dt.date(2011, 12, 30)} if zone == "Pacific/Apia" else set()
    assert wrote == [first + n * DAY for n in range(days) if first + n * DAY not in left_out]


def news(cast, now):
    number = int(now.timestamp())
    return Notice(
        person_id=cast.neighbour.id, reason="follow", root=f"thread:{number}", audience_id=audience_of(MEMBERS),
        first_id=number, last_id=number, verb="board.started", kind="news", by={}, title="New?", url="/", at=now,
    )  # fmt: skip


def test_a_job_that_slept_for_weeks_writes_one(cast):
    hears(cast)
    assert len(runs(cast, MONDAY + 20 * DAY)) == 1
    assert len(runs(cast, MONDAY + 20 * DAY + HOUR)) == 1


def test_whoever_comes_later_gets_a_plan_too(cast):
    with cast.app.app_context(), clock.at(SUNDAY):
        assert plans.make_missing() == 4 and plans.make_missing() == 0
