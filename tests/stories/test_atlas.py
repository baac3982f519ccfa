"""The members as a list, on the map, by region and as a table: one question, one address."""

import csv
import io
import re

import pytest
import sqlalchemy as sa

from app.atlas import entries, globe, pins, queries, tables
from app.core.audit import AuditEntry
from app.core.database import atomic
from app.extensions import db
from app.members import acts, profile
from app.members.models import Organisation, OrganisationLanguage, Person, Seat, Theme
from app.spaces.models import Space
from tests.counting import statements

SAMPLE = [
    ("AAR", "Aarhus", "Århus", "DK"), ("BIO", "Bilbao", "Bilbao", "ES"), ("ZUR", "Zurich", "Zürich", "CH"),
    ("LOD", "Lodz", "Łódź", "PL"), ("QAH", "Cairo", "القاهرة", "EG"),
]  # fmt: skip
PLACES = {"AAR": (56.16, 10.2), "BIO": (43.26, -2.93), "ZUR": (47.37, 8.55), "QAH": (30.06, 31.25)}


@pytest.fixture
def more(app, cast):
    with app.app_context(), atomic():
        for code, english, own, country in SAMPLE:
            lat, lon = PLACES.get(code, (None, None))
            acts.add_organisation(
                None, form="city", code=code, name=f"City of {english}", place=own, sort_name=english, lat=lat, lon=lon,
                country=country, region="Europe" if country != "EG" else "Arab States", coalition="ECCAR",
                standing="participant" if code == "LOD" else "member", timezone="Europe/Vienna",
                population_band="500k-2M" if code == "QAH" else "100k-500k",
            )  # fmt: skip
    return cast


def names_in(page):
    return re.findall(r'<h3[^>]*><a href="/(?:members|people)/[^"]+"><bdi>([^<]+)', page.text)


def table(answer):
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))


def facet(page, name):
    """Return value → count of a filter."""
    found = re.findall(
        rf'name="{name}" value="([^"]*)"[^>]*><label[^>]*><bdi>[^<]*</bdi> <span class="n">(\d+)', page.text
    )
    return {value: int(count) for value, count in found}


# --- the list -----------------------------------------------------------------------------------------------


def test_everybody_reads_the_list_by_name(more):
    for seat in (more.visitor, more.chair):
        found = names_in(seat.gets("/members"))
        assert found.index("City of Aarhus") < found.index("City of Bilbao") < found.index("City of Lodz")
        assert found[-1] == "City of Zurich" and len(found) == 9


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("q=zurich", ["City of Zurich"]),
        ("q=Z%C3%9CRICH", ["City of Zurich"]),
        ("q=arhus", ["City of Aarhus"]),
        ("q=lodz", ["City of Lodz"]),
        ("q=%C5%81%C3%93D%C5%B9", ["City of Lodz"]),
        ("q=suisse", ["City of Zurich"]),
        ("q=%D9%85%D8%B5%D8%B1", ["City of Cairo"]),
        ("q=city+poland", ["City of Lodz"]),
        ("q=100%25", []),
        ("q=_", []),
        ("q=%27%22--", []),
        ("kind=secretariat", ["Secretariat"]),
        ("kind=chair&kind=secretariat", ["Secretariat", "UNESCO Chair in Human Rights Education, Pretoria"]),
        ("region=Arab+States", ["City of Cairo"]),
        ("coalition=AFRICA&kind=city", ["City of Nairobi"]),
        ("kind=nothing", []),
    ],
)  # fmt: skip
def test_finding_and_filtering(more, asked, expected):
    assert names_in(more.visitor.gets(f"/members?{asked}")) == expected


def test_filters_and_words_stay_together(more):
    page = more.visitor.gets("/members?q=city&kind=city&region=Europe")
    assert 'name="q" value="city"' in page.text and 'value="city" checked' in page.text
    assert 'type="hidden" name="region" value="Europe"' in page.text and "Filters (2 on)" in page.text


def test_next_and_previous_by_cursor(app, more, monkeypatch):
    monkeypatch.setattr(queries, "PAGE", 4)

    def step(page, rel):
        found = re.search(rf'href="([^"]+)" rel="{rel}"', page.text)
        return found and found[1].replace("&amp;", "&")

    whole, there, page = [], [], more.visitor.gets("/members?kind=city&kind=chair&kind=secretariat")
    assert step(page, "prev") is None
    while True:
        whole += names_in(page)
        there.append(names_in(page))
        if step(page, "next") is None:
            break
        page = more.visitor.gets(step(page, "next"))
    assert len(whole) == 9 == len(set(whole)) and "9 members" in page.text
    back = [names_in(page)]
    while step(page, "prev"):
        page = more.visitor.gets(step(page, "prev"))
        back.append(names_in(page))
    assert sorted(sum(back, [])) == sorted(whole) and back[0] == there[-1]


