"""What a list says of members beside their names; and the table of members, which comes in again as it went out."""

import csv
import io
import pathlib

import pytest
import sqlalchemy as sa

from app.arrivals import columns, importing
from app.extensions import db
from app.members import acts, profile, themes
from app.members.models import Organisation
from tests.databases import ROOT
from tests.stories.test_lists import batch_of, send

WHOLE = (
    "Name;Kind;Country;Latitude;Longitude;Time zone;Population;Status;Themes;Languages;Website;Lead;Joined on;Lead office\n"
    "City of Bilbao;city;Spain;43,26;−2.93;Europe/Madrid;345 000;observer;Housing, Sport;español, en;"
    "https://www.bilbao.example;yes;2007-05-01;Equality service\n"
)


@pytest.fixture
def listed(cast):
    """The themes that the lists name."""
    with cast.app.app_context():
        themes.add(cast.steward.me(), {"en": "Sport"})
        themes.add(cast.steward.me(), {"en": "Schools, culture", "fr": "Écoles, culture"})
    return cast


def taken(cast, path):
    cast.steward.posts(f"{path}/run", {})
    return batch_of(cast, path)


def member(cast, name):
    """All that is stored of a member, its number and address aside."""
    with cast.app.app_context():
        one = db.session.scalars(sa.select(Organisation).where(Organisation.name == name)).one()
        keys = (
            "form", "code", "name", "place", "country", "region", "lat", "lon", "timezone", "population_band", "coalition",
            "standing", "lead", "about", "website", "acceded", "commitments",
        )  # fmt: skip
        stored = {key: getattr(one, key) for key in keys}
        ties = {
            "themes": [row.key for row in profile.themes_of(one)],
            "languages": sorted(profile.languages_of(one.id)),
        }
        return {**stored, **one.facts, **ties}


def test_a_list_says_all_of_a_city(listed):
    path = send(listed, WHOLE)
    assert batch_of(listed, path)["said"]["wrong"] == []
    taken(listed, path)
    one = member(listed, "City of Bilbao")
    assert (one["lat"], one["lon"], one["timezone"], one["population_band"]) == (
        43.26,
        -2.93,
        "Europe/Madrid",
        "100k-500k",
    )
    assert (one["standing"], one["lead"], str(one["acceded"]), one["office"]) == (
        "observer",
        True,
        "2007-05-01",
        "Equality service",
    )
    assert (one["themes"], one["languages"], one["website"]) == (
        ["housing", "sport"],
        ["en", "es"],
        "https://www.bilbao.example",
    )
    assert "City of Bilbao" in listed.visitor.gets("/members?view=csv").text
    assert "Bilbao" in listed.visitor.gets("/members?view=points").text


def test_a_chair_with_its_university_and_who_holds_it(listed):
    path = send(
        listed,
        "Nom;Type;Établissement d’accueil;Siège;Année;Numéro;Domaines;Courriel;Personne;Fonction\n"
        "Chaire UNESCO des villes;chaire;Université de Graz;Graz;2016;T-12;logement;holder@chair.example;Titulaire;Chairholder\n",
    )
    taken(listed, path)
    one = member(listed, "Chaire UNESCO des villes")
    assert {key: one[key] for key in ("form", "university", "city", "established", "number", "fields")} == {
        "form": "chair", "university": "Université de Graz", "city": "Graz", "established": "2016", "number": "T-12",
        "fields": "logement",
    }  # fmt: skip
    page = listed.steward.gets("/admin/invitations?state=unsent").text
    assert "holder@chair.example" in page and "Chairholder" in page


def test_heads_are_guessed_in_spanish(app):
    heads = [
        "Nombre",
        "País",
        "Latitud",
        "Longitud",
        "Zona horaria",
        "Población",
        "Condición",
        "Temas",
        "Idiomas",
        "Sitio web",
    ]
    with app.app_context():
        guessed = columns.guess(heads, [])
    assert guessed == [
        "name",
        "country",
        "lat",
        "lon",
        "timezone",
        "size",
        "standing",
        "themes",
        "languages",
        "website",
    ]


