"""What people and organisations say of themselves, who reads it, and who may change it."""

import re

import pytest

from app.core.audience import VISITOR
from app.core.database import atomic, locate
from app.extensions import db
from app.members import acts, profile
from app.members.models import Organisation, Person
from app.search import query
from tests.seat import tell

FORM = {
    "name": "Pretoria desk", "about": "quagga monitoring", "helps": "zebra forms", "seeks": "okapi partners",
    "pronouns": "she/her", "themes": ["housing", "data", "nothing"], "language": "en", "timezone": "Africa/Nairobi",
    "theme": "", "spoken-0-code": "fr", "spoken-0-level": "first", "spoken-1-code": "sw", "spoken-1-level": "basic",
    "spoken-2-code": "fr", "spoken-2-level": "basic", "spoken-3-code": "not one", "page": "members",
}  # fmt: skip
ENTRY = {
    "about": "We count what we do.", "website": "https://nairobi.example/rights", "office": "Equality office",
    "population_band": ">2M", "themes": ["housing"], "commitments": ["2"],
    "languages": ["en", "fr", "xx"], "timezone": "Africa/Nairobi",
}  # fmt: skip
OFFICE = {
    "name": "City of Nairobi and around", "place": "Nairobi", "country": "KE", "region": "Africa", "coalition": "africa",
    "standing": "member", "lead": "y", "acceded": "2006-03-21", "lat": "-1.28", "lon": "36.81",
}  # fmt: skip


def page_of(seat, who):
    return seat.gets(f"/people/{who.id}", follow_redirects=True)


@pytest.fixture
def filled(cast):
    assert cast.chair.posts("/settings", FORM).status_code == 303
    return cast


def test_a_profile_is_filled_in_and_read(filled):
    page = page_of(filled.outsider, filled.chair).text
    for words in (
        "quagga monitoring",
        "zebra forms",
        "okapi partners",
        "she/her",
        "Housing",
        "Data",
        "français",
        "Kiswahili",
    ):
        assert words in page
    assert "First language" in page and page.index("français") < page.index("Kiswahili")
    boxes = re.findall(r'<input checked[^>]*value="(\w+)"', filled.chair.gets("/settings").text)
    assert {"housing", "data"} <= set(boxes)
    with filled.app.app_context():
        assert [tuple(row) for row in profile.speaks(filled.chair.id)] == [("fr", "first"), ("sw", "basic")]


def test_each_field_is_read_by_those_it_is_for(filled):
    chosen = {
        "see_about": "near",
        "see_helps": "me",
        "see_seeks": "public",
        "see_themes": "near",
        "see_languages": "me",
    }
    filled.chair.posts("/settings", {**FORM, **chosen, "see_pronouns": "me"})
    mine, near, far = (
        page_of(seat, filled.chair).text for seat in (filled.chair, filled.neighbour, filled.outsider)
    )
    for words in ("quagga", "zebra", "okapi", "she/her", "Housing", "français"):
        assert words in mine
    assert "quagga" in near and "Housing" in near and "zebra" not in near and "she/her" not in near
    assert "okapi" in far
    assert not any(words in far for words in ("quagga", "zebra", "she/her", "Housing", "français"))
    assert "quagga" not in page_of(filled.steward, filled.chair).text  # the secretariat is no exception


def test_a_page_is_for_members_until_its_owner_opens_it(filled):
    path = f"/people/{filled.chair.id}"
    assert "/sign-in" in filled.visitor.gets(path).location
    assert "/sign-in" in filled.visitor.gets("/people/999").location  # nobody learns which exist
    filled.chair.posts("/settings", {**FORM, "page": "public", "see_seeks": "public"})
    page = page_of(filled.visitor, filled.chair).text
    assert "okapi partners" in page and "zebra forms" not in page and "quagga" not in page
    assert "Chair desk" not in page and "Pretoria desk" in page
    filled.chair.posts("/settings", FORM)
    assert "/sign-in" in filled.visitor.gets(path).location


