"""Organisations and people: the list, profiles, who sees what, following, who can be mentioned."""

import re

import pytest
import sqlalchemy as sa

from app.core import watches
from app.core.activity import Activity
from app.core.database import atomic
from app.extensions import db
from app.members import acts, routes
from app.members.models import Organisation, Person, Seat
from tests.seat import turn

SAMPLE = [
    ("AAR", "Aarhus", "Århus", "DK"), ("BIO", "Bilbao", "Bilbao", "ES"), ("ZUR", "Zurich", "Zürich", "CH"),
    ("LOD", "Lodz", "Łódź", "PL"), ("QAH", "Cairo", "القاهرة", "EG"),
]  # fmt: skip


@pytest.fixture
def more(app, cast):
    with app.app_context(), atomic():
        for code, english, own, country in SAMPLE:
            acts.add_organisation(
                None, form="city", code=code, name=f"City of {english}", place=own, sort_name=english,
                country=country, region="Europe" if country != "EG" else "Arab States", coalition="ECCAR",
                standing="participant" if code == "LOD" else "member", timezone="Europe/Vienna",
            )  # fmt: skip
    return cast


def names_in(page):
    return re.findall(r'<h3><a href="/members/[^"]+"><bdi>([^<]+)', page.text)


def address(app, number, model=Organisation):
    with app.app_context():
        return db.session.get(model, number).url


# --- profiles -----------------------------------------------------------------------------------------------


def test_a_profile_is_public_but_its_people_are_not(app, cast):
    url = address(app, cast.organisations.neighbour)
    public, inside = cast.visitor.gets(url), cast.outsider.gets(url)
    assert "City of Nairobi" in public.text and "City of Nairobi" in inside.text
    assert (
        "Neighbour desk" in inside.text
        and "Neighbour desk" not in public.text
        and "/people/" not in public.text
    )
    assert "cast.example" not in inside.text


def test_a_wrong_tail_leads_to_the_right_address(app, cast):
    for number, path, model in [
        (cast.organisations.neighbour, "members", Organisation), (cast.neighbour.id, "people", Person),
    ]:  # fmt: skip
        right = address(app, number, model)
        for wrong in (f"/{path}/{number}", f"/{path}/{number}-wrong", f"/{path}/{number}-a/b"):
            answer = cast.chair.gets(wrong)
            assert (answer.status_code, answer.location) == (301, right)


@pytest.mark.parametrize("path", ["/members/{}", "/members/{}-x", "/people/{}", "/people/{}-x"])
@pytest.mark.parametrize("number", ["0", "999", str(2**63), "9" * 40])
def test_what_is_not_there_is_not_found(cast, path, number):
    assert cast.chair.gets(path.format(number)).status_code == 404


def test_a_person_is_seen_by_members_only(app, cast):
    url = address(app, cast.neighbour.id, Person)
    page = cast.outsider.gets(url)
    assert all(
        words in page.text for words in ("Neighbour desk", "City of Nairobi", "Equality office", "@neighbour")
    )
    assert "cast.example" not in page.text
    answer = cast.visitor.gets(url)
    assert (answer.status_code, answer.location) == (303, f"/sign-in?next={url}")


def test_the_own_page_leads_to_the_settings(app, cast):
    page = cast.chair.gets(address(app, cast.chair.id, Person))
    assert "Edit my profile" in page.text and "/follow" not in page.text


def test_an_invited_person_has_no_page_and_is_named_nowhere(app, cast):
    with app.app_context():
        acts.invite_steward("new@cast.example", "Newcomer desk")
        number = db.session.scalar(sa.select(Person.id).where(Person.state == "invited"))
    assert cast.chair.gets(f"/people/{number}").status_code == 404
    assert "Newcomer" not in cast.chair.gets(address(app, cast.organisations.steward)).text
    assert cast.chair.gets("/mentions?q=newcomer").json == []


def test_what_people_write_is_shown_as_they_wrote_it(app, cast):
    evil = "<img src=x onerror=alert(1)>\"' & {{ 7*7 }}"
    with app.app_context(), atomic():
        row = db.session.get(Person, cast.chair.id)
        row.name, row.about = evil, f"{evil}\n\nsecond line"
    for seat in (cast.chair, cast.outsider):
        page = seat.gets(f"/people/{cast.chair.id}-chair")
        assert "&lt;img src=x" in page.text and "<img" not in page.text and "{{ 7*7 }}" in page.text
    assert "<img" not in cast.outsider.gets(address(app, cast.organisations.chair)).text


def test_reading_many_people_is_counted(app, cast, monkeypatch):
    monkeypatch.setattr(routes, "PROFILES_AN_HOUR", 3)
    codes = [cast.outsider.gets(f"/people/{cast.chair.id}-chair").status_code for _ in range(5)]
    assert codes == [200, 200, 200, 429, 429]


