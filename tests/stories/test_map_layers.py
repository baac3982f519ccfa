"""What stands on the map beside members: coming events and good practices, by the rule of sight of their lists."""

import datetime as dt
import json

import pytest

from app.calendar import acts as calendar
from app.calendar import mapped, series
from app.core import clock
from app.core.audience import APART, PUBLIC, audience_of
from app.core.database import atomic
from app.extensions import db
from app.library import vocabularies
from app.members.models import Organisation
from app.spaces.models import Space
from tests import events, papers

MAP = "/members?view=map"


@pytest.fixture
def cities(app, cast):
    """The two cities of the cast stand on the map; one is in Kenya."""
    with app.app_context(), atomic():
        for name, lat, lon, country in (("neighbour", -1.28, 36.81, "KE"), ("outsider", 47.07, 15.44, "AT")):
            one = db.session.get(Organisation, getattr(cast.organisations, name))
            one.lat, one.lon, one.country, one.population_band = lat, lon, country, "500k-2M"
    return cast.organisations


def held(cast, city, **more):
    soon = clock.now() + dt.timedelta(days=9)
    given = {"starts": soon, "ends": soon + dt.timedelta(hours=1), "city_id": city, **more}
    return events.added(cast, cast.chair, **given)


def points(cast, seat, address):
    return json.loads(seat.gets(address.replace("view=map", "view=points")).text)["pins"]


def test_a_ticked_layer_puts_coming_events_on_the_map_and_into_the_list(cast, cities):
    open_to_all = held(cast, cities.neighbour, title="Okra day", audience="public")
    inside = held(cast, cities.neighbour, title="Okra circle", space="circle", audience="space")
    plain = cast.visitor.gets(MAP).text
    assert (
        'name="layer" value="events"' in plain
        and "Okra day" not in plain
        and 'value="practices"' not in plain
    )
    for seat, number, seen in (
        (cast.visitor, 1, False),
        (cast.outsider, 1, False),
        (cast.neighbour, 2, True),
    ):
        page = seat.gets(f"{MAP}&layer=events").text
        assert "Okra day" in page and f'id="e-{open_to_all}"' in page
        assert ("Okra circle" in page) == seen, seat
        laid = [pin for pin in points(cast, seat, f"{MAP}&layer=events") if pin[3] == 4]
        assert len(laid) == number and all("Okra" in pin[4] and "Kenya" in pin[4] for pin in laid)
    assert inside in [pin[0] for pin in points(cast, cast.chair, f"{MAP}&layer=events") if pin[3] == 4]
    assert all(pin[3] < 4 for pin in points(cast, cast.chair, MAP))


def test_what_repeats_leaves_room_for_what_comes_later(cast, cities, monkeypatch):
    monkeypatch.setattr(mapped, "MOST", 2)
    soon = clock.now().replace(second=0, microsecond=0) + dt.timedelta(days=1)
    given = events.fields(title="Okra club", starts=soon, city_id=cities.neighbour)
    with cast.app.app_context():
        network = db.session.get(Space, cast.spaces.network)
        series.begin(cast.chair.me(), network, given, "FREQ=DAILY;COUNT=5", audience="public")
    held(cast, cities.neighbour, title="Okra congress", audience="public")
    page = cast.visitor.gets(f"{MAP}&layer=events").text
    assert "Okra congress" in page
    assert [pin[3] for pin in points(cast, cast.visitor, f"{MAP}&layer=events")].count(4) == 2


def test_what_is_over_cancelled_or_nowhere_is_not_on_the_map(cast, cities):
    ago = clock.now() - dt.timedelta(days=3)
    held(cast, cities.neighbour, title="Okra past", starts=ago, ends=ago + dt.timedelta(hours=1))
    held(cast, None, title="Okra nowhere")
    off = held(cast, cities.neighbour, title="Okra off")
    events.acted(cast, cast.chair, calendar.cancel, off, "No hall.")
    page = cast.neighbour.gets(f"{MAP}&layer=events").text
    assert "Okra" not in page and "Nothing of this kind" in page