def test_commitments_that_one_works_on_are_found_by_those_who_may_know(filled):
    list_ = "/members?who=people&commitment=8"
    assert filled.chair.posts("/settings", {**FORM, "commitments": ["8", "3", "11"]}).status_code == 303
    tell(filled.app)
    page = page_of(filled.outsider, filled.chair).text
    assert page.index("Commitment 3") < page.index("Commitment 8") and "Commitment 11" not in page
    assert "Pretoria desk" in filled.outsider.gets(list_).text
    assert "Pretoria desk" not in filled.outsider.gets("/members?who=people&commitment=7").text
    filled.chair.posts("/settings", {**FORM, "commitments": ["3", "8"], "see_commitments": "near"})
    tell(filled.app)
    assert "Commitment 8" not in page_of(filled.outsider, filled.chair).text
    assert "Commitment 8" in page_of(filled.neighbour, filled.chair).text
    assert "Pretoria desk" not in filled.outsider.gets(list_).text


def found(cast, words, viewer=None):
    with cast.app.app_context():
        return [hit.entry.ref for hit in query.find(words, viewer or cast.outsider.me().viewer)[0]]


def test_the_search_finds_what_all_may_read_and_forgets_what_was_closed(filled):
    tell(filled.app)
    me = f"person:{filled.chair.id}"
    assert me in found(filled, "zebra") and me in found(filled, "logement")
    assert me not in found(filled, "zebra", VISITOR)
    filled.chair.posts("/settings", {**FORM, "see_helps": "near", "see_themes": "me"})
    tell(filled.app)
    assert me not in found(filled, "zebra") and me not in found(filled, "logement")
    filled.chair.posts("/settings", {**FORM, "page": "public", "see_helps": "public"})
    tell(filled.app)
    assert me in found(filled, "zebra", VISITOR) and me not in found(filled, "quagga", VISITOR)


def test_a_kind_hint_says_what_is_missing_until_it_is_put_away(cast):
    assert "what you can help with" in page_of(cast.chair, cast.chair).text
    assert "what you can help with" not in page_of(cast.outsider, cast.chair).text
    cast.chair.posts("/settings", FORM)
    assert "what you can help with" not in page_of(cast.chair, cast.chair).text
    assert "what you look for" in page_of(cast.neighbour, cast.neighbour).text
    cast.neighbour.posts("/settings/hint/hide")
    assert "what you look for" not in page_of(cast.neighbour, cast.neighbour).text
    cast.neighbour.posts("/settings", {**FORM, "seeks": ""})  # stays away when the profile is saved
    assert "what you look for" not in page_of(cast.neighbour, cast.neighbour).text


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("helps", "x" * 1001, "at most 1,000"),
        ("seeks", "x" * 1001, "at most 1,000"),
        ("pronouns", "x" * 41, "at most 40"),
        ("see_about", "everybody", "Choose one from the list"),
        ("page", "near", "Choose one from the list"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(cast, field, value, words):
    answer = cast.chair.posts("/settings", {**FORM, field: value})
    assert answer.status_code == 422 and words in answer.text and "quagga monitoring" in answer.text


def test_the_role_in_a_seat_is_said_by_its_holder(cast):
    form = cast.chair.gets("/settings").text
    name = form.split('name="title_')[1].split('"')[0]
    cast.chair.posts("/settings", {**FORM, f"title_{name}": "Monitoring office"})
    assert "Monitoring office" in page_of(cast.outsider, cast.chair).text
    cast.outsider.posts("/settings", {**FORM, f"title_{name}": "Mine now"})
    assert "Mine now" not in page_of(cast.outsider, cast.chair).text


# --- organisations ----------------------------------------------------------------------------------------------


def entry(cast, name="neighbour"):
    return f"/members/{getattr(cast.organisations, name)}"


def test_its_first_contact_changes_an_entry_and_everybody_reads_it(cast):
    assert cast.neighbour.posts(f"{entry(cast)}/edit", ENTRY).status_code == 303
    page = cast.visitor.gets(entry(cast), follow_redirects=True).text
    for words in (
        "We count what we do.",
        "nairobi.example/rights",
        "Equality office",
        "over 2 million",
        "Housing",
        "Commitment 2",
        "français",
    ):
        assert words in page
    tell(cast.app)
    ref = f"organisation:{cast.organisations.neighbour}"
    assert ref in found(cast, "count what", VISITOR) and ref in found(cast, "logement", VISITOR)


def test_others_do_not(cast):
    for seat in (cast.outsider, cast.chair):
        assert seat.gets(f"{entry(cast)}/edit").status_code == 403
        assert seat.posts(f"{entry(cast)}/edit", ENTRY).status_code == 403
        assert "/edit" not in seat.gets(entry(cast), follow_redirects=True).text
    assert "/sign-in" in cast.visitor.posts(f"{entry(cast)}/edit", ENTRY).location
    with cast.app.app_context(), atomic():
        db.session.execute(
            db.text('UPDATE seat SET "primary" = :no WHERE person_id = :me'),
            {"no": False, "me": cast.neighbour.id},
        )
    assert cast.neighbour.gets(f"{entry(cast)}/edit").status_code == 403


def test_name_coalition_and_standing_are_for_the_secretariat(cast):
    assert 'name="coalition"' not in cast.neighbour.gets(f"{entry(cast)}/edit").text
    cast.neighbour.posts(f"{entry(cast)}/edit", {**ENTRY, **OFFICE})
    with cast.app.app_context():
        assert db.session.get(Organisation, cast.organisations.neighbour).name == "City of Nairobi"
    assert cast.steward.posts(f"{entry(cast)}/edit", {**ENTRY, **OFFICE}).status_code == 303
    with cast.app.app_context():
        one = db.session.get(Organisation, cast.organisations.neighbour)
        assert (one.name, one.lead, str(one.acceded), one.lat) == (
            "City of Nairobi and around",
            True,
            "2006-03-21",
            -1.28,
        )
        assert one.sort_key == "nairobi and around" and "around" in one.found_by
    assert "City of Nairobi and around" in cast.visitor.gets("/members?q=around").text
    assert "21 March 2006" in cast.visitor.gets(entry(cast), follow_redirects=True).text


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("website", "javascript:alert(1)", "Write the whole address"),
        ("website", "nairobi.example", "Write the whole address"),
        ("about", "x" * 601, "at most 600"),
        ("population_band", "many", "Choose one from the list"),
        ("lat", "north", "Write a number"),
        ("acceded", "21.3.2006", "Write the day"),
        ("lat", "91", "between −90 and 90"),
        ("country", "XX", "Choose one from the list"),
        ("name", " ", "Write the name"),
    ],
)
def test_a_wrong_entry_is_explained(cast, field, value, words):
    answer = cast.steward.posts(f"{entry(cast)}/edit", {**ENTRY, **OFFICE, field: value})
    assert answer.status_code == 422 and words in answer.text and "Equality office" in answer.text


