"""The newsfeed: what each of the cast reads there, how items are made, and updates."""

import datetime as dt
import re

import pytest
import sqlalchemy as sa

from app.board import acts as board
from app.board.models import Thread
from app.core import clock
from app.core.activity import Activity
from app.extensions import db
from app.feed.models import FeedMark, Update
from app.feed.words import VERBS
from app.spaces import acts as spaces
from app.spaces.models import Space
from tests import talk
from tests.seat import key_of

NOON = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)


def items(text):
    """Return the items of a page or fragment, each with tags."""
    return re.findall(r"<li[^>]*data-fact.*?</li>", text, re.S)


def numbers(text):
    """Return the fact numbers of a page or fragment, in order."""
    return [int(number) for number in re.findall(r'data-fact="(\d+)"', text)]


def facts(cast):
    """Return number and verb of all facts."""
    with cast.app.app_context():
        return [
            (row.id, row.verb)
            for row in db.session.execute(sa.select(Activity.__table__).order_by(Activity.id))
        ]


# --- who reads what -----------------------------------------------------------------------------------------


def test_each_reads_what_was_said_to_them(cast):
    talk.starts(cast, cast.chair, "For all the world", audience="public")
    talk.starts(cast, cast.chair, "For members alone", audience="members")
    talk.starts(cast, cast.chair, "For the circle alone", space="circle", audience="space")
    reads = {seat.name: seat.gets("/").text for seat in (cast.chair, cast.neighbour, cast.outsider)}
    for name, text in reads.items():
        assert "For all the world" in text and "For members alone" in text
        assert ("For the circle alone" in text) == (name != "outsider")
    assert "For members alone" not in cast.visitor.gets("/").text


def test_an_item_says_who_did_what_where(cast):
    thread = talk.starts(cast, cast.neighbour, "How do you count?", body="We want **three** questions.")
    talk.replies(cast, cast.chair, thread, "Begin with two.")
    newest, oldest = items(cast.outsider.gets("/?show=discussions").text)
    assert "started a discussion in" in oldest and "City of Nairobi" in oldest and ">Africa<" in oldest
    assert "We want three questions." in oldest and "1 reply" in oldest
    assert "replied in" in newest and "Begin with two." in newest and "How do you count?" in newest


def test_whoever_speaks_personally_is_named(cast):
    talk.shares(cast, cast.neighbour, "In my own words.", personally=True)
    (item,) = items(cast.chair.gets("/").text)
    assert "Neighbour desk" in item and "/people/" in item


def test_what_is_not_news_is_not_shown(cast):
    thread = talk.starts(cast, cast.chair)
    reply = talk.replies(cast, cast.neighbour, thread)
    talk.does(cast, cast.chair, board.thank, f"post:{reply}")
    talk.does(cast, cast.chair, board.set_pinned, f"thread:{thread}", True)
    talk.does(cast, cast.neighbour, board.edit_post, f"post:{reply}", "Better words.")
    verbs = dict(facts(cast))
    assert {verbs[number] for number in numbers(cast.outsider.gets("/").text)} == {
        "board.started",
        "board.replied",
    }
    assert len(verbs) == 5


def test_what_was_removed_goes_from_the_feed_at_once(cast):
    thread = talk.starts(cast, cast.chair, "Stays")
    reply = talk.replies(cast, cast.neighbour, thread, "Regretted words.")
    number = facts(cast)[-1][0]
    assert "Regretted words." in cast.outsider.gets("/").text
    talk.does(cast, cast.neighbour, board.remove_post, f"post:{reply}")
    text = cast.outsider.gets("/").text
    assert "Regretted words." not in text and "Stays" in text
    assert cast.outsider.gets(f"/feed/{number}").status_code == 404


def test_moving_narrows_the_feed_too(cast):
    thread = talk.starts(cast, cast.chair, "Moves inside")
    number = facts(cast)[-1][0]
    with cast.app.app_context():
        circle = db.session.get(Space, cast.spaces.circle)
        board.move(cast.chair.me(), db.session.get(board.Thread, thread), circle, "space")
    assert "Moves inside" not in cast.outsider.gets("/").text
    assert "Moves inside" in cast.neighbour.gets("/").text
    assert cast.outsider.gets(f"/feed/{number}").status_code == 404


