"""The secretariat sets name, colours, logo and texts: every page and mail shows them, and nothing becomes unreadable."""

import io

import pytest
from PIL import Image

from app.core import colours, look, mail, site
from app.core.activity import Activity
from app.core.audit import AuditEntry
from app.core.database import atomic
from app.extensions import db

FORM = {
    "title": "Réseau des villes",
    "tagline": "Together",
    "main_colour": "#0b5345",
    "second_colour": "#ffd54f",
}
TEXTS = {
    "front_en": "We meet in May.", "footer_en": "Run by two people.", "about_en": "## History\nSince *2004*.",
    "privacy_en": "Write to privacy@network.example.", "mail_en": "Do not answer <here>.", "footer_fr": "À deux.",
}  # fmt: skip


def picture(kind="PNG", **more):
    out = io.BytesIO()
    Image.new("RGB", (900, 300), "teal").save(out, kind, **more)
    return out.getvalue()


def test_name_texts_and_colours_are_on_every_page(cast):
    tag = cast.visitor.gets("/about").headers.get("ETag")
    assert cast.steward.posts("/admin/settings", FORM | TEXTS).status_code == 303
    assert "Every page shows it" in cast.steward.gets("/admin/settings").text
    about = cast.visitor.gets("/about", headers={"If-None-Match": tag or ""})
    assert about.status_code == 200
    assert "<title>About – Réseau des villes</title>" in about.text
    assert "<h4>History</h4>" in about.text and "<em>2004</em>" in about.text
    assert "We meet in May." in cast.visitor.gets("/").text
    assert "privacy@network.example" in cast.visitor.gets("/privacy").text
    assert "Run by two people." in cast.chair.gets("/members").text
    french = cast.visitor.gets("/privacy", headers={"Accept-Language": "fr"}).text
    assert "À deux." in french and '<div lang="en" dir="auto"><p>Write to' in french