@pytest.mark.parametrize(
    ("form", "own", "shown"),
    [
        (
            "chair",
            {"university": "University of Graz", "number": "871", "city": "Graz", "fields": "peace"},
            "871",
        ),
        ("partner", {"kind": "NGO", "city": "Osaka"}, "Non-governmental organisation"),
        ("secretariat", {"city": "Paris"}, "Paris"),
    ],
)
def test_each_kind_has_its_own_fields(cast, form, own, shown):
    with cast.app.app_context():
        one = acts.add_organisation(None, form=form, code="ZZZ", name="The one")
        path = one.url
    plain = {name: value for name, value in ENTRY.items() if name not in ("office", "population_band")}
    office = {**OFFICE, "name": "The one", "lead": ""}
    assert cast.steward.posts(f"{path.split('-')[0]}/edit", {**plain, **office, **own}).status_code == 303
    assert shown in cast.visitor.gets(path, follow_redirects=True).text


def test_the_page_of_an_organisation_shows_what_was_done_in_its_name(cast):
    form = {
        "title": "A question of numbers", "topic": "rights", "body": "Words.", "space": cast.spaces.network,
        "audience": "public", "language": "en", "organisation": str(cast.organisations.neighbour),
    }  # fmt: skip
    assert cast.neighbour.posts("/discussions/new", form).status_code == 303
    page = cast.visitor.gets(entry(cast), follow_redirects=True).text
    assert "Recent activity" in page and page.count("A question of numbers") >= 2
    assert "A question of numbers" in page_of(cast.outsider, cast.neighbour).text


def test_what_is_kept_of_somebody_stays_within_the_form(cast):
    cast.chair.posts(
        "/settings", {**FORM, "steward": "y", "state": "suspended", "picture_id": "1", "shown": "{}"}
    )
    with cast.app.app_context():
        one = locate(f"person:{cast.chair.id}")
        assert (
            isinstance(one, Person) and not one.steward and one.state == "active" and one.picture_id is None
        )