@pytest.mark.parametrize(
    ("head", "cell", "words"),
    [
        ("Latitude", "91", "A latitude lies between"),
        ("Latitude", "north", "A latitude lies between"),
        ("Latitude", "47.1", "needs both, latitude and longitude"),
        ("Time zone", "Vienna time", "is no time zone"),
        ("Population", "many", "is no number of inhabitants"),
        ("Status", "queen", "is no standing"),
        ("Themes", "Housing, Astrology", "“Astrology” is no theme of this site."),
        ("Languages", "Klingonish", "is no language that is known here"),
        ("Lead", "perhaps", "is neither yes nor no"),
        ("Joined on", "spring", "is no day"),
        ("Year", "20016", "is no year"),
        ("Website", "www.example", "is no whole address"),
        ("University", "x" * 201, "longer than 200 characters"),
        ("Type of partner", "club", "is no type of partner"),
        ("Kind", "secretariat", "The secretariat is not taken in by a list."),
    ],
)
def test_a_wrong_cell_is_explained_with_its_line(listed, head, cell, words):
    path = send(listed, f"Name;{head}\nCity of Bilbao;{cell}\nCity of Zurich;\n")
    ((number, wrong),) = batch_of(listed, path)["said"]["wrong"]
    assert number == 2 and words in " ".join(wrong), wrong
    assert taken(listed, path)["made"]["organisations"]


def test_a_list_with_all_of_it_is_taken_back(listed):
    path = send(listed, WHOLE)
    taken(listed, path)
    listed.steward.posts(f"{path}/undo", {})
    assert "City of Bilbao" not in listed.visitor.gets("/members?view=csv").text


@pytest.mark.parametrize("tongue", ["en", "fr", "ar"])
def test_the_table_of_members_comes_in_again_as_it_went_out(listed, tongue):
    with listed.app.app_context():
        acts.add_organisation(
            None, form="city", code="CAI", name="City of Cairo", place="القاهرة", sort_name="Cairo", country="EG",
            region="Arab States", lat=30.06, lon=31.25, timezone="Africa/Cairo", population_band=">2M", standing="observer",
            lead=True, website="https://cairo.example", about="=One; two", themes=["housing", "schools-culture"],
            languages=["ar", "fr"], commitments="3 10", facts={"office": "Equality"},
        )  # fmt: skip
        acts.add_organisation(
            None,
            form="chair",
            code="XCH",
            name="UNESCO Chair Somewhere",
            country="AT",
            region="Europe",
            facts={
                "university": "University",
                "city": "Graz",
                "number": "12",
                "fields": "law",
                "established": "2016",
            },
        )
        acts.add_organisation(
            None,
            form="partner",
            code="XPA",
            name="Partner of cities",
            country="FR",
            facts={"kind": "NGO", "city": "Paris"},
        )
    names = ("City of Cairo", "UNESCO Chair Somewhere", "Partner of cities")
    before = [member(listed, name) for name in names]
    listed.steward.client.post("/language", data={"language": tongue})
    table = listed.steward.client.get("/members?view=csv").text
    rows = list(csv.reader(io.StringIO(table.removeprefix("\ufeff"))))
    with listed.app.app_context():
        for one in db.session.scalars(sa.select(Organisation).where(Organisation.name.in_(names))).all():
            assert importing._take_out(None, one.id)
    path = send(listed, table)
    batch = batch_of(listed, path)
    assert [meaning for meaning in batch["meanings"] if meaning] == [
        meaning for meaning, _head in columns.member_columns.OURS if meaning
    ]
    assert batch["said"]["counts"]["known"] == len(rows) - 1 - 3
    assert batch["said"]["wrong"] == []
    taken(listed, path)
    assert [member(listed, name) for name in names] == before


def test_the_lists_of_places_that_this_house_knows_are_read(listed):
    """Names of columns as the facts of the sample network have them."""
    lists = {"cities.csv": "size", "chairs.csv": "university", "partners.csv": "town"}
    for name, meaning in lists.items():
        raw = pathlib.Path(ROOT, "app", "demo", "data", name).read_bytes()
        path = send(listed, raw, name)
        found = batch_of(listed, path)
        assert meaning in found["meanings"] and found["said"]["counts"]["members"] > 5, name
