"""Who else reads a document: who asks at an address, whom it is opened for, guest links; and addresses that die."""

import datetime as dt
import re
import threading

import pytest
import sqlalchemy as sa

from app.core import clock, outgoing, site
from app.core.audit import AuditEntry
from app.extensions import db
from app.library import access, acts, guests, web_links
from app.library.models import AccessRequest, Document, GuestLink
from app.notifications.models import Notice
from tests import papers
from tests.seat import Visitor, tell

LATER = dt.timedelta(days=20)
PASSWORD = "grey goose"


def hidden(cast, **more):
    """A document that only the circle reads."""
    return papers.published(cast, cast.chair, space="circle", sight="space", **more)


def requests(cast, number):
    with cast.app.app_context():
        rows = sa.select(AccessRequest).where(AccessRequest.document_id == number).order_by(AccessRequest.id)
        return list(db.session.scalars(rows))


def told(cast, who):
    """The verbs of somebody's notices."""
    tell(cast.app)
    with cast.app.app_context():
        return list(db.session.scalars(sa.select(Notice.verb).where(Notice.person_id == who.id)))


def day(days=20):
    return (clock.now() + dt.timedelta(days=days)).date().isoformat()


def plain(text):
    return re.sub(r'(?:value|content)="[^"]*"|\d+', "", text)


class TestAsking:
    """Nobody learns whether there is a document."""

    def test_every_missing_address_offers_the_same_form(self, cast):
        number = hidden(cast)
        draft = papers.entered(cast, cast.chair)
        pages = [cast.outsider.gets(f"/library/{n}") for n in (number, draft, 987654)]
        assert [page.status_code for page in pages] == [404] * 3
        assert len({plain(page.text) for page in pages}) == 1
        assert f'action="/library/{number}/ask"' in pages[0].text
        assert "/ask" not in cast.visitor.gets(f"/library/{number}").text
        assert "/ask" not in cast.outsider.gets("/library/987654/read").text

    def test_the_answer_is_the_same_and_so_is_the_work(self, cast, monkeypatch):
        number, handed = hidden(cast), []
        monkeypatch.setattr("app.core.jobs.enqueue", lambda *given: handed.append(given))
        answers = [
            cast.outsider.posts(f"/library/{n}/ask", {"words": "Please."}) for n in (number, 987654, 10**20)
        ]
        assert {(a.status_code, a.headers["Location"]) for a in answers} == {(303, "/library")}
        assert [row[0] for row in handed] == ["library.ask_access"] * 3
        assert requests(cast, number) == []  # nothing of it is done while the answer is waited for

    def test_who_looks_after_it_is_told_and_gives(self, cast):
        number = hidden(cast)
        cast.outsider.posts(f"/library/{number}/ask", {"words": "We plan the same."})
        [asked] = requests(cast, number)
        assert "library.access_asked" in told(cast, cast.chair)
        assert "library.access_asked" not in told(cast, cast.neighbour)
        page = cast.chair.gets(f"/library/{number}", follow_redirects=True)
        assert "We plan the same." in page.text and f"/access/{asked.id}/give" in page.text
        assert (
            "We plan the same." not in cast.neighbour.gets(f"/library/{number}", follow_redirects=True).text
        )
        cast.chair.posts(f"/library/{number}/access/{asked.id}/give", {"until": day()})
        assert papers.sees(cast, cast.outsider, number)
        assert "library.access_given" in told(cast, cast.outsider)
        assert cast.outsider.gets(f"/library/{number}", follow_redirects=True).status_code == 200
        assert requests(cast, number)[0].state == "given"
        with cast.app.app_context(), clock.at(clock.now() + LATER + dt.timedelta(days=2)):
            access.end_grants()
        assert not papers.sees(cast, cast.outsider, number)

    def test_a_no_is_heard_by_nobody_and_holds_for_a_while(self, cast):
        number = hidden(cast)
        cast.outsider.posts(f"/library/{number}/ask")
        [asked] = requests(cast, number)
        cast.chair.posts(f"/library/{number}/access/{asked.id}/no")
        assert told(cast, cast.outsider) == []
        cast.outsider.posts(f"/library/{number}/ask")
        assert [row.state for row in requests(cast, number)] == ["refused"]
        assert cast.outsider.gets(f"/library/{number}").status_code == 404
        later = clock.now() + access.PAUSE + dt.timedelta(days=1)
        with cast.app.app_context(), clock.at(later):
            access.hear(number, cast.outsider.id, "Once more.")
        assert [row.state for row in requests(cast, number)] == ["refused", "asked"]

    def test_nothing_is_heard_about_what_cannot_be_given(self, cast):
        draft, public = papers.entered(cast, cast.chair), papers.published(cast, cast.chair)
        withdrawn = hidden(cast)
        papers.acted(cast, cast.chair, acts.withdraw, withdrawn, "Wrong.")
        for number in (draft, public, withdrawn):
            assert cast.outsider.posts(f"/library/{number}/ask").status_code == 303
            assert requests(cast, number) == []

    def test_too_many_requests_and_too_many_words(self, cast):
        assert cast.outsider.posts("/library/5/ask", {"words": "x" * 501}).status_code == 422
        codes = [cast.outsider.posts(f"/library/{n}/ask").status_code for n in range(1, 13)]
        assert codes == [303] * 10 + [429] * 2