@pytest.mark.parametrize("bad", ["after=x", "after=99999999999999999999", "after=-1", "before=0", "q=" + "x" * 5000,
                                 "kind=%00", "after=1&before=2", "q=%ED%A0%80", "region=" + "r" * 900])  # fmt: skip
def test_odd_addresses_are_borne(more, bad):
    assert more.visitor.gets(f"/members?{bad}").status_code in (200, 400)


# --- filters ------------------------------------------------------------------------------------------------


def test_filters_narrow_to_what_is_still_possible(more):
    page = more.visitor.gets("/members?coalition=ECCAR&kind=city")
    assert facet(page, "region") == {"Europe": 4, "Arab States": 1}
    assert facet(page, "country") == {"DK": 1, "ES": 1, "CH": 1, "PL": 1, "EG": 1}
    assert facet(page, "size") == {"100k-500k": 4, "500k-2M": 1}
    assert facet(page, "kind") == {"city": 6}  # what else there is in this coalition
    assert facet(page, "coalition") == {
        "AFRICA": 1,
        "ECCAR": 6,
    }  # another choice of the same filter stays possible


def test_a_filter_that_is_on_is_a_chip_that_takes_it_off(more):
    page = more.visitor.gets("/members?region=Europe&country=DK&country=PL&q=city")
    assert names_in(page) == ["City of Aarhus", "City of Lodz"]
    chips = dict(re.findall(r'class="chip" href="([^"]+)".*?<bdi>([^<]+)', page.text))
    assert set(chips.values()) == {"Europe", "Denmark", "Poland"}
    for url in chips:
        assert len(names_in(more.visitor.gets(url.replace("&amp;", "&")))) in (1, 2)
    assert 'href="/members?q=city">Clear filters' in page.text


def test_themes_and_languages(app, more):
    with app.app_context(), atomic() as session:
        town = db.session.scalar(sa.select(Organisation).where(Organisation.code == "AAR"))
        session.add(Theme(key="quiet-nights", labels={"en": "Quiet nights", "fr": "Nuits calmes"}))
        session.add(OrganisationLanguage(organisation_id=town.id, code="da"))
        session.flush()
        profile.set_themes(town, ["quiet-nights"])
        town.commitments = "3 8"
    entries_forgotten(app)
    for asked in (
        "theme=quiet-nights",
        "language=da",
        "commitment=8",
        "language=da&theme=quiet-nights&commitment=3",
    ):
        page = more.visitor.gets(f"/members?{asked}")
        assert names_in(page) == ["City of Aarhus"]
        for name, word in (("theme=", "Quiet nights"), ("language=", "dansk")):
            assert (word in page.text) == (name in asked)


def entries_forgotten(app):
    with app.app_context():
        entries.forget()


def test_who_joins_is_counted_at_once(app, more):
    before = facet(more.visitor.gets("/members?kind=city"), "country")
    with app.app_context():
        acts.add_organisation(
            None, form="city", code="TRD", name="City of Trondheim", country="NO", region="Europe"
        )
    page = more.visitor.gets("/members?kind=city")
    assert facet(page, "country") == {**before, "NO": 1} and "City of Trondheim" in names_in(page)


def test_newest_first(more):
    found = names_in(more.visitor.gets("/members?sort=newest&coalition=ECCAR&kind=city"))
    assert found == [
        "City of Cairo",
        "City of Lodz",
        "City of Zurich",
        "City of Bilbao",
        "City of Aarhus",
        "City of Graz",
    ]


def test_members_and_observers_are_told_apart(more):
    page = more.visitor.gets("/members?country=PL&country=DK")
    assert "1 member" in page.text and "1 observer" in page.text


def test_what_only_published_something_is_no_member(app, more):
    with app.app_context():
        acts.add_organisation(
            None, form="partner", code="PUB", name="Okapi Press", standing="other", lat=1.0, lon=1.0
        )
    for view in ("", "&view=map", "&view=points", "&view=csv"):
        assert "Okapi Press" not in more.chair.client.get(f"/members?q=okapi{view}").text


# --- people -------------------------------------------------------------------------------------------------


def test_people_are_found_by_members_only(more):
    page = more.chair.gets("/members?who=people&q=nairobi")
    assert names_in(page) == ["Neighbour desk"] and "City of Nairobi" in page.text
    assert names_in(more.visitor.gets("/members?who=people")) == []
    assert "who=people" not in more.visitor.gets("/members").text
    assert "who=people" in more.chair.gets("/members").text