def test_the_filters_of_the_map_are_those_of_the_list_and_hold_for_layers(cast, cities):
    held(cast, cities.neighbour, title="Okra Nairobi")
    held(cast, cities.outsider, title="Okra Graz")
    page = cast.neighbour.gets(f"{MAP}&layer=events&country=KE").text
    assert "Okra Nairobi" in page and "Okra Graz" not in page
    assert "Okra Graz" in cast.neighbour.gets(f"{MAP}&layer=events&kind=chair").text  # kinds are of members
    whole = cast.neighbour.gets(f"{MAP}&layer=events").text
    listed = cast.neighbour.gets("/members").text
    for name in ("kind", "coalition", "country"):
        assert f'name="{name}"' in whole and f'name="{name}"' in listed
    assert (
        'type="hidden" name="view" value="map"' in whole
        and 'type="hidden" name="layer" value="events"' in whole
    )


def test_good_practices_of_cities_stand_where_the_city_is(cast, cities):
    with cast.app.app_context():
        known = {row.key for row in vocabularies.listed("type")}
    assert "good-practice-card" in known
    shared = papers.published(
        cast, cast.neighbour, official=True, title="Okra practice", type="good-practice-card"
    )
    papers.published(cast, cast.chair, official=True, title="Okra of a Chair", type="good-practice-card")
    papers.published(cast, cast.neighbour, official=True, title="Okra report", type="report")
    papers.entered(cast, cast.neighbour, official=True, title="Okra draft", type="good-practice-card")
    page = cast.outsider.gets(f"{MAP}&layer=practices").text
    assert "Okra practice" in page and f'id="p-{shared}"' in page
    assert "Okra of a Chair" not in page and "Okra report" not in page and "Okra draft" not in page
    assert "Okra practice" not in cast.visitor.gets(f"{MAP}&layer=practices").text
    assert [pin[3] for pin in points(cast, cast.outsider, f"{MAP}&layer=practices")].count(5) == 1


def test_the_card_of_an_event_is_shown_to_who_sees_it(cast, cities):
    number = held(cast, cities.neighbour, title="Okra circle", space="circle", audience="space")
    card = cast.neighbour.gets(f"/members/cards?event={number}").text
    assert "Okra circle" in card and "City of Nairobi" in card
    assert cast.outsider.gets(f"/members/cards?event={number}").status_code == 404
    both = cast.neighbour.gets(f"/members/cards?id={cities.neighbour}&event={number}").text
    assert "2 entries here" in both
    hidden = cast.outsider.gets(f"/members/cards?id={cities.neighbour}&event={number}").text
    assert "Okra circle" not in hidden and "City of Nairobi" in hidden
    for odd in ("event=x", "event=999999999999", "practice=-1", "practice=7"):
        assert cast.neighbour.gets(f"/members/cards?{odd}").status_code == 404, odd


def test_odd_layers_are_no_layers(cast, cities):
    assert cast.visitor.gets(f"{MAP}&layer=people&layer=%00&layer=events&layer=events").status_code == 200
    assert cast.outsider.gets("/members?who=people&layer=events").status_code == 200


def test_an_event_says_in_which_member_city_it_takes_place(cast, cities):
    form = events.form(
        cast, city="City of Nairobi", day=(clock.now() + dt.timedelta(days=5)).date().isoformat()
    )
    answer = cast.chair.posts("/events/new", form)
    assert answer.status_code == 303
    page = cast.neighbour.gets(answer.location).text
    assert f'href="/members/{cities.neighbour}-' in page and "City of Nairobi" in page
    edit = f"{answer.location.partition('-')[0]}/edit"
    assert 'value="City of Nairobi"' in cast.chair.gets(edit).text
    assert "Housing meeting" in cast.neighbour.gets(f"{MAP}&layer=events").text
    for wrong in ("Atlantis", "UNESCO Chair in Human Rights Education, Pretoria", "x" * 300):
        refused = cast.chair.posts("/events/new", {**form, "city": wrong})
        assert refused.status_code == 422 and 'class="err"' in refused.text, wrong