# --- filters ------------------------------------------------------------------------------------------------


def test_filters_by_kind(cast):
    talk.starts(cast, cast.chair, "A discussion")
    talk.shares(cast, cast.chair, "An update.")
    with cast.app.app_context():
        spaces.join(cast.outsider.me(), db.session.get(Space, cast.spaces.africa))
    shown = {
        show: cast.neighbour.gets(f"/?show={show}").text for show in ("discussions", "updates", "members")
    }
    assert [len(items(text)) for text in shown.values()] == [1, 1, 1]
    assert "A discussion" in shown["discussions"] and "An update." in shown["updates"]
    assert "joined" in shown["members"]
    assert len(items(cast.neighbour.gets("/?show=nonsense").text)) == 3


def test_following_a_thing_a_space_a_member_or_a_person(cast):
    thread = talk.starts(cast, cast.chair, "A followed discussion", space="africa")
    talk.starts(cast, cast.chair, "Another one", space="network")
    assert items(cast.outsider.gets("/?show=following").text) == []
    talk.does(cast, cast.outsider, board.follow, f"thread:{thread}")
    text = cast.outsider.gets("/?show=following").text
    assert "A followed discussion" in text and "Another one" not in text
    assert "data-pill" not in text  # a push cannot say whether one follows it
    with cast.app.app_context():
        spaces.follow(cast.steward.me(), db.session.get(Space, cast.spaces.network), True)
    assert "Another one" in cast.steward.gets("/?show=following").text
    for kind, number in (("organisation", cast.organisations.chair), ("person", cast.chair.id)):
        follows(cast, cast.neighbour, f"{kind}:{number}")
        assert (
            len(items(cast.neighbour.gets("/?show=following").text)) == 1
        )  # two discussions in an hour: one item
        follows(cast, cast.neighbour, f"{kind}:{number}", "mute")


def follows(cast, seat, ref, level="follow"):
    from app.core.database import atomic
    from app.core.watches import watch

    with cast.app.app_context(), atomic():
        watch(seat.id, ref, level)


def test_my_coalition(cast):
    talk.starts(cast, cast.chair, "In the African coalition", space="africa")
    talk.starts(cast, cast.outsider, "In the European coalition", space="europe")
    text = cast.neighbour.gets("/?show=coalition").text
    assert "In the African coalition" in text and "In the European coalition" not in text
    assert "Nothing yet from your coalition" in cast.steward.gets("/?show=coalition").text


def test_the_coalition_of_an_organisation_counts_without_membership(cast):
    with cast.app.app_context():
        space = db.session.get(Space, cast.spaces.africa)
        space.key = "AFRICA"
        db.session.commit()
        spaces.leave(cast.neighbour.me(), space)
    talk.starts(cast, cast.chair, "In the African coalition", space="africa")
    assert "In the African coalition" in cast.neighbour.gets("/?show=coalition").text


# --- one item for what is alike -----------------------------------------------------------------------------


def test_alike_by_one_member_within_an_hour_is_one_item(cast):
    for minutes, title in ((0, "First"), (20, "Second"), (40, "Third"), (140, "Much later")):
        with clock.at(NOON + dt.timedelta(minutes=minutes)):
            talk.starts(cast, cast.chair, title)
    later, together = items(cast.neighbour.gets("/").text)
    assert "Much later" in later and "and 2 other discussions:" in together
    assert all(title in together for title in ("First", "Second", "Third"))


def test_replies_in_one_discussion_are_one_item(cast):
    thread = talk.starts(cast, cast.chair, "Many answers")
    for seat in (cast.neighbour, cast.outsider, cast.steward, cast.neighbour):
        if seat is cast.outsider:
            talk.does(cast, seat, lambda me, space: spaces.join(me, space), f"space:{cast.spaces.africa}")
        talk.replies(cast, seat, thread, f"An answer by {seat.name}.")
    (item,) = items(cast.chair.gets("/?show=discussions").text)[:1]
    assert "City of Nairobi" in item and "and 2 others replied" in item
    assert "An answer by neighbour." in item and "GRZ" in item and "4 replies" in item
    assert len(items(cast.chair.gets("/?show=discussions").text)) == 2