class TestGiving:
    """By name, until a day or for good."""

    def test_by_name_and_taken_back(self, cast):
        number = hidden(cast)
        assert cast.chair.posts(f"/library/{number}/access", {"person": "@outsider"}).status_code == 303
        assert papers.sees(cast, cast.outsider, number)
        page = cast.chair.gets(f"/library/{number}/access")
        assert "For good" in page.text
        cast.chair.posts(f"/library/{number}/access/people/{cast.outsider.id}/end")
        assert not papers.sees(cast, cast.outsider, number)

    @pytest.mark.parametrize(
        "fields",
        [{}, {"person": "nobody at all"}, {"person": "@outsider", "until": "2001-01-01"},
         {"person": "@outsider", "until": "soon"}, {"person": "@outsider", "until": "9999-12-31"}],
    )  # fmt: skip
    def test_kind_words_for_what_does_not_fit(self, cast, fields):
        number = hidden(cast)
        answer = cast.chair.posts(f"/library/{number}/access", fields)
        assert answer.status_code == 422
        assert "There is a problem" in answer.text
        assert not papers.sees(cast, cast.outsider, number)

    def test_only_who_looks_after_it(self, cast):
        number = hidden(cast)
        assert cast.neighbour.gets(f"/library/{number}/access").status_code == 403
        assert cast.neighbour.posts(f"/library/{number}/access", {"person": "@outsider"}).status_code == 403
        assert cast.outsider.gets(f"/library/{number}/access").status_code == 404
        assert cast.neighbour.posts(f"/library/{number}/guests", {"until": day()}).status_code == 403

    def test_who_reads_by_name_hears_nothing_of_other_requests(self, cast):
        number = hidden(cast)
        papers.acted(cast, cast.chair, access.give, number, cast.outsider.id)
        with cast.app.app_context():
            access.hear(number, cast.steward.id, "I too.")
        papers.acted(cast, cast.chair, access.give, number, cast.steward.id)
        for verb, seat in (("library.access_asked", cast.outsider), ("library.access_given", cast.neighbour)):
            for fact in papers.facts(cast, verb):
                with cast.app.app_context():
                    from app.core.audience import may_see

                    assert not may_see(seat.me().viewer, fact.audience_id)


def linked(cast, number, **more):
    """Make a guest link by its form; return its path."""
    fields = {"until": day(), "most": "0", **more}
    answer = cast.chair.posts(f"/library/{number}/guests", fields)
    assert answer.status_code == 200, answer.text
    return re.search(r'value="http://[^/"]+(/library/guest/[^"]+)"', answer.text)[1]


def link_of(cast):
    with cast.app.app_context():
        return db.session.scalars(sa.select(GuestLink).order_by(GuestLink.id.desc())).first()