def test_a_city_whose_page_is_out_of_sight_is_not_named_by_its_events(cast, cities):
    number = held(cast, cities.neighbour, title="Okra circle", audience="members")
    assert "City of Nairobi" in cast.outsider.gets(f"/events/{number}", follow_redirects=True).text
    with cast.app.app_context(), atomic():
        db.session.get(Organisation, cities.neighbour).audience_id = audience_of(APART)
    for path in (f"/events/{number}", f"/events/new?from={number}&what=place"):
        page = cast.outsider.gets(path, follow_redirects=True).text
        assert "Okra circle" in page and "City of Nairobi" not in page, path


def test_an_event_that_is_changed_stays_in_its_city(cast, cities):
    """Also where another city is called the same, and where its page is out of sight of who changes the event."""
    other, here = sorted((cities.neighbour, cities.outsider))
    number = held(cast, here)
    edit, sent = f"/events/{number}/edit", events.form(cast, title="Okra day")
    with cast.app.app_context(), atomic():
        one = db.session.get(Organisation, here)
        said = f"@{one.handle}"
        db.session.get(Organisation, other).name = one.name
    assert f'value="{said}"' in cast.chair.gets(edit).text
    assert cast.chair.posts(edit, {**sent, "city": said}).status_code == 303
    assert events.event(cast, number).city_id == here
    with cast.app.app_context(), atomic():
        db.session.get(Organisation, here).audience_id = audience_of(APART)
    assert said not in cast.chair.gets(edit).text
    assert cast.chair.posts(edit, {**sent, "city": "", "place": "Market"}).status_code == 303
    kept = events.event(cast, number)
    assert (kept.place, kept.city_id) == ("Market", here)
    with cast.app.app_context(), atomic():
        db.session.get(Organisation, here).audience_id = audience_of(PUBLIC)
    assert cast.chair.posts(edit, {**sent, "city": ""}).status_code == 303
    assert events.event(cast, number).city_id is None


def test_the_secretariat_words_what_the_map_says_of_borders(cast, cities):
    usual = cast.visitor.gets(MAP).text
    assert "It implies no opinion on the status" in usual
    page = cast.steward.gets("/admin/settings").text
    assert 'name="map_en"' in page
    words = {
        "title": "Okra net",
        "main_colour": "#15387d",
        "second_colour": "#f9b434",
        "map_en": "Okra <b>borders</b> say nothing.",
    }
    assert cast.steward.posts("/admin/settings", words).status_code == 303
    page = cast.visitor.gets(MAP).text
    assert "Okra &lt;b&gt;borders&lt;/b&gt; say nothing." in page and "Natural Earth" in page
    assert "It implies no opinion on the status" not in page


@pytest.mark.parametrize(("room", "layer"), [("calendar", "events"), ("library", "practices")])
def test_a_room_that_is_switched_off_puts_nothing_on_the_map(cast, cities, room, layer):
    event = held(cast, cities.neighbour, title="Okra day", audience="public")
    practice = papers.published(
        cast, cast.neighbour, official=True, title="Okra practice", type="good-practice-card"
    )
    card = f"/members/cards?{'event' if room == 'calendar' else 'practice'}={event if room == 'calendar' else practice}"
    address = f"{MAP}&layer={layer}"
    assert "Okra" in cast.outsider.gets(address).text and cast.outsider.gets(card).status_code == 200
    on = [key for key in ("library", "calendar", "actions", "messages") if key != room]
    assert cast.steward.posts("/admin/settings/rooms", {"room": on}).status_code == 303
    page = cast.outsider.gets(address).text
    assert "Okra" not in page and f'value="{layer}" checked' not in page
    assert all(pin[3] < 4 for pin in points(cast, cast.outsider, address))
    assert cast.outsider.gets(card).status_code == 404
