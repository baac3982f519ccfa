"""Lists of members and people: guessed, corrected, looked at, taken in, taken back, and never twice."""

import datetime as dt
import io
import re
import time
import zipfile

import pytest
import sqlalchemy as sa

from app.arrivals import columns, import_pages, importing
from app.arrivals.models import ImportBatch, Invitation
from app.core import clock, spreadsheets
from app.core import sheets as table
from app.core.activity import Activity
from app.core.database import atomic
from app.extensions import db
from app.members.models import Organisation, Person
from app.spaces.models import Space
from tests.doors import count, mailed_path, mails
from tests.seat import Visitor, tell

LIST = """Ville;Pays;Courriel;Personne;Fonction;Langue
Łódź;Pologne;bureau@lodz.example;Bureau de l’égalité;Focal point;français
Tunis;TN;one@tunis.example;;member;ar
Tunis;Tunisie;two@tunis.example;;;
Graz;Autriche;outsider@cast.example;;;
"""


def send(cast, data, name="list.csv"):
    raw = data.encode() if isinstance(data, str) else data
    answer = cast.steward.posts("/admin/import", {"file": (io.BytesIO(raw), name)})
    assert answer.status_code == 303, answer.text
    return answer.location


def batch_of(cast, path):
    with cast.app.app_context():
        found = db.session.get(ImportBatch, int(path.rpartition("/")[2]))
        return {c.key: getattr(found, c.key) for c in ImportBatch.__table__.columns}


def counts(cast, path):
    return batch_of(cast, path)["said"]["counts"]


def everything(cast):
    """How many there are; of who was invited and never came in a number alone may be left, with nobody behind it."""
    people = count(cast.app, Person, Person.state != "erased")
    return [count(cast.app, Organisation), people, count(cast.app, Invitation)]


def sheet(rows, extra=""):
    """Return the bytes of a spreadsheet with these cells; a cell that begins with = is a formula without a value."""
    words = sorted({cell for row in rows for cell in row if cell and not cell.startswith("=")})

    def cell(x, y, value):
        place = f"{chr(65 + x)}{y + 1}"
        if value.startswith("="):
            return f'<c r="{place}"><f>{value[1:]}</f></c>'
        return f'<c r="{place}" t="s"><v>{words.index(value)}</v></c>' if value else ""

    lines = "".join(
        f'<row r="{y + 1}">{"".join(cell(x, y, v) for x, v in enumerate(row))}</row>'
        for y, row in enumerate(rows)
    )
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    office = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    links = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
    book = '<sheets><sheet name="A" sheetId="1" r:id="rId7"/></sheets>'
    link = '<Relationship Id="rId7" Type="x" Target="worksheets/sheet3.xml"/>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", f"<workbook {main} {office}>{book}</workbook>")
        packed.writestr("xl/_rels/workbook.xml.rels", f"<Relationships {links}>{link}</Relationships>")
        shared = "".join(f"<si><t>{word}</t><rPh><t>no</t></rPh></si>" for word in words)
        packed.writestr("xl/sharedStrings.xml", f"{extra}<sst {main}>{shared}</sst>")
        packed.writestr(
            "xl/worksheets/sheet3.xml", f"<worksheet {main}><sheetData>{lines}</sheetData></worksheet>"
        )
    return out.getvalue()  # fmt: skip


# --- looking --------------------------------------------------------------------------------------------------


def test_only_the_secretariat_sends_lists(cast):
    for who in (cast.chair, cast.neighbour):
        assert who.gets("/admin/import").status_code == 403
        assert who.posts("/admin/import", {"file": (io.BytesIO(b"a"), "a.csv")}).status_code == 403
    path = send(cast, LIST)
    assert cast.chair.gets(path).status_code == 403
    assert cast.chair.posts(f"{path}/run").status_code == 403