# --- following ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["members", "people"])
def test_following_and_no_longer(app, cast, kind):
    number = cast.organisations.chair if kind == "members" else cast.chair.id
    model = Organisation if kind == "members" else Person
    url = address(app, number, model)
    ref = f"{'organisation' if kind == 'members' else 'person'}:{number}"

    def level():
        with app.app_context():
            return watches.level(cast.outsider.id, ref)

    for _ in range(2):
        answer = cast.outsider.posts(f"/{kind}/{number}/follow", {"idempotency_key": "f1"})
        assert (answer.status_code, answer.location) == (303, url)
    assert level() == "follow" and 'aria-pressed="true"' in cast.outsider.gets(url).text
    cast.outsider.posts(f"/{kind}/{number}/unfollow")
    assert level() == "" and 'aria-pressed="false"' in cast.outsider.gets(url).text
    assert cast.visitor.posts(f"/{kind}/{number}/follow").status_code == 303
    assert cast.outsider.posts(f"/{kind}/999/follow").status_code == 404
    assert cast.outsider.gets(f"/{kind}/{number}/follow").status_code == 405


# --- mentions -------------------------------------------------------------------------------------------------


def test_who_can_be_mentioned(app, cast):
    found = cast.chair.gets("/mentions?q=nei")
    assert found.headers["Cache-Control"] == "private, no-store"
    assert [hit["handle"] for hit in found.json] == ["neighbour-office", "neighbour"]
    assert found.json[1] == {
        "handle": "neighbour", "name": "Neighbour desk", "note": "City of Nairobi", "kind": "city", "code": "NBO",
    }  # fmt: skip
    assert [hit["handle"] for hit in cast.chair.gets("/mentions?q=NAIRO").json] == ["neighbour-office"]
    assert cast.visitor.gets("/mentions?q=nei").status_code == 303


def test_a_private_group_is_offered_to_those_inside_alone(cast):
    """T-11: to others it answers as if there were none."""
    assert [hit["handle"] for hit in cast.chair.gets("/mentions?q=circ").json] == ["circle"]
    assert cast.outsider.gets("/mentions?q=circ").json == []
    assert cast.outsider.gets("/mentions?q=circ").data == cast.outsider.gets("/mentions?q=zzz").data


def test_eight_at_most_and_not_too_often(app, more, monkeypatch):
    assert len(more.chair.gets("/mentions?q=").json) == 8
    for odd in ("%25", "_", "%00", "'", "x" * 4000, "%ED%A0%80"):
        assert more.chair.gets(f"/mentions?q={odd}").status_code == 200
    monkeypatch.setattr(routes, "LOOKUPS_A_MINUTE", 2)
    codes = [more.outsider.gets("/mentions?q=a").status_code for _ in range(4)]
    assert codes == [200, 200, 429, 429]


# --- taking in ------------------------------------------------------------------------------------------------


def test_handles_are_one_for_each_across_all_kinds(app, cast):
    with app.app_context():
        first = acts.add_organisation(None, form="city", code="AFR", name="Africa", handle="africa")
        second = acts.add_person(None, email="a@b.example", name="África")
        third = acts.add_person(None, email="c@b.example", name="!!!")
        long = acts.add_person(None, email="d@b.example", name="x" * 90)
        assert [first.handle, second.handle, third.handle] == ["africa-2", "africa-3", "member"]
        assert len(long.handle) <= 40


def test_a_new_member_is_told_of_once_to_everybody(app, cast):
    cast.outsider.opens_socket(after=0)
    turn(app)
    cast.outsider.socket.get_received()
    with app.app_context():
        made = acts.add_organisation(cast.steward.me(), form="partner", code="XYZ", name="A partner")
        facts = (
            db.session.execute(sa.select(Activity).where(Activity.verb == "members.joined")).scalars().all()
        )
        assert [(f.subject, f.title, f.actor_id) for f in facts] == [(made.ref, "A partner", cast.steward.id)]
    assert [fact["verb"] for fact in cast.outsider.hears()] == ["members.joined"]


def test_a_seat_opens_the_organisations_room_and_its_end_closes_it(app, cast):
    room = f"organisation:{cast.organisations.neighbour}"
    with app.app_context():
        person, organisation = (
            db.session.get(Person, cast.outsider.id),
            db.session.get(Organisation, cast.organisations.neighbour),
        )
        seat = acts.give_seat(cast.steward.me(), person, organisation, role="housing", title="Housing office")
        assert room in cast.outsider.me().rooms
        acts.end_seat(cast.steward.me(), seat)
        assert room not in cast.outsider.me().rooms
        assert db.session.get(Seat, seat.id).person_id == cast.outsider.id
        told = db.session.scalars(sa.select(Activity.data).where(Activity.verb == "seat.changed")).all()
        assert told == [{"person_id": cast.outsider.id}] * 2
