"""A copy of one's data, and leaving: what the person gets, what stays, and who learns nothing."""

import datetime as dt
import io
import json
import zipfile

import pytest
import sqlalchemy as sa

from app.core import clock
from app.core.database import atomic
from app.core.mail import OutboxMail
from app.extensions import db
from app.members.models import Login, Person
from app.mydata import copies, erase
from app.mydata.models import DataCopy, Erasure
from tests import talk
from tests.seat import tell

DATA = "/settings/data"


def stale(cast, seat):
    """Let a device have proved nothing lately."""
    with cast.app.app_context(), atomic():
        long_ago = clock.now() - dt.timedelta(hours=1)
        db.session.execute(sa.update(Login).where(Login.person_id == seat.id).values(proved=long_ago))


def copy_of(cast, seat):
    with cast.app.app_context():
        return db.session.scalars(
            sa.select(DataCopy).where(DataCopy.person_id == seat.id).order_by(DataCopy.id.desc())
        ).first()


@pytest.fixture
def copied(cast):
    """The neighbour has written and asked for a copy."""
    number = talk.starts(cast, cast.chair, "Who keeps the minutes?")
    talk.replies(cast, cast.neighbour, number, "We do.", personally=True)
    assert cast.neighbour.posts(f"{DATA}/copies").status_code == 303
    return copy_of(cast, cast.neighbour)


class TestCopy:
    def test_it_holds_a_page_every_table_and_no_secret(self, cast, copied):
        page = cast.neighbour.gets(DATA).text
        assert f"{DATA}/copies/{copied.id}" in page and "KB" in page
        answer = cast.neighbour.gets(f"{DATA}/copies/{copied.id}")
        assert answer.status_code == 200 and answer.mimetype == "application/zip"
        with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
            assert archive.testzip() is None
            names = archive.namelist()
            posts = json.loads(archive.read("json/post.json"))
            person = json.loads(archive.read("json/person.json"))[0]
            html = archive.read("index.html").decode()
        assert [row["body"] for row in posts] == ["We do."]
        assert {"json/seat.json", "json/membership.json", "json/login.json", "json/audit_entry.json"} <= set(
            names
        )
        assert "password" not in person and person["handle"] == "neighbour"
        assert "We do." in html and 'dir="ltr"' in html

    def test_in_arabic_the_page_runs_from_right_to_left(self, cast):
        with cast.app.app_context(), atomic():
            db.session.get_one(Person, cast.neighbour.id).language = "ar"
        cast.neighbour.posts(f"{DATA}/copies")
        one = copy_of(cast, cast.neighbour)
        with zipfile.ZipFile(io.BytesIO(cast.neighbour.gets(f"{DATA}/copies/{one.id}").data)) as archive:
            assert '<html lang="ar" dir="rtl">' in archive.read("index.html").decode()

    def test_a_notice_and_a_mail_say_that_it_is_ready(self, cast, copied):
        tell(cast.app)
        assert "The copy of your data is ready" in cast.neighbour.gets("/notifications").text
        assert "The copy of your data" not in cast.chair.gets("/notifications").text
        with cast.app.app_context():
            mail = db.session.scalars(sa.select(OutboxMail).where(OutboxMail.kind == "copy_ready")).one()
        assert mail.person_id == cast.neighbour.id and DATA in mail.text

    def test_nobody_else_gets_it_by_any_address(self, cast, copied):
        from app.core.files import Attachment

        for seat in (cast.chair, cast.steward):
            assert seat.gets(f"{DATA}/copies/{copied.id}").status_code == 404
        with cast.app.app_context():
            row = db.session.scalars(sa.select(Attachment).where(Attachment.subject == copied.ref)).one()
        for seat in (cast.chair, cast.steward, cast.neighbour):
            assert seat.gets(f"/files/{row.id}/{row.name}").status_code == 404

    def test_a_fresh_proof_is_asked(self, cast, copied):
        stale(cast, cast.neighbour)
        for answer in (
            cast.neighbour.gets(f"{DATA}/copies/{copied.id}"),
            cast.neighbour.posts(f"{DATA}/copies"),
        ):
            assert answer.status_code == 303 and answer.headers["Location"].startswith("/settings/prove?")

    def test_it_is_counted(self, cast):
        codes = [cast.neighbour.posts(f"{DATA}/copies").status_code for _ in range(4)]
        assert codes == [303, 303, 303, 429]

    def test_its_time_ends(self, cast, copied):
        with cast.app.app_context():
            with atomic():
                over = {"until": clock.now() - dt.timedelta(minutes=1)}
                db.session.execute(sa.update(DataCopy).values(**over))
            copies.sweep()
        assert cast.neighbour.gets(f"{DATA}/copies/{copied.id}").status_code == 404

    def test_what_a_killed_process_left_is_made_by_the_sweep(self, cast):
        with cast.app.app_context():
            with atomic() as session:
                session.add(DataCopy(person_id=cast.chair.id, open_for=cast.chair.id, at=clock.now()))
            copies.sweep()
            copies.sweep()
        assert copy_of(cast, cast.chair).state == "ready"


def read(seat, path):
    """Read a page, at whatever address it stands."""
    return seat.gets(path, follow_redirects=True).text


def due_now(cast):
    """Let the pause of all that was asked for be over, and the job run."""
    with cast.app.app_context():
        with atomic():
            db.session.execute(sa.update(Erasure).values(due=clock.now() - dt.timedelta(minutes=1)))
        erase.due()
    tell(cast.app)