def test_another_member_or_another_audience_is_not_merged_into_what_one_may_not_see(cast):
    talk.shares(cast, cast.chair, "For everybody.", audience="public")
    talk.shares(cast, cast.chair, "For the circle.", space="circle", audience="space")
    assert "For the circle." not in cast.outsider.gets("/").text
    (item,) = items(cast.neighbour.gets("/").text)
    assert "For the circle." in item and "and 1 other update:" in item


@pytest.mark.parametrize("settings", [{"FEED_PAGE": 3}])
def test_each_fact_stands_on_exactly_one_page(cast, settings):
    for n in range(20):
        with clock.at(NOON + dt.timedelta(minutes=9 * n)):
            talk.shares(
                cast, (cast.chair, cast.neighbour, cast.outsider)[n % 3 if n % 2 else 0], f"Words {n}."
            )
    seen, path = [], "/"
    while path:
        text = cast.chair.gets(path).text
        seen += re.findall(r"Words (\d+)\.", "".join(items(text)))
        if path == "/":  # what is written meanwhile moves nothing
            talk.shares(cast, cast.chair, "Meanwhile.")
        more = re.search(r'href="(/\?after=\d+)"', text)
        path = more and more[1]
    assert sorted(map(int, seen)) == list(range(20))
    assert "Meanwhile." not in "".join(seen)


# --- new items ----------------------------------------------------------------------------------------------


def test_the_fragment_holds_what_is_newer(cast):
    talk.shares(cast, cast.chair, "Old.")
    last = int(re.search(r'data-last="(\d+)"', cast.neighbour.gets("/").text)[1])
    talk.shares(cast, cast.outsider, "New, for all.")
    talk.shares(cast, cast.chair, "New, for the circle.", space="circle", audience="space")
    answer = cast.neighbour.gets(f"/?fragment=1&since={last}")
    assert answer.headers["Cache-Control"] == "no-store" and "<html" not in answer.text
    assert len(items(answer.text)) == 2 and "Old." not in answer.text and "is-new" in answer.text
    assert "circle" not in cast.outsider.gets(f"/?fragment=1&since={last}").text


def test_marked_as_new_until_it_was_looked_at(cast):
    talk.shares(cast, cast.chair, "First.")
    text = cast.neighbour.gets("/").text
    assert "is-new" not in text  # nothing is new to who has never looked
    cast.neighbour.posts("/feed/seen", {"number": numbers(text)[0]})
    talk.shares(cast, cast.outsider, "Second.")
    second, first = items(cast.neighbour.gets("/").text)
    assert "is-new" in second and "New." in second and "is-new" not in first
    assert (
        "is-new" in items(cast.neighbour.gets("/").text)[0]
    )  # looking at the page changes nothing by itself
    assert cast.neighbour.posts("/feed/seen", {"number": numbers(second)[0]}).status_code == 303
    assert "is-new" not in cast.neighbour.gets("/").text


def test_the_mark_never_goes_back_nor_beyond(cast):
    talk.shares(cast, cast.chair, "First.")
    for number in (2**70, 1, 0):
        cast.neighbour.posts("/feed/seen", {"number": number})
    with cast.app.app_context():
        assert db.session.scalar(sa.select(FeedMark.fact_id)) == facts(cast)[-1][0]
    for number in ("", "-1", "1.5", "x", "٣", "1" * 300):
        assert cast.neighbour.posts("/feed/seen", {"number": number}).status_code == 422
    assert cast.visitor.posts("/feed/seen", {"number": 1}).status_code == 303
    assert cast.visitor.posts("/feed/seen", {"number": 1}).location.startswith("/sign-in")


def test_nothing_changed_answers_304(cast):
    talk.shares(cast, cast.chair, "First.")
    tag = {"If-None-Match": cast.neighbour.gets("/").headers["ETag"]}
    assert cast.neighbour.gets("/", headers=tag).status_code == 304
    assert cast.outsider.gets("/", headers=tag).status_code == 200
    assert cast.neighbour.gets("/?show=updates", headers=tag).status_code == 200
    talk.shares(cast, cast.chair, "Second.")
    assert cast.neighbour.gets("/", headers=tag).status_code == 200


