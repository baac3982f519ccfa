"""Photos and logos: cut square, freed of where they were taken, seen by those who see the page, taken away again."""

import io
import re

import pytest
import sqlalchemy as sa
from PIL import Image

from app.core import files, jobs
from app.extensions import db
from app.members.models import Organisation, Person
from tests.seat import tell

RED, GREEN, BLUE = (200, 20, 20), (20, 160, 20), (20, 20, 200)


def stripes(size, form="JPEG", where=True):
    """A picture in three stripes along its longer side, which says where it was taken."""
    picture = Image.new("RGB", size)
    wide = size[0] >= size[1]
    for nth, colour in enumerate((RED, GREEN, BLUE)):
        part = max(size) // 3
        box = (
            (nth * part, 0, (nth + 1) * part + 2, size[1])
            if wide
            else (0, nth * part, size[0], (nth + 1) * part + 2)
        )
        picture.paste(colour, box)
    exif = Image.Exif()
    exif[0x010E] = "Nairobi, quagga street"
    exif.get_ifd(0x8825)[2] = (1.0, 17.0, 11.0)
    out = io.BytesIO()
    picture.save(out, form, exif=exif if where else b"")
    return out.getvalue()


def sent(seat, path, data, name="me.jpg"):
    return seat.posts(path, {"picture": (io.BytesIO(data), name)}, content_type="multipart/form-data")


def cleaned(app):
    with app.app_context():
        jobs.sweep_waiting()


def picture_of(cast, model, number):
    with cast.app.app_context():
        one = db.session.get(model, number)
        return f"/files/{one.picture_id}/photo.webp" if one.picture_id else ""


def colour(data, at=(0.5, 0.5)):
    picture = Image.open(io.BytesIO(data)).convert("RGB")
    return picture.getpixel((int(picture.width * at[0]), int(picture.height * at[1])))


def near(found, wanted):
    return all(abs(a - b) < 40 for a, b in zip(found, wanted, strict=True))


def with_photo(cast, square="whole-5", size=(900, 300), seat="neighbour", path="/settings/photo"):
    who = getattr(cast, seat)
    assert sent(who, path, stripes(size)).status_code == 303
    cleaned(cast.app)
    return who.posts(f"{path}/cut", {"square": square})


@pytest.mark.parametrize("size", [(900, 300), (300, 900)])
@pytest.mark.parametrize(("square", "wanted"), [("whole-1", RED), ("whole-5", GREEN), ("near-9", BLUE)])
def test_a_photo_is_cut_where_its_owner_says(cast, size, square, wanted):
    assert with_photo(cast, square, size).status_code == 303
    answer = cast.chair.gets(picture_of(cast, Person, cast.neighbour.id))
    assert answer.status_code == 200 and answer.mimetype == "image/webp"
    assert near(colour(answer.data), wanted) and near(colour(answer.data, (0.1, 0.1)), wanted)
    shown = Image.open(io.BytesIO(answer.data))
    assert shown.size in ((256, 256), (180, 180)) and len(answer.data) < 4096


def test_where_it_was_taken_is_gone_from_every_byte_that_is_given_out(cast):
    sent(cast.neighbour, "/settings/photo", stripes((900, 300)))
    page = cast.neighbour.gets("/settings/photo").text
    assert "being prepared" in page
    with cast.app.app_context():
        draft = db.session.scalar(sa.select(files.Attachment))
        path = draft.url
    assert cast.neighbour.gets(path).status_code == 404  # nothing is given out before it is clean
    cleaned(cast.app)
    for answer in (cast.neighbour.gets(path),):
        assert answer.status_code == 200 and b"quagga" not in answer.data
        assert not Image.open(io.BytesIO(answer.data)).getexif()
    for other in (cast.chair, cast.steward):
        assert other.gets(path).status_code == 404  # uncut it is its sender's alone
    cast.neighbour.posts("/settings/photo/cut", {"square": "whole-5"})
    shown = cast.neighbour.gets(picture_of(cast, Person, cast.neighbour.id))
    assert b"quagga" not in shown.data and not Image.open(io.BytesIO(shown.data)).getexif()
    assert cast.neighbour.gets(path).status_code == 404  # what was sent is forgotten