class TestLeaving:
    def test_it_waits_a_week_and_can_be_taken_back(self, cast):
        who = cast.neighbour
        assert "former member" in who.gets(f"{DATA}/erase").text
        assert who.posts(f"{DATA}/erase", {"words": "keep"}).status_code == 422
        assert who.posts(f"{DATA}/erase", {"words": "keep", "sure": "y"}).status_code == 303
        with cast.app.app_context():
            erase.due()
            mail = db.session.scalars(sa.select(OutboxMail).where(OutboxMail.kind == "erasure_asked")).one()
        assert mail.to == "neighbour@cast.example"
        assert "change your mind" in who.gets(DATA).text
        assert who.posts(f"{DATA}/erase/take-back").status_code == 303
        due_now(cast)
        assert who.gets(DATA).status_code == 200

    def test_a_fresh_proof_is_asked(self, cast):
        stale(cast, cast.neighbour)
        answer = cast.neighbour.posts(f"{DATA}/erase", {"words": "keep", "sure": "y"})
        assert answer.headers["Location"].startswith("/settings/prove?")

    def test_what_was_said_for_the_organisation_stays_with_it(self, cast):
        number = talk.starts(cast, cast.neighbour, "How do you begin?", body="For the city.")
        talk.replies(cast, cast.neighbour, number, "For myself.", personally=True)
        talk.replies(cast, cast.chair, number, "I agree with @neighbour, truly.")
        before = read(cast.chair, f"/discussions/{number}")
        assert "/people/" in before and "Neighbour" in before
        cast.neighbour.posts(f"{DATA}/erase", {"words": "keep", "sure": "y"})
        due_now(cast)
        page = read(cast.chair, f"/discussions/{number}")
        assert "For the city." in page and "former officer" in page
        assert "For myself." in page and "Former member" in page
        assert "I agree with a former member, truly." in page
        assert f"/people/{cast.neighbour.id}" not in page
        assert cast.neighbour.gets("/settings").status_code == 303
        assert cast.chair.gets(f"/people/{cast.neighbour.id}-neighbour").status_code == 404
        assert "former member" in cast.chair.gets("/search?q=agree").text.lower()

    def test_nothing_stays_of_what_a_profile_says(self, cast):
        said = ("about", "helps", "seeks", "pronouns", "commitments")
        with cast.app.app_context(), atomic():
            person = db.session.get(Person, cast.neighbour.id)
            for name in said:
                setattr(person, name, "3 8")
        cast.neighbour.posts(f"{DATA}/erase", {"words": "keep", "sure": "y"})
        due_now(cast)
        with cast.app.app_context():
            person = db.session.get(Person, cast.neighbour.id)
            assert person.state == "erased" and [getattr(person, name) for name in said] == [""] * len(said)

    def test_personal_words_can_be_taken_along(self, cast):
        number = talk.starts(cast, cast.neighbour, "How do I begin?", body="First of mine.", personally=True)
        talk.replies(cast, cast.chair, number, "An answer.")
        talk.replies(cast, cast.neighbour, number, "Second of mine.", personally=True)
        update = talk.shares(cast, cast.neighbour, "Third of mine.", personally=True)
        cast.neighbour.posts(f"{DATA}/erase", {"words": "take", "sure": "y"})
        due_now(cast)
        page = read(cast.chair, f"/discussions/{number}")
        assert "of mine" not in page and "An answer." in page and "How do I begin?" in page
        assert "taken away with the account" in page
        assert cast.chair.gets(f"/updates/{update}").status_code == 404
        assert "of mine" not in cast.chair.gets("/search?q=mine").text

    def test_the_secretariat_erases_at_once_with_a_reason(self, cast):
        path = f"/admin/people/{cast.neighbour.id}/erase"
        assert cast.chair.gets(path).status_code == 403
        assert cast.steward.gets(f"/admin/people/{cast.steward.id}/erase").status_code == 403
        assert path in read(cast.steward, f"/people/{cast.neighbour.id}")
        assert cast.steward.posts(path, {"words": "keep", "sure": "y"}).status_code == 422
        assert (
            cast.steward.posts(path, {"words": "keep", "sure": "y", "reason": "Asked on paper."}).status_code
            == 303
        )
        assert cast.steward.gets(path).status_code == 404
        assert cast.neighbour.gets("/settings").status_code == 303

    def test_the_last_of_the_secretariat_stays(self, cast):
        answer = cast.steward.posts(f"{DATA}/erase", {"words": "keep", "sure": "y"})
        assert answer.status_code == 409 and "only person of the secretariat" in answer.text

    def test_a_killed_job_goes_on(self, cast, monkeypatch):
        number = talk.starts(cast, cast.neighbour, "Who was here?", body="We were.")
        cast.neighbour.posts(f"{DATA}/erase", {"words": "keep", "sure": "y"})
        steps = erase.STEPS

        def killed(*_args):
            raise SystemExit

        monkeypatch.setattr(erase, "STEPS", (*steps[:3], killed))
        with pytest.raises(SystemExit):
            due_now(cast)
        monkeypatch.setattr(erase, "STEPS", steps)
        due_now(cast)
        with cast.app.app_context():
            assert db.session.scalars(sa.select(Erasure.state)).one() == "done"
        assert "former officer" in read(cast.chair, f"/discussions/{number}")