def test_a_list_is_looked_at_before_anything_happens(cast):
    before = everything(cast)
    path = send(cast, LIST)
    assert everything(cast) == before and mails(cast.app) == []
    kept = batch_of(cast, path)
    assert (kept["state"], kept["delimiter"]) == ("ready", ";")
    assert kept["meanings"] == ["name", "country", "email", "person", "role", "language"]
    assert counts(cast, path) == {"members": 2, "known": 1, "people": 3, "people_known": 1}
    page = cast.steward.gets(path).text
    assert "What would happen" in page and "Łódź" in page and "Send the invitations now" in page


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (LIST.encode("utf-8-sig"), "utf-8-sig"),
        (LIST.encode("utf-16"), "utf-16"),
        ("Ville;Pays\nEvry-Courcouronnes à l’été;FR\n".encode("cp1252"), "cp1252"),
        ("المدينة,البلد\nصفاقس والساحل,TN\n".encode("cp1256"), "cp1256"),
        ("name\tcountry\nКазань и область\tRU\n".encode("cp1251"), "cp1251"),
    ],
)
def test_letters_are_guessed(cast, data, encoding):
    kept = batch_of(cast, send(cast, data))
    assert (kept["encoding"], kept["state"]) == (encoding, "ready") and kept["meanings"][:2] == [
        "name",
        "country",
    ]
    assert kept["said"]["faults"] == 0


def test_a_guess_is_corrected(cast):
    path = send(cast, "A|B|C\nHarbour|x|Austria\n")
    kept = batch_of(cast, path)
    assert kept["meanings"] == ["", "", ""] and kept["said"]["faults"] == 1
    how = {"encoding": "utf-8-sig", "delimiter": "|", "header": "y", "form": "partner"}
    cast.steward.posts(path, how)  # other cells: the columns are guessed anew
    cast.steward.posts(path, {**how, "column-0": "name", "column-1": "name", "column-2": "country"})
    kept = batch_of(cast, path)
    assert kept["meanings"] == ["name", "", "country"] and kept["said"]["counts"]["members"] == 1
    cast.steward.posts(f"{path}/run")
    with cast.app.app_context():
        home = db.session.scalar(sa.select(Organisation).where(Organisation.name == "Harbour"))
        assert (home.form, home.country) == ("partner", "AT")
    wrong = cast.steward.posts(path, {**how, "encoding": "klingon"})
    assert wrong.status_code == 422 and "Choose one from the list" in wrong.text


def test_what_is_wrong_is_said_line_by_line(cast):
    path = send(cast, "\n".join([
        "name,country,email,code,website,kind,person,language,coalition",
        "Harbour,Atlantis,a@b.example,,,,,,",
        "Harbour,AT,no address,,,,,,",
        "=cmd|' /C calc'!A0,AT,,,,,,,",
        "Harbour,AT,,ABCD,,,,,",
        "Harbour,AT,,PRC,,,,,",
        "Harbour,AT,,,javascript:x,,,,",
        ",AT,c@d.example,,,,,,",
        "Harbour,AT,,,,castle,,,",
        "Harbour,AT,,,,,Somebody,,",
        "Harbour,AT,x@y.example,,,,,klingon,MOON",
        f"{'x' * 201},AT,,,,,,,",
        "Good Place,AT,,,,,,,",
    ]))  # fmt: skip
    said = batch_of(cast, path)["said"]
    assert said["faults"] == 11 and said["counts"]["members"] == 1
    page = cast.steward.gets(path).text
    for words in ("“Atlantis” is no country", "is no e-mail address", "take for a formula", "three letters or digits",
                  "belongs to another member", "no whole address", "does not say which member", "is no kind of member",
                  "has no e-mail address", "is no language of this site", "is no coalition", "longer than 200"):  # fmt: skip
        assert words in page, words
    assert "Line 2" in page
    cast.steward.posts(f"{path}/run")
    assert count(cast.app, Organisation) == 5


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\x00\x01\x02" * 50, "no table that can be read"),
        (b"PK\x03\x04 nothing", "no table that can be read"),
        ("a,b\n" + "x,y\n" * 2001, "more than 2,000 lines"),
        (",".join("x" * 41), "more than 40 columns"),
        ("name\n" + "x" * 1001, "more than 1,000 characters"),
        ("\n\n", "Nothing is in it"),
    ],
)
def test_what_is_no_list_is_explained(cast, data, words):
    path = send(cast, data)
    assert batch_of(cast, path)["state"] == "unreadable"
    page = cast.steward.gets(path).text
    assert words in page and "Take the list in" not in page
    cast.steward.posts(f"{path}/run")
    assert batch_of(cast, path)["state"] == "unreadable"