def test_people_are_never_put_on_the_map(more):
    for view in ("map", "points", "csv"):
        answer = more.chair.client.get(f"/members?who=people&view={view}")
        assert answer.mimetype == "text/html" and "data-map" not in answer.text
    points = more.chair.client.get("/members?view=points").text
    assert "desk" not in points


def test_a_language_that_is_not_told_finds_nobody(app, more):
    with app.app_context(), atomic() as session:
        for who, sight in ((more.neighbour, "members"), (more.outsider, "near")):
            person = session.get(Person, who.id)
            person.shown = {"languages": sight}
            profile.set_speaks(who.id, [("sw", "fluent")])
    entries_forgotten(app)
    page = more.chair.gets("/members?who=people&language=sw")
    assert names_in(page) == ["Neighbour desk"] and facet(page, "language")["sw"] == 1


def test_the_secretariat_takes_out_people_and_it_is_kept(app, more):
    with app.app_context(), atomic() as session:
        person = session.get(Person, more.neighbour.id)
        person.about, person.helps, person.shown = "=cmd()|x", "Okapi counting", {"helps": "near"}
    answer = more.steward.client.post("/members/people.csv", data={"kind": "city", "idempotency_key": "k1"})
    rows = {row["Name"]: row for row in table(answer)}
    assert answer.mimetype == "text/csv" and set(rows) == {"Neighbour desk", "Outsider desk"}
    assert rows["Neighbour desk"]["Works on"] == "'=cmd()|x"
    assert "Okapi" not in answer.text and "cast.example" not in answer.text
    more.steward.client.post("/members/people.csv", data={"kind": "city", "idempotency_key": "k1"})
    with app.app_context():
        kept = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.act == "members.export")).all()
        assert [(one.actor_id, one.data) for one in kept] == [
            (more.steward.id, {"count": 2, "kind": ["city"]})
        ]
    assert "Took people out as a table" in more.steward.gets("/admin/audit").text


def test_nobody_else_takes_out_people(more):
    for seat in (more.chair, more.neighbour):
        assert seat.client.post("/members/people.csv", data={}).status_code == 403
        assert "people.csv" not in seat.gets("/members?who=people").text
    assert more.visitor.client.post("/members/people.csv", data={}).status_code in (303, 403)
    assert "people.csv" in more.steward.gets("/members?who=people").text


# --- the table ----------------------------------------------------------------------------------------------