@pytest.mark.parametrize(
    "query",
    ["after=x", "after=-1", "after=0", f"after={2**70}", "after=9" * 50, "show[]=a", "since=x&fragment=1",
     "since=1e9&fragment=1", f"since={2**64}&fragment=1", "fragment=1", "after=%00", "show=%F0%9F%92%A9"],
)  # fmt: skip
def test_odd_addresses_are_answered(cast, query):
    talk.shares(cast, cast.chair, "Here.")
    assert cast.neighbour.gets(f"/?{query}").status_code == 200


def test_the_pill_knows_the_verbs_and_the_plural(cast):
    text = cast.neighbour.gets("/").text
    assert 'data-words-one="{n} new item"' in text and 'data-words-other="{n} new items"' in text
    assert set(re.search(r'data-pill[^>]*data-verbs="([^"]+)"', text)[1].split()) == set(VERBS)
    assert "data-live-state" in text and "data-feed" in text


def test_a_new_member_finds_first_steps(cast):
    text = cast.outsider.gets("/").text
    assert (
        "Nothing has happened yet" in text and 'href="/groups"' in text and 'href="/discussions/new"' in text
    )


def test_beside_it_stands_what_is_latest_in_ones_groups(cast):
    talk.starts(cast, cast.chair, "In the circle", space="circle", audience="space")
    talk.starts(cast, cast.chair, "In the network", space="network")
    beside = {
        seat.name: seat.gets("/").text.partition("<aside")[2] for seat in (cast.neighbour, cast.outsider)
    }
    assert "In the circle" in beside["neighbour"] and "In the network" not in beside["neighbour"]
    assert "In the circle" not in beside["outsider"]


# --- the address of an item ---------------------------------------------------------------------------------


def test_each_item_has_an_address(cast):
    talk.shares(cast, cast.chair, "To members.")
    talk.shares(cast, cast.outsider, "To all.", audience="public")
    first, second = numbers(cast.neighbour.gets("/").text)[::-1]
    assert "To members." in cast.neighbour.gets(f"/feed/{first}").text
    assert cast.visitor.gets(f"/feed/{first}").status_code == 404
    assert "To all." in cast.visitor.gets(f"/feed/{second}").text
    assert cast.neighbour.gets(f"/feed/{second + 100}").status_code == 404
    for number in (0, 2**63, 2**70):
        assert cast.neighbour.gets(f"/feed/{number}").status_code == 404


def test_a_merged_item_can_be_drawn_anew(cast):
    for n in range(3):
        talk.shares(cast, cast.chair, f"Words {n}.")
    (item,) = items(cast.neighbour.gets("/").text)
    url = re.search(r'data-url="([^"]+)"', item)[1].replace("&amp;", "&")
    again = cast.neighbour.gets(url).text
    assert all(f"Words {n}." in again for n in range(3)) and len(items(again)) == 1


# --- updates ------------------------------------------------------------------------------------------------


def form(seat, **more):
    """Return the fields of a good form."""
    key = key_of(seat.gets("/updates/new").text)
    voice = {"chair": "1"}.get(seat.name, "person")
    return {"idempotency_key": key, "body": "A *short* text.", "language": "en", "audience": "members",
            "voice": voice, **more}  # fmt: skip


def test_sharing_an_update(cast):
    fields = form(cast.chair)
    answer = cast.chair.posts("/updates/new", fields)
    assert answer.status_code == 303
    assert cast.chair.posts("/updates/new", fields).location == answer.location  # sent twice, one update
    text = cast.neighbour.gets(answer.location).text
    assert "<em>short</em>" in text and "UNESCO Chair" in text and "All members can read this." in text
    assert "/remove" not in text
    assert "A short text." in cast.neighbour.gets("/").text
    assert cast.visitor.gets(answer.location).status_code == 404
    with cast.app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Update)) == 1


def test_the_whole_page_works_for_what_a_group_alone_reads(cast):
    fields = form(cast.neighbour, audience=f"space:{cast.spaces.circle}")
    answer = cast.neighbour.posts("/updates/new", fields)
    assert "Only Circle can read this." in cast.chair.gets(answer.location).text
    assert cast.outsider.gets(answer.location).status_code == 404
    assert "A short text." not in cast.outsider.gets("/").text


def test_a_visitor_signs_in_first(cast):
    assert cast.visitor.gets("/updates/new").location.startswith("/sign-in")
    assert cast.visitor.posts("/updates/new", {"body": "x"}).location.startswith("/sign-in")