def test_a_file_that_is_missing_or_too_large_is_explained(cast, monkeypatch):
    monkeypatch.setattr(import_pages, "MOST_BYTES", 100)
    assert "Choose a file" in cast.steward.posts("/admin/import", {}).text
    big = cast.steward.posts(
        "/admin/import", {"file": (io.BytesIO(b"x" * (import_pages.MOST_BYTES + 1)), "b.csv")}
    )
    assert big.status_code == 422 and "larger than 1 MB" in big.text


# --- spreadsheets ---------------------------------------------------------------------------------------------


def test_a_spreadsheet_is_read(cast):
    path = send(
        cast,
        sheet([["City", "", "E-mail"], ["Łódź", "", "a@lodz.example"], [], ["Tunis", "", ""]]),
        "list.xlsx",
    )
    kept = batch_of(cast, path)
    assert kept["meanings"] == ["name", "", "email"] and kept["said"]["counts"]["members"] == 2
    assert "Letters" not in cast.steward.gets(path).text


def test_formulas_are_never_worked_out():
    rows = table.read(
        sheet([["name", "x"], ["Łódź", "=1+1"], ["Tunis", '=HYPERLINK("http://x.example")']]), "", ""
    )
    assert rows == [["name", "x"], ["Łódź", ""], ["Tunis", ""]]


@pytest.mark.parametrize(
    "extra",
    ['<!DOCTYPE x [<!ENTITY a "b">]>', '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x">',
     '<!DOCTYPE x [<!ENTITY a "' + "y" * 1000 + '"><!ENTITY b "&a;&a;&a;&a;">]>'],
)  # fmt: skip
def test_a_spreadsheet_with_entities_is_refused(extra):
    with pytest.raises(table.Unreadable, match="kind"):
        table.read(sheet([["name"], ["x"]], extra), "", "")