def test_the_table_has_those_of_the_list_in_its_order(more):
    answer = more.visitor.client.get("/members?view=csv&coalition=ECCAR&sort=newest")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="members.csv"'
    rows = table(answer)
    assert [row["Name"] for row in rows] == names_in(
        more.visitor.gets("/members?coalition=ECCAR&sort=newest")
    )
    cairo = rows[0]
    assert (cairo["Own name"], cairo["Country"], cairo["Latitude"], cairo["Place data"]) == (
        "القاهرة", "Egypt", "30.06", "GeoNames, CC BY 4.0",
    )  # fmt: skip
    assert cairo["Address"].startswith("http") and "/members/" in cairo["Address"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", " ="])
def test_no_cell_is_a_formula(start):
    assert tables.harmless(f"{start}1+1") == f"'{start}1+1"


def test_numbers_and_plain_words_stay_as_they_are():
    assert [tables.harmless(cell) for cell in (-34.9, None, "City of Graz", "")] == [
        -34.9,
        None,
        "City of Graz",
        "",
    ]


def test_a_name_that_begins_like_a_formula_is_harmless(app, more):
    with app.app_context():
        acts.add_organisation(None, form="partner", code="EVL", name="=HYPERLINK(1)", country="AT")
    rows = table(more.visitor.client.get("/members?view=csv&country=AT"))
    assert "'=HYPERLINK(1)" in [row["Name"] for row in rows]


# --- the map ------------------------------------------------------------------------------------------------


def test_list_map_and_table_show_the_same(more):
    for asked in ("", "&coalition=ECCAR", "&q=city&region=Europe", "&kind=chair"):
        listed = names_in(more.visitor.gets(f"/members?{asked[1:]}"))
        assert names_in(more.visitor.gets(f"/members?view=map{asked}")) == listed
        assert [row["Name"] for row in table(more.visitor.client.get(f"/members?view=csv{asked}"))] == listed
        points = more.visitor.client.get(f"/members?view=points{asked}").json["pins"]
        placed = [
            name
            for name in listed
            if name.removeprefix("City of ") in ("Aarhus", "Bilbao", "Zurich", "Cairo")
        ]
        assert [point[4].partition(",")[0] for point in points] == placed


def test_every_pin_stands_in_the_list_whatever_the_page(more, monkeypatch):
    monkeypatch.setattr(queries, "PAGE", 2)
    numbers, url = set(), "/members?view=map"
    while url:
        page = more.visitor.gets(url)
        numbers |= set(map(int, re.findall(r'id="m-(\d+)"', page.text)))
        step = re.search(r'href="([^"]+)" rel="next"', page.text)
        url = step and step[1].replace("&amp;", "&")
    points = more.visitor.client.get("/members?view=points").json["pins"]
    assert {point[0] for point in points} <= numbers and len(numbers) == 9


def test_members_without_a_place_are_named_so(more):
    page = more.visitor.gets("/members?view=map&country=PL&country=DK")
    assert "1 member has no place on the map" in page.text
    card = re.search(r'<li class="card"[^>]*>(?:(?!</li>).)*City of Lodz.*?</li>', page.text, re.S)[0]
    assert "Not on the map" in card and page.text.count("Not on the map") == 1


def test_the_drawing_has_a_link_for_each_place(app, more):
    with app.app_context():
        twin = {"form": "chair", "country": "DK", "lat": 56.16, "lon": 10.2, "region": "Europe"}
        acts.add_organisation(None, code="TWN", name="UNESCO Chair in Okapis, Aarhus", **twin)
    page = more.visitor.gets("/members?view=map&region=Europe")
    drawing = re.search(r"<svg[^>]* data-map-plain.*?</svg>", page.text, re.S)[0]
    labels = re.findall(r'<a href="([^"]+)" aria-label="([^"]+)"', drawing)
    assert dict(map(reversed, labels))["City of Bilbao, Spain"].startswith("/members/")
    inside = dict(map(reversed, labels))["2 members here"].replace("&amp;", "&")
    closer = more.visitor.gets(inside)
    assert (
        names_in(closer) == ["City of Aarhus", "UNESCO Chair in Okapis, Aarhus"]
        and "Part of the map" in closer.text
    )


@pytest.mark.parametrize(
    "box", ["1", "a,b,c,d", "1,2,3", "nan,1,2,3", "inf,0,1,1", "9,9,1,1", "1,2,3,1e400", "1,1,2,2,3", ",,,"]
)
def test_odd_boxes_ask_nothing(more, box):
    page = more.visitor.gets(f"/members?view=map&box={box}")
    assert len(names_in(page)) == 9


def test_a_box_reaches_over_the_edge_of_the_numbers(app, more):
    with app.app_context():
        for code, lon in (("SUV", 178.4), ("APW", -171.8)):
            acts.add_organisation(None, form="city", code=code, name=f"City {code}", lat=-15.0, lon=lon)
    found = more.visitor.gets("/members?box=170,-20,190,-10")
    assert names_in(found) == ["City APW", "City SUV"]


def test_points_are_not_sent_twice(more):
    first = more.visitor.client.get("/members?view=points")
    again = more.visitor.client.get("/members?view=points", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    other = more.visitor.client.get("/members?view=points&kind=city", headers={"If-None-Match": '"other"'})
    assert other.status_code == 200 and first.headers["Cache-Control"].startswith("private")


def test_the_card_of_one_tells_more_than_those_of_many(app, more):
    with app.app_context():
        numbers = dict(db.session.execute(sa.select(Organisation.code, Organisation.id)).all())
    one = more.visitor.client.get(f"/members/cards?id={numbers['AAR']}")
    assert "City of Aarhus" in one.text and "Denmark" in one.text and "<html" not in one.text
    many = more.visitor.client.get(f"/members/cards?id={numbers['AAR']}&id={numbers['ZUR']}&id=999999&id=x")
    assert "2 members here" in many.text and "City of Zurich" in many.text
    for nothing in ("", "?id=999999", "?id=x", "?id=99999999999999999999"):
        assert more.visitor.client.get(f"/members/cards{nothing}").status_code == 404


def test_a_member_is_asked_from_its_card(app, more):
    with app.app_context(), atomic():
        number, handle = db.session.execute(
            sa.select(Organisation.id, Organisation.handle).where(Organisation.code == "AAR")
        ).one()
        db.session.execute(sa.update(Space).where(Space.id == more.spaces.europe).values(key="ECCAR"))
    link = f'href="/discussions/new?to={handle}&amp;group={more.spaces.europe}"'
    url = f"/members/cards?id={number}"
    assert link in more.chair.client.get(url).text and "Ask this" not in more.visitor.client.get(url).text
    with app.app_context():
        profile_page = db.session.get(Organisation, number).url
    assert (
        link in more.chair.gets(profile_page).text and "Ask this" not in more.visitor.gets(profile_page).text
    )
    form = more.outsider.gets(f"/discussions/new?to={handle}&group={more.spaces.europe}").text
    assert f"@{handle} " in form
    assert re.search(rf'<option selected value="{more.spaces.europe}">', form)


def test_a_card_names_the_first_contact_to_those_who_may_see_the_person(app, more):
    own = more.organisations.chair
    with app.app_context(), atomic():
        db.session.execute(sa.update(Seat).where(Seat.organisation_id == own).values(primary=True))
        name = db.session.scalar(sa.select(Person.name).where(Person.id == more.chair.id))
    assert name in more.outsider.client.get(f"/members/cards?id={own}").text
    assert name not in more.visitor.client.get(f"/members/cards?id={own}").text
    with app.app_context(), atomic():
        db.session.execute(sa.update(Seat).where(Seat.organisation_id == own).values(primary=False))
    assert "First contact" not in more.outsider.client.get(f"/members/cards?id={own}").text


# --- regions ------------------------------------------------------------------------------------------------


def test_a_region_has_a_page_for_everybody(app, more):
    page = more.visitor.gets("/regions/europe")
    assert names_in(page) == ["City of Aarhus", "City of Bilbao", "City of Lodz", "City of Zurich"]
    assert "<h1>Europe</h1>" in page.text and 'href="/regions/arab-states"' in page.text
    assert more.visitor.gets("/regions/nowhere").status_code == 404


# --- the projection -----------------------------------------------------------------------------------------


def test_equal_earth_is_reckoned_as_published():
    """The pole line is 0.59 of the equator's length, and the middle of the map is the middle meridian."""
    x, _y = globe.project(0, globe.MIDDLE)
    assert round(x, 6) == globe.WIDTH / 2
    length = globe.project(90, globe.MIDDLE + 179.999)[0] - globe.project(90, globe.MIDDLE - 179.999)[0]
    assert round(length / globe.WIDTH, 2) == 0.59


@pytest.mark.parametrize(
    ("lat", "lon"), [(48.2, 16.4), (-1.3, 36.8), (52.5, 13.4), (39.9, 116.4), (-15.8, -47.9), (45.4, -75.7)]
)
def test_towns_stand_on_tiles_of_land(lat, lon):
    x, y = globe.project(lat, lon)
    for grid in ("coarse", "fine"):
        tiles = globe.LAND[grid]["tiles"]
        row = globe.LAND[grid]["rows"][int((y - globe.LAND["top"]) * tiles)]
        column = int(x * tiles)
        assert any(
            start <= column < start + length for start, length in zip(row[::2], row[1::2], strict=True)
        )


def test_no_two_places_of_the_drawing_touch():
    spread = [
        queries.Pin(n, 60 + n % 40 * 0.9, 20 + n // 40 * 0.7, "city", "", "", "", "", 0, 0)
        for n in range(1000)
    ]
    spots = pins.spots(spread, globe.WORLD)
    assert sum(len(spot.pins) for spot in spots) == 1000
    for one in spots:
        for other in spots:
            assert one is other or abs(one.x - other.x) + abs(one.y - other.y) >= pins.NEAR


# --- cost ---------------------------------------------------------------------------------------------------


PATHS = ["/members", "/members?view=map", "/members?view=points", "/members?view=csv", "/members?who=people"]


@pytest.mark.parametrize("path", [*PATHS, "/regions/europe"])
def test_ten_times_the_members_cost_no_more_statements(app, cast, path):
    def town(number):
        acts.add_organisation(None, form="city", code=f"T{number:02}", name=f"Town {number}", country="AT", region="Europe",
                              coalition="ECCAR", lat=40.0 + number / 10, lon=10.0)  # fmt: skip
        person = acts.add_person(None, email=f"t{number}@cast.example", name=f"Officer {number}")
        acts.give_seat(None, person, db.session.scalar(sa.select(Organisation).where(Organisation.code == f"T{number:02}")),
                       role="member")  # fmt: skip

    counts = []
    with app.app_context():
        engine = db.engine
    for numbers in (range(3), range(3, 33)):
        with app.app_context():
            for number in numbers:
                town(number)
        cast.chair.client.get(path)
        for fresh in (False, True):
            if fresh:
                entries_forgotten(app)
            with statements(engine) as said:
                assert cast.chair.client.get(path).status_code == 200
            counts.append(len(said))
    assert counts[:2] == counts[2:]