class TestGuests:
    """Somebody without an account reads one document for a time."""

    def test_from_the_link_to_the_file(self, cast):
        number, guest = hidden(cast, data=b"Words of the paper.", name="paper.txt"), Visitor(cast.app)
        path = linked(cast, number, note="The archive")
        door = guest.gets(path)
        assert "Housing for all" not in door.text and 'name="robots" content="noindex' in door.text
        guest.gets(path)
        assert link_of(cast).used == 0  # looking counts nothing
        assert guest.posts(path).headers["Location"] == path
        page = guest.gets(path)
        assert "Housing for all" in page.text and "What ten cities did." in page.text
        assert page.headers["Cache-Control"] == "no-store" and "noindex" in page.headers["X-Robots-Tag"]
        file = re.search(rf'"({re.escape(path)}/files/[^"]+)"', page.text)[1]
        answer = guest.client.get(file.replace("&amp;", "&"), buffered=True)
        assert answer.data == b"Words of the paper."
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert "Words of the paper." in guest.gets(f"{path}/text/en").text
        guest.posts(path)
        assert link_of(cast).used == 1  # the same browser once
        assert "The archive" in cast.chair.gets(f"/library/{number}/access").text
        assert guest.gets(f"/library/{number}").status_code == 404

    def test_the_secret_is_kept_nowhere_and_shown_once(self, cast):
        number = hidden(cast)
        path = linked(cast, number)
        token = path.rpartition("/")[2]
        assert link_of(cast).token_hash == guests.hashed(token) and len(token) >= 43
        assert token not in cast.chair.gets(f"/library/{number}/access").text
        again = [linked(cast, number, idempotency_key="k") for _ in range(2)]
        assert again[0] == again[1]
        with cast.app.app_context():
            acts_ = set(db.session.scalars(sa.select(AuditEntry.act)))
        assert "library.guest_link" in acts_

    def test_a_password_is_asked_and_tries_are_counted(self, cast):
        path, guest = linked(cast, hidden(cast), password=PASSWORD), Visitor(cast.app)
        kept = link_of(cast).password
        assert kept.startswith("$argon2id$")
        assert guest.posts(path, {"password": "wrong"}).status_code == 422
        assert guest.gets(f"{path}/text/en").status_code == 404
        assert guest.posts(path, {"password": PASSWORD}).status_code == 303
        assert "Housing for all" in guest.gets(path).text
        other = Visitor(cast.app)
        codes = [other.posts(path, {"password": "wrong"}).status_code for _ in range(7)]
        assert codes[-1] == 429
        assert other.posts(path, {"password": PASSWORD}).status_code == 429
        assert link_of(cast).used == 1

    def test_it_opens_as_often_as_it_may(self, cast):
        path = linked(cast, hidden(cast), most="5")
        first = Visitor(cast.app)
        assert first.posts(path).status_code == 303
        codes = [Visitor(cast.app).posts(path).status_code for _ in range(6)]
        assert codes == [303] * 4 + [404] * 2
        assert Visitor(cast.app).gets(path).status_code == 404
        assert first.gets(path).status_code == 200  # who has opened it reads on
        assert link_of(cast).used == 5

    def test_a_form_handed_round_opens_nothing_uncounted(self, cast):
        path = linked(cast, hidden(cast), most="5")
        many = [Visitor(cast.app) for _ in range(7)]
        for one in many:
            one.posts(path, {"idempotency_key": "handed round"})
        assert ["Housing for all" in one.gets(path).text for one in many] == [True] + [False] * 6
        assert link_of(cast).used == 1

    def test_the_count_is_exact_when_many_open_it_at_once(self, cast):
        linked(cast, hidden(cast), most="5")
        number, opened, at_once = link_of(cast).id, [], threading.Barrier(8)

        def open_it():
            with cast.app.app_context():
                link = db.session.get(GuestLink, number)
                db.session.rollback()
                at_once.wait(30)
                opened.append(guests.count_opening(link))

        threads = [threading.Thread(target=open_it) for _ in range(8)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        assert sorted(opened) == [False] * 3 + [True] * 5
        assert link_of(cast).used == 5

    @pytest.mark.parametrize("how", ["ended", "over", "withdrawn", "apart"])
    def test_a_link_that_does_not_hold_answers_as_if_it_never_was(self, cast, how):
        number, guest = hidden(cast, data=b"Words.", name="paper.txt"), Visitor(cast.app)
        path = linked(cast, number)
        guest.posts(path)
        file = re.search(rf'"({re.escape(path)}/files/[^"]+)"', guest.gets(path).text)[1]
        with clock.at(clock.now() + (dt.timedelta(days=22) if how == "over" else dt.timedelta(0))):
            if how == "ended":
                cast.chair.posts(f"/library/{number}/guests/{link_of(cast).id}/end")
            if how == "withdrawn":
                papers.acted(cast, cast.chair, acts.withdraw, number, "Wrong.")
            if how == "apart":
                _take_away(cast, number)
            for tail in (path, f"{path}/text/en", file):
                assert guest.client.get(tail).status_code == 404, tail
            assert guest.posts(path).status_code == 404

    def test_no_other_file_comes_by_the_link(self, cast):
        number, guest = hidden(cast), Visitor(cast.app)
        other = hidden(cast, title="Quite another", data=b"Other words.", name="other.txt")
        path = linked(cast, number)
        guest.posts(path)
        with cast.app.app_context():
            file = db.session.get(Document, other).file_id
            old = db.session.get(Document, number).file_id
        papers.revised(cast, cast.chair, number)
        assert guest.client.get(f"{path}/files/{file}/other.txt").status_code == 404
        assert guest.client.get(f"{path}/files/{old}/paper.pdf").status_code == 404  # an older version
        assert guest.client.get(f"{path}/files/{10**20}/x").status_code == 404

    @pytest.mark.parametrize(
        "fields",
        [{"until": ""}, {"until": "2001-01-01"}, {"until": "9999-12-31"}, {"until": "soon"}, {"most": "7"},
         {"password": "short"}, {"password": "x" * 129}, {"note": "x" * 121}],
    )  # fmt: skip
    def test_kind_words_for_what_does_not_fit(self, cast, fields):
        number = hidden(cast)
        answer = cast.chair.posts(f"/library/{number}/guests", {"until": day(), "most": "0", **fields})
        assert answer.status_code == 422
        assert "There is a problem" in answer.text
        assert link_of(cast) is None


def _take_away(cast, number):
    from app.core.database import atomic
    from app.library import hiding

    with cast.app.app_context(), atomic():
        hiding.hide(db.session.get(Document, number), {"person:1"}, why="x", url="/")


class TestWebLinks:
    """Whether what lies elsewhere still answers."""

    LINK = "https://away.example/paper"

    @pytest.fixture
    def answers(self, monkeypatch):
        said = {}

        def ask(url, method="HEAD", **_how):
            said.setdefault("asked", []).append((url, method))
            answer = said["now"]
            if isinstance(answer, Exception):
                raise answer
            return answer

        monkeypatch.setattr(outgoing, "ask", ask)
        return said

    def looked(self, cast, days=0):
        with cast.app.app_context(), clock.at(clock.now() + dt.timedelta(days=days)):
            web_links.look()

    def test_it_dies_and_who_looks_after_it_is_told_once(self, cast, answers):
        number = papers.published(cast, cast.chair, data=None, link=self.LINK)
        answers["now"] = outgoing.Answer(200, self.LINK, False, b"")
        self.looked(cast)
        self.looked(cast, 1)  # not a week yet
        assert answers["asked"] == [(self.LINK, "HEAD")]
        assert papers.document(cast, number).link_state == "ok"
        answers["now"] = OSError("away")
        for days in (8, 8.5, 9.1):  # the second look is on the same day: it is not one
            self.looked(cast, days)
            assert papers.document(cast, number).link_state == "away"
        assert papers.document(cast, number).link_missed == 2
        assert (
            "The address was not reached on"
            in cast.outsider.gets(f"/library/{number}", follow_redirects=True).text
        )
        assert papers.facts(cast, "library.link_dead") == []
        for days in (10.2, 18):
            self.looked(cast, days)
        assert papers.document(cast, number).link_state == "dead"
        assert len(papers.facts(cast, "library.link_dead")) == 1
        assert told(cast, cast.chair).count("library.link_dead") == 1
        assert "library.link_dead" not in told(cast, cast.outsider)
        page = cast.outsider.gets(f"/library/{number}", follow_redirects=True)
        assert "The address did not answer on three different days" in page.text
        papers.acted(cast, cast.chair, acts.describe, number, {"link": "https://away.example/new"})
        assert papers.document(cast, number).link_state == ""

    @pytest.mark.parametrize(
        ("answer", "state"),
        [((404, False), "missing"), ((500, False), "busy"), ((429, False), "busy"), ((403, False), "ok"),
         ((200, True), "moved"), ((200, False), "ok")],
    )  # fmt: skip
    def test_what_an_answer_means(self, cast, answers, answer, state):
        status, moved = answer
        answers["now"] = outgoing.Answer(status, self.LINK, moved, b"")
        assert web_links.found_at(self.LINK) == state
        assert [method for _url, method in answers["asked"]] == (
            ["HEAD", "GET"] if status >= 400 else ["HEAD"]
        )

    def test_what_is_refused_is_missing(self, answers):
        answers["now"] = outgoing.Refused("not a public address")
        assert web_links.found_at("http://10.0.0.1/") == "missing"

    @pytest.mark.parametrize("how", ["demo", "off", "draft"])
    def test_nothing_goes_out(self, cast, answers, monkeypatch, how):
        enter = papers.entered if how == "draft" else papers.published
        enter(cast, cast.chair, data=None, link=self.LINK)
        if how == "demo":
            monkeypatch.setattr(site, "is_demo", lambda: True)
        if how == "off":
            monkeypatch.setitem(cast.app.config, "CHECK_LINKS", False)
        self.looked(cast)
        assert "asked" not in answers