def repacked(change):
    """Return a good spreadsheet after a change of each part."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(sheet([["name"], ["Tunis"]]))) as whole, zipfile.ZipFile(out, "w") as new:
        for name in whole.namelist():
            new.writestr(name, change(whole.read(name)))
    return out.getvalue()


def test_a_damaged_spreadsheet_is_no_error_of_ours():
    broken = bytearray(sheet([["name"], ["x" * 300]]))
    broken[45:75] = b"\xff" * 30
    strange = repacked(lambda data: b'<?xml version="1.0" encoding="utf-7"?>' + data)
    for raw in (bytes(broken), repacked(lambda data: data)[:300], repacked(lambda data: data[:-9]), strange):
        with pytest.raises(table.Unreadable, match="kind"):
            table.read(raw, "", "")
    odd = repacked(lambda data: data.replace(b"<v>1</v>", b"<v>" + b"9" * 5000 + b"</v>"))
    assert table.read(odd, "", "") in ([["name"]], [["Tunis"]])


def test_lines_may_end_as_on_old_machines():
    assert table.read(b"name;country\rTunis;TN\r", "utf-8-sig", "") == [["name", "country"], ["Tunis", "TN"]]


def test_a_spreadsheet_that_unpacks_without_end_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/sharedStrings.xml", b" " * (spreadsheets.MOST_UNPACKED + 2))
    assert len(out.getvalue()) < import_pages.MOST_BYTES
    with pytest.raises(table.Unreadable, match="large"):
        table.read(out.getvalue(), "", "")


def test_cells_far_away_take_no_room():
    raw = sheet([["name"], ["x"]])
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b'r="A2"', b'r="ZZ2"'))
    with pytest.raises(table.Unreadable, match="columns"):
        table.read(out.getvalue(), "", "")


# --- taking in and back ---------------------------------------------------------------------------------------


def test_a_list_is_taken_in_once(cast):
    path = send(cast, LIST)
    for _ in range(2):
        cast.steward.posts(f"{path}/run", {"idempotency_key": "k"})
    kept = batch_of(cast, path)
    assert (kept["state"], kept["raw"], kept["done"]) == ("done", b"", 4)
    assert mails(cast.app) == []  # not ticked
    assert "Not sent yet" in cast.steward.gets("/admin/invitations?state=unsent").text
    with cast.app.app_context():
        home = db.session.scalar(sa.select(Organisation).where(Organisation.name == "Łódź"))
        assert (home.form, home.country, home.code, home.sort_name) == ("city", "PL", "LOD", "Łódź")
        rows = db.session.execute(
            sa.select(Invitation.email, Invitation.primary, Invitation.role, Invitation.language)
        )
        assert {tuple(row) for row in rows} == {
            ("bureau@lodz.example", True, "focal point", "fr"), ("one@tunis.example", True, "member", "ar"),
            ("two@tunis.example", False, "member", "en"),
        }  # fmt: skip
    before = everything(cast)
    again = send(cast, LIST)
    assert counts(cast, again) == {"members": 0, "known": 3, "people": 0, "people_known": 4}
    assert "nothing to take in" in cast.steward.gets(again).text
    cast.steward.posts(f"{again}/run", {"send": "y"})
    assert everything(cast) == before and mails(cast.app) == []


def test_ticked_the_invitations_go_out(cast):
    path = send(cast, LIST)
    cast.steward.posts(f"{path}/run", {"send": "y"})
    assert {mail.to for mail in mails(cast.app, "invite")} == {
        "bureau@lodz.example", "one@tunis.example", "two@tunis.example",
    }  # fmt: skip
    assert Visitor(cast.app).gets(mailed_path(cast.app, "invite")).status_code == 200


def test_the_newsfeed_hears_of_it_once_and_search_and_members_find_all(cast):
    path = send(cast, LIST)
    cast.steward.posts(f"{path}/run")
    tell(cast.app)
    page = cast.outsider.gets("/").text
    assert page.count("2 members joined the network") == 1 and "Tunis" not in page
    assert "Tunis" in cast.outsider.gets("/search?q=tunis").text
    assert "Tunis" in cast.outsider.gets("/members?q=tunis").text


def test_a_list_is_taken_back_whole(cast):
    before = everything(cast)
    path = send(cast, LIST)
    cast.steward.posts(f"{path}/run", {"send": "y"})
    key = mailed_path(cast.app, "invite")
    tell(cast.app)
    for _ in range(2):
        assert cast.steward.posts(f"{path}/undo").status_code == 303
    tell(cast.app)
    assert everything(cast) == before
    assert (
        batch_of(cast, path)["state"] == "undone"
        and "The list was taken back" in cast.steward.gets(path).text
    )
    assert Visitor(cast.app).gets(key).status_code == 404
    page = cast.outsider.gets("/").text
    assert "joined the network" not in page
    for where in ("/search?q=tunis", "/members?q=tunis"):
        assert "/members/" not in re.sub(r"/members/(export|people)", "", cast.outsider.gets(where).text) or (
            "Tunis" not in cast.outsider.gets(where).text.partition("<main")[2].replace("tunis", "")
        )


def test_what_is_used_already_stays(cast):
    path = send(cast, "name,email\nTunis,one@tunis.example\nSfax,\n")
    cast.steward.posts(f"{path}/run", {"send": "y"})
    Visitor(cast.app).posts(
        mailed_path(cast.app, "invite"),
        {"name": "Desk", "language": "en", "password": "four quiet tables here"},
    )
    cast.steward.posts(f"{path}/undo")
    with cast.app.app_context():
        names = set(db.session.scalars(sa.select(Organisation.name)))
        assert "Tunis" in names and "Sfax" not in names
    assert "1 member stays" in cast.steward.gets(path).text


def test_a_list_that_was_cut_off_goes_on(cast, monkeypatch):
    path = send(cast, "name\n" + "\n".join(f"Place {n:02}" for n in range(35)))
    number, ordinary, calls = int(path.rpartition("/")[2]), importing._take, []

    def cut(*more):
        calls.append(1)
        if len(calls) == 25:
            raise RuntimeError("cut off")
        return ordinary(*more)

    monkeypatch.setattr(importing, "_take", cut)
    with cast.app.app_context(), atomic():
        db.session.execute(sa.update(ImportBatch).where(ImportBatch.id == number).values(state="running"))
    with cast.app.app_context(), pytest.raises(RuntimeError):
        importing.LISTS.run(number)
    assert batch_of(cast, path)["done"] == 20 and count(cast.app, Organisation) == 24
    page = cast.steward.gets(path).text
    assert "20 of 35 lines" in page and 'data-waits="2"' in page
    with cast.app.app_context(), clock.at(clock.now() + dt.timedelta(hours=1)):
        importing.LISTS.tidy()
    assert batch_of(cast, path)["state"] == "done" and count(cast.app, Organisation) == 39


def test_a_list_that_nobody_wants_is_forgotten(cast):
    first, second = send(cast, LIST), send(cast, LIST)
    assert cast.steward.posts(f"{first}/drop").location == "/admin/import"
    assert cast.steward.gets(first).status_code == 404
    with cast.app.app_context(), clock.at(clock.now() + dt.timedelta(days=8)):
        importing.LISTS.tidy()
    assert cast.steward.gets(second).status_code == 404


def test_two_hundred_members_in_an_afternoon_break(cast):
    with cast.app.app_context(), atomic():
        db.session.execute(sa.update(Space).where(Space.id == cast.spaces.europe).values(key="ECCAR"))
    rows = "\n".join(f"Place {n:03},AT,ECCAR,desk{n}@place.example" for n in range(200))
    path = send(cast, f"name,country,coalition,email\n{rows}\n")
    began = time.process_time()  # the machine may be shared
    cast.steward.posts(f"{path}/run", {"send": "y"})
    took = time.process_time() - began
    assert count(cast.app, Organisation) == 204 and len(mails(cast.app, "invite")) == 200
    print(f"200 members with an invitation each: {took:.1f} s")
    assert took < 10
    with cast.app.app_context():
        told = sa.select(Activity.id).where(Activity.verb == "arrivals.imported")
        assert len(db.session.scalars(told).all()) == 1


def test_heads_in_three_languages_are_known(app):
    with app.app_context():
        for head in (
            ["Name", "Country", "E-mail address"],
            ["Nom", "Pays", "Courriel"],
            ["الاسم", "البلد", "البريد الإلكتروني"],
        ):
            assert columns.guess(head, []) == ["name", "country", "email"]
        assert columns.guess(["", ""], [["x", "a@b.example"]]) == ["", "email"]


def test_a_list_with_the_line_ends_of_old_machines_is_read(cast):
    path = send(cast, "Ville;Pays\rTunis;TN\rLomé;Togo\r")
    assert batch_of(cast, path)["state"] == "ready" and counts(cast, path)["members"] == 2


def test_a_list_writes_no_signs_that_turn_other_words_around(cast):
    path = send(cast, "Name,E-mail\nTunis\u202egro.live,one@tunis.example\n")
    assert cast.steward.posts(f"{path}/run").status_code == 303
    with cast.app.app_context():
        names = sa.select(Organisation.name).order_by(Organisation.id.desc()).limit(1)
        assert db.session.scalar(names) == "Tunisgro.live"


def test_a_broken_spreadsheet_says_so(cast):
    whole = sheet([["Name"], ["Tunis"]])
    begin = whole.index(b"xl/worksheets/sheet3.xml") + 24
    torn = whole[:begin] + b"\xff" * 40 + whole[begin + 40 :]
    for raw in (torn, whole[:400] + whole[410:]):
        assert batch_of(cast, send(cast, raw, "list.xlsx"))["state"] == "unreadable"
    assert spreadsheets._Cells(["x"]).fed('<row><c t="s"><v>²</v></c></row>'.encode()).rows == [[""]]