@pytest.mark.parametrize(
    "field, value, words",
    [("body", "", "Write what you want to share."), ("body", " \n ", "Write what you want to share."),
     ("body", "x" * 2001, "2,000 characters"), ("language", "xx", "Not a valid choice"), ("audience", "", "Choose who"),
     ("audience", "stewards", "Not a valid choice"), ("audience", "space:4", "Not a valid choice"),
     ("voice", "2", "Not a valid choice"), ("voice", "", "Choose for whom")],
)  # fmt: skip
def test_bad_input_is_explained_and_the_words_stay(cast, field, value, words):
    answer = cast.outsider.posts("/updates/new", form(cast.outsider, **{field: value}))
    assert answer.status_code == 422 and words in answer.text and "Error:" in answer.text
    if field != "body":
        assert "A *short* text." in answer.text


def test_preview_without_scripts_keeps_the_words(cast):
    answer = cast.chair.posts("/updates/new", form(cast.chair, preview="1"))
    assert answer.status_code == 200 and "<em>short</em>" in answer.text and "A *short* text." in answer.text
    assert facts(cast) == []


def test_removing_an_update(cast):
    cast.outsider.opens_socket()
    number = talk.shares(cast, cast.chair, "Taken back.", audience="members")
    url = f"/updates/{number}"
    assert cast.outsider.posts(f"{url}/remove").status_code == 403
    assert cast.outsider.gets(f"{url}/remove").status_code == 403
    assert "Remove this update?" in cast.chair.gets(f"{url}/remove").text
    cast.outsider.hears()
    fields = {"idempotency_key": key_of(cast.chair.gets(f"{url}/remove").text)}
    assert cast.chair.posts(f"{url}/remove", fields).location == "/"
    assert cast.chair.posts(f"{url}/remove", fields).location == "/"
    assert cast.outsider.hears("gone") == [{"refs": [f"update:{number}"]}]
    assert cast.outsider.gets(url).status_code == 404 and cast.chair.gets(url).status_code == 404
    assert "Taken back." not in cast.outsider.gets("/").text
    with cast.app.app_context():
        assert db.session.get(Update, number).body == ""
        assert not db.session.scalar(sa.select(Activity.excerpt).where(Activity.verb == "feed.shared"))


def test_the_secretariat_may_remove_an_update(cast):
    number = talk.shares(cast, cast.chair, "Not kind.")
    assert cast.steward.posts(f"/updates/{number}/remove").status_code == 303


@pytest.mark.parametrize("settings", [{"POSTS_PER_HOUR": 2}])
def test_too_many_in_an_hour(cast, settings):
    answers = [cast.chair.posts("/updates/new", form(cast.chair, body=f"Text {n}.")) for n in range(3)]
    assert [answer.status_code for answer in answers] == [303, 303, 429]
    assert "Text 2." in answers[2].text and "within an hour" in answers[2].text


def test_a_group_is_called_once_an_hour(cast):
    for n in range(2):
        cast.neighbour.posts("/updates/new", form(cast.neighbour, body=f"Text {n} for @africa."))
    with cast.app.app_context():
        data = db.session.scalars(sa.select(Activity.data).order_by(Activity.id)).all()
    assert [one["mentions"] for one in data] == [[f"space:{cast.spaces.africa}"], []]


def test_hostile_words_stay_words(cast):
    cast.chair.posts(
        "/updates/new", form(cast.chair, body="<script>alert(1)</script> [x](javascript:alert(1))")
    )
    text = cast.neighbour.gets("/").text + cast.neighbour.gets("/updates/1").text
    assert "<script>alert" not in text and 'href="javascript' not in text


def test_a_title_keeps_its_language_under_a_reply_in_another(cast):
    number = talk.starts(cast, cast.chair, "Who reads French?")
    with cast.app.app_context():
        board.post_reply(cast.neighbour.me(), db.session.get(Thread, number), "Moi.", language="fr")
    item = items(cast.outsider.gets("/?show=discussions").text)[0]
    assert re.search(r'<h3[^>]* lang="en"><a [^>]*>Who reads French', item)
    assert re.search(r'<p class="txt"[^>]* lang="fr">Moi', item)