def test_colours_come_as_a_style_sheet_that_is_kept_for_ever(cast):
    assert "/site.css" not in cast.visitor.gets("/about").text
    cast.steward.posts("/admin/settings", FORM)
    page = cast.visitor.gets("/about").text
    address = page.split('href="/site.css')[1].split('"')[0]
    answer = cast.visitor.gets(f"/site.css{address}")
    assert answer.mimetype == "text/css" and "immutable" in answer.headers["Cache-Control"]
    assert "--enamel: #0b5345;" in answer.text and answer.text.count("--link:") == 3
    assert cast.visitor.gets("/site.css?v=old").headers["Cache-Control"] == "no-cache"
    cast.steward.posts(
        "/admin/settings", FORM | {"main_colour": colours.MAIN, "second_colour": colours.SECOND}
    )
    assert "/site.css" not in cast.visitor.gets("/about").text


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("main_colour", "#ffee88", "White words on it could not be read"),
        ("second_colour", "#203040", "Dark words on it could not be read"),
        ("main_colour", "red", "Write a colour like"), ("main_colour", "", "Write a colour like"),
        ("title", "x" * 61, "60 characters"),
        ("footer_en", "x" * 201, "200 characters"), ("second_colour", "#12345\n", "Write a colour like"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_the_rest_stays(cast, field, value, words):
    answer = cast.steward.posts("/admin/settings", FORM | TEXTS | {field: value})
    assert answer.status_code == 422
    assert words in answer.text and "Since *2004*." in answer.text
    assert "Réseau" not in cast.visitor.gets("/about").text


def test_a_suggested_colour_is_taken(cast):
    said = cast.steward.posts("/admin/settings", FORM | {"main_colour": "#ffee88"}).text
    better = said.split(" would do")[0].rsplit("#", 1)[1]
    assert cast.steward.posts("/admin/settings", FORM | {"main_colour": f"#{better}"}).status_code == 303


@pytest.mark.parametrize(
    "main", ["#15367a", "#7a1515", "#0b5345", "#4a148c", "#333333", "#000000", "#8a4b00"]
)
@pytest.mark.parametrize("second", ["#f7b538", "#ffffff", "#7fd1b9", "#ff9a8b"])
def test_every_shade_can_be_read_in_light_and_dark(main, second):
    for mode, tokens in colours.shades(main, second).items():
        for words, ground, least in colours.pairs(mode, tokens):
            assert colours.contrast(words, ground) >= least, (mode, words, ground)


def test_contrast_is_that_of_wcag():
    assert round(colours.contrast("#000000", "#ffffff"), 2) == 21
    assert round(colours.contrast("#777777", "#ffffff"), 2) == 4.48
    assert colours.hexed(*colours.oklch("#15367a")) == "#15367a"


def test_a_logo_is_made_small_and_bare(cast):
    exif = Image.Exif()
    exif[0x010F] = "Secret camera"
    sent = {**FORM, "logo": (io.BytesIO(picture("JPEG", exif=exif)), "logo.jpg")}
    assert cast.steward.posts("/admin/settings", sent, content_type="multipart/form-data").status_code == 303
    page = cast.chair.gets("/members").text
    address = page.split('src="/site-logo.png')[1].split('"')[0]
    answer = cast.visitor.gets(f"/site-logo.png{address}")
    assert answer.mimetype == "image/png" and b"Secret" not in answer.data
    with Image.open(io.BytesIO(answer.data)) as shown:
        assert shown.size == (240, 80)
    cast.steward.posts("/admin/settings", FORM)
    assert "/site-logo.png" in cast.chair.gets("/members").text  # a form without a file leaves it
    cast.steward.posts("/admin/settings", FORM | {"no_logo": "y"})
    assert "/site-logo.png" not in cast.chair.gets("/members").text
    assert cast.visitor.gets("/site-logo.png").status_code == 302


@pytest.mark.parametrize(
    "content",
    [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"\x89PNG\r\n\x1a\n" + b"0" * 99, b"RIFFxxxxWAVE"],
)
def test_what_is_no_picture_is_refused(cast, content):
    sent = {**FORM, "logo": (io.BytesIO(content), "logo.png")}
    answer = cast.steward.posts("/admin/settings", sent, content_type="multipart/form-data")
    assert answer.status_code == 422 and "no picture that can be read" in answer.text


def test_mails_carry_the_name_and_the_words(cast):
    cast.steward.posts("/admin/settings", FORM | TEXTS)
    with cast.app.app_context():
        with atomic():
            mail.post("link", "chair@cast.example", "en", url="https://x.example/1", minutes=15, name="Chair")
        row = db.session.query(mail.OutboxMail).one()
        assert "Réseau des villes" in row.subject and "Do not answer <here>." in row.text
        assert "Do not answer &lt;here&gt;." in row.html and 'bgcolor="#0b5345"' in row.html


def test_it_is_recorded_and_told_to_every_process(cast):
    cast.steward.posts("/admin/settings", FORM | TEXTS)
    with cast.app.app_context():
        entry = db.session.query(AuditEntry).filter_by(act="site.look").one()
        assert entry.actor_id == cast.steward.id and "footer fr" in entry.data["changed"]
        assert db.session.query(Activity).filter_by(verb=site.CHANGED).count() == 1
        site.kept("look")
        with atomic() as session:
            session.query(site.SiteValue).filter_by(name="look").update({"value": '{"title": "Elsewhere"}'})
        assert look.title() == FORM["title"]
        site._changed(None)
        assert look.title() == "Elsewhere"
    cast.steward.posts("/admin/settings", FORM | TEXTS | {"title": "Elsewhere"})
    assert "Changed the look of the site" in cast.steward.gets("/admin/audit").text


def test_it_is_the_secretariats_alone(cast):
    for seat in (cast.chair, cast.outsider):
        assert seat.gets("/admin/settings").status_code == 403
        assert seat.posts("/admin/settings", FORM).status_code == 403
    assert cast.visitor.gets("/admin/settings").status_code in (302, 303, 401)


@pytest.mark.parametrize("second", ["#F7B538", " #f7b538 "])
def test_colours_in_capitals_are_looked_at_like_others(cast, second):
    """A pair that cannot be read would take every page away, the form to mend it among them."""
    sent = FORM | {"main_colour": "#FFFFFF", "second_colour": second}
    answer = cast.steward.posts("/admin/settings", sent)
    assert answer.status_code == 422 and "could not be read well" in answer.text
    assert cast.steward.posts("/admin/settings", FORM | {"second_colour": "#FFD54F"}).status_code == 303
    assert "--saffron: #ffd54f;" in cast.visitor.gets("/site.css").text


def test_colours_that_were_kept_unreadable_leave_the_pages_standing(cast):
    with cast.app.app_context(), atomic():
        site.write("look", '{"main": "#ffffff", "second": "#f7b538"}')
    assert cast.visitor.gets("/about").status_code == 200
    assert cast.steward.gets("/admin/settings").status_code == 200
    assert cast.visitor.gets("/site.css").text == ""
