"""The region of a member follows from its country wherever it is made or changed, unless somebody says another."""

import json
import pathlib

import pytest

from app.extensions import db
from app.members import acts, regions
from app.members.models import Organisation

DATA = pathlib.Path(__file__).parents[2] / "app/demo/data/regions.json"


def test_countries_lie_where_the_data_of_the_network_says():
    said = json.loads(DATA.read_text())["countries"]
    assert {code: region for code, region in said.items() if region} == regions._REGIONS


@pytest.mark.parametrize(("given", "found"), [
    (("KE", ""), "Africa"), (("KE", "Europe"), "Europe"), (("", ""), ""), (("AQ", ""), ""), (("", "Africa"), "Africa"),
])  # fmt: skip
def test_a_new_member_lies_in_the_region_of_its_country(app, cast, given, found):
    with app.app_context():
        one = acts.add_organisation(
            None, form="city", code="OKR", name="Okra", country=given[0], region=given[1]
        )
        assert one.region == found


def test_a_changed_country_takes_the_region_along_unless_it_was_chosen(app, cast):
    def edit(**more):
        page = {
            "name": "City of Nairobi",
            "country": "",
            "region": "",
            "coalition": "AFRICA",
            "standing": "member",
            **more,
        }
        assert cast.steward.posts(f"/members/{cast.organisations.neighbour}/edit", page).status_code == 303
        with app.app_context():
            return db.session.get(Organisation, cast.organisations.neighbour).region

    assert edit(country="KE") == "Africa"
    assert edit(country="FR", region="Africa") == "Europe"  # it had only followed, and was sent as it stood
    assert edit(country="FR", region="Africa") == "Africa"  # chosen by hand
    assert edit(country="DE", region="Africa") == "Africa"
    assert edit(country="DE") == "Europe"
    assert "City of Nairobi" in cast.visitor.gets("/regions/europe").text
