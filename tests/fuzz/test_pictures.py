"""Pictures that weigh little and would fill a machine: refused before their points are made, in the child at that."""

import io
import struct
import zlib

import pytest
from PIL import Image

from app.core import child, files, jobs, pictures, redrawing
from app.extensions import db
from app.library.models import Version
from app.members.models import Person
from tests import papers
from tests.discussions import address, started
from tests.stories.test_board_files import reply
from tests.stories.test_board_files import sent as form
from tests.stories.test_portraits import sent as portrait


def png(width, height):
    """A PNG that says that it is so large."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = ((b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b""))
    packed = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in rows
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


def gif(frames):
    """A GIF that moves for a long time."""
    out = io.BytesIO()
    rows = [Image.new("P", (40, 40), number % 2) for number in range(frames)]
    rows[0].save(out, "GIF", save_all=True, append_images=rows[1:], optimize=False, disposal=2)
    return out.getvalue()


HUGE = {
    "900 million points": png(30_000, 30_000),
    "two billion points": png(65_500, 32_000),
    "a line": png(2**31 - 1, 1),
}


@pytest.mark.parametrize("name", HUGE)
def test_more_than_fifty_million_points_are_refused_before_they_are_made(tmp_path, name):
    place = tmp_path / "picture.png"
    place.write_bytes(HUGE[name])
    with pytest.raises((ValueError, OSError, Image.DecompressionBombError)):
        redrawing.opened(str(place))
    with pytest.raises(child.Failed):
        child.run("app.core.redrawing:save", tmp_path, "picture.png", "made.webp", "WEBP", 400)
    assert not (tmp_path / "made.webp").exists() or not (tmp_path / "made.webp").stat().st_size


@pytest.mark.parametrize("name", HUGE)
def test_no_page_falls_over_a_huge_picture(cast, name):
    data, number = HUGE[name], started(cast, cast.chair)
    assert reply(cast.neighbour, number, form("A picture", (data, "plan.png"))).status_code == 303
    assert portrait(cast.neighbour, "/settings/photo", data, "me.png").status_code in (303, 422)
    paper = papers.published(cast, cast.chair, data=data, name="plan.png")
    with cast.app.app_context():
        for _turn in range(5):
            for waiting in pictures.waiting():
                pictures.clean(waiting)
        jobs.sweep_waiting()
        assert db.session.query(Version).one().state == "broken"
        assert not db.session.get(Person, cast.neighbour.id).picture_id
    for path in (address(cast, number), f"/library/{paper}", "/settings/photo"):
        assert cast.neighbour.gets(path, follow_redirects=True).status_code == 200


def test_of_two_thousand_pictures_in_one_the_first_is_drawn(cast, tmp_path):
    data = gif(2000)
    (tmp_path / "picture.gif").write_bytes(data)
    child.run("app.core.redrawing:save", tmp_path, "picture.gif", "made.png", "PNG", 400)
    with Image.open(tmp_path / "made.png") as made:
        assert (made.size, getattr(made, "n_frames", 1)) == ((40, 40), 1)
    number = started(cast, cast.chair)
    assert reply(cast.neighbour, number, form("It moves", (data, "moves.gif"))).status_code == 303
    with cast.app.app_context():
        for waiting in pictures.waiting():
            pictures.clean(waiting)
        assert not pictures.waiting() and files.store()
    assert cast.chair.gets(address(cast, number)).status_code == 200