def test_the_photo_stands_on_pages_and_is_seen_by_those_who_see_the_page(cast):
    with_photo(cast)
    path = picture_of(cast, Person, cast.neighbour.id)
    for address in (f"/people/{cast.neighbour.id}", f"/members/{cast.organisations.neighbour}"):
        assert path in cast.chair.gets(address, follow_redirects=True).text
    assert cast.visitor.gets(path).status_code == 404
    form = {"name": "Nairobi desk", "language": "en", "timezone": "UTC", "theme": "", "page": "public"}
    cast.neighbour.posts("/settings", form)
    assert cast.visitor.gets(path).status_code == 200
    cast.neighbour.posts("/settings", {**form, "page": "members"})
    assert cast.visitor.gets(path).status_code == 404


def test_an_open_page_does_not_open_a_photo_that_is_not_cut(cast):
    sent(cast.neighbour, "/settings/photo", stripes((900, 300)))
    cleaned(cast.app)
    with cast.app.app_context():
        path = db.session.scalar(sa.select(files.Attachment)).url
    form = {"name": "Nairobi desk", "language": "en", "timezone": "UTC", "theme": "", "page": "public"}
    cast.neighbour.posts("/settings", form)
    assert cast.visitor.gets(path).status_code == 404 and cast.chair.gets(path).status_code == 404


def test_a_new_photo_takes_the_place_of_the_old_one_and_removal_leaves_nothing(cast):
    with_photo(cast)
    first = picture_of(cast, Person, cast.neighbour.id)
    with_photo(cast, "whole-1")
    second = picture_of(cast, Person, cast.neighbour.id)
    assert first != second and cast.chair.gets(first).status_code == 404
    assert cast.neighbour.posts("/settings/photo/remove").status_code == 303
    assert picture_of(cast, Person, cast.neighbour.id) == ""
    assert cast.chair.gets(second).status_code == 404
    with cast.app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(files.Attachment)) == 0


def test_a_logo_is_for_everybody_and_kept_by_who_looks_after_the_entry(cast):
    path = f"/members/{cast.organisations.neighbour}/logo"
    for seat in (cast.outsider, cast.chair):
        assert seat.gets(path).status_code == 403
        assert sent(seat, path, stripes((300, 300))).status_code == 403
        assert seat.posts(f"{path}/remove").status_code == 403
    assert with_photo(cast, path=path).status_code == 303
    shown = picture_of(cast, Organisation, cast.organisations.neighbour)
    assert cast.visitor.gets(shown).status_code == 200
    page = cast.visitor.gets(f"/members/{cast.organisations.neighbour}", follow_redirects=True).text
    assert f'<span class="mark mark--city mark--img" aria-hidden="true"><img src="{shown}"' in page
    assert cast.steward.posts(f"{path}/remove").status_code == 303
    assert cast.visitor.gets(shown).status_code == 404
    tell(cast.app)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"GIF89a but not really", "me.gif"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "me.svg"),
        (b"%PDF-1.7 no picture", "me.png"),
        (b"", "me.png"),
    ],
)
def test_what_is_no_picture_is_explained(cast, data, name):
    answer = sent(cast.neighbour, "/settings/photo", data, name)
    if answer.status_code == 303:  # begins like a picture: found out when it is cleaned
        cleaned(cast.app)
        assert "could not be read" in cast.neighbour.gets("/settings/photo").text
    else:
        assert answer.status_code == 422 and "Choose a picture" in answer.text
    assert picture_of(cast, Person, cast.neighbour.id) == ""


def test_without_a_file_and_without_a_square_the_page_says_so(cast):
    assert "Choose a picture" in cast.neighbour.posts("/settings/photo", {}).text
    sent(cast.neighbour, "/settings/photo", stripes((300, 300)))
    cleaned(cast.app)
    for square in ("", "whole-2", "near-0", "elsewhere"):
        answer = cast.neighbour.posts("/settings/photo/cut", {"square": square})
        assert answer.status_code == 422 and "Choose a square" in answer.text
    page = cast.neighbour.gets("/settings/photo").text
    assert len(re.findall(r'name="square"', page)) == 12 and "style=" not in page


def test_a_picture_that_is_too_large_is_refused_kindly(cast, monkeypatch):
    def too_large(_stream, name):
        raise files.TooLarge(name)

    monkeypatch.setattr(files, "keep", too_large)
    answer = sent(cast.neighbour, "/settings/photo", stripes((300, 300)))
    assert answer.status_code == 422 and "too large" in answer.text
