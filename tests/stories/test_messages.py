"""Messages between a few people: begun, answered, read, muted, left, removed; and nobody else who sees any of it."""

import datetime as dt
import io
import re

import pytest
import sqlalchemy as sa

from app.core import clock
from app.core.database import atomic
from app.core.mail import OutboxMail
from app.extensions import db
from app.members import acts as members
from app.members.models import Organisation, Person
from app.messages import acts
from app.messages.models import Conversation, Message
from app.mydata import acts as mydata
from app.notifications import digests, letters
from app.notifications.models import Notice
from tests.counting import statements
from tests.seat import key_of, tell

SECRET = "wombat"  # stands in every message here, and in nothing else


def says(seat, number, body=f"A {SECRET} more.", **more):
    """Let somebody write in a conversation; return the answer."""
    return seat.posts(f"/messages/{number}", {"body": body, **more})


def begins(seat, *others, body=f"The first {SECRET}."):
    """Let somebody write to others by the form; return the number of the conversation."""
    answer = seat.posts("/messages/new", {"to": [one.name for one in others], "body": body})
    assert answer.status_code == 303, answer.text
    return int(re.fullmatch(r"/messages/(\d+)/\d+\?sent=1", answer.headers["Location"])[1])


def notices(app, seat):
    """Return somebody's notices about messages."""
    with app.app_context():
        rows = db.session.scalars(
            sa.select(Notice).where(Notice.person_id == seat.id, Notice.kind == "message")
        )
        return [
            (row.root, row.count, row.excerpt, row.read is not None, row.mail_at is not None) for row in rows
        ]


def mailed(app, later=dt.timedelta(minutes=2)):
    """Let the mails go that are due; return them."""
    with clock.at(clock.now() + later), app.app_context():
        letters.send_due()
        rows = db.session.scalars(
            sa.select(OutboxMail).where(OutboxMail.kind == "notice").order_by(OutboxMail.id)
        )
        return [(row.to, row.subject, row.text, row.html, row.headers) for row in rows]


# --- write and read -------------------------------------------------------------------------------------------


def test_two_write_to_each_other(app, cast):
    page = cast.chair.gets("/messages/new?to=neighbour")
    assert "Neighbour desk" in page.text and 'value="neighbour" checked' in page.text
    number = begins(cast.chair, cast.neighbour)
    page = cast.neighbour.gets(f"/messages/{number}")
    assert SECRET in page.text and "Who reads this:" in page.text
    assert "Chair desk" in page.text.partition("Who reads this:")[2]
    assert says(cast.neighbour, number, "An answer.").status_code == 303
    text = cast.chair.gets(f"/messages/{number}").text
    assert text.index(SECRET) < text.index("An answer.")
    # whoever begins with the same people is in the same conversation
    assert begins(cast.neighbour, cast.chair) == number
    assert cast.chair.gets("/messages/new?to=neighbour").headers["Location"] == f"/messages/{number}#write"


def test_a_conversation_of_several_is_another_one(app, cast):
    two, three = begins(cast.chair, cast.neighbour), begins(cast.chair, cast.neighbour, cast.outsider)
    assert two != three
    assert begins(cast.outsider, cast.chair, cast.neighbour) == three
    assert cast.outsider.gets(f"/messages/{two}").status_code == 404
    text = cast.neighbour.gets("/messages").text
    assert text.index(f'href="/messages/{three}"') < text.index(f'href="/messages/{two}"')


def test_the_list_says_what_is_new_until_it_is_read(app, cast):
    number = begins(cast.chair, cast.neighbour)
    assert "is-new" not in cast.chair.gets("/messages").text
    for path in ("/messages", f"/messages/{number}/row?fragment=1"):
        assert 'class="is-new"' in cast.neighbour.gets(path).text
    assert 'class="count"' in cast.neighbour.gets("/messages/count").text
    with app.app_context():
        assert (cast.neighbour.me().unread_messages, cast.chair.me().unread_messages) == (1, 0)
    page = cast.neighbour.gets(f"/messages/{number}").text
    assert "Mark as read" in page and f'data-read="/messages/{number}/read"' in page
    assert cast.neighbour.posts(f"/messages/{number}/read", {"number": "1"}).status_code == 303
    assert "is-new" not in cast.neighbour.gets("/messages").text
    assert cast.neighbour.posts(f"/messages/{number}/read", {"number": "0"}).status_code == 422
    with app.app_context():
        assert cast.neighbour.me().unread_messages == 0


def test_the_number_stands_on_every_page(app, cast):
    begins(cast.chair, cast.neighbour)
    for path in ("/", "/discussions", "/menu"):
        assert re.search(
            r'<span class="count" data-bell data-url="/messages/count', cast.neighbour.gets(path).text
        )
        assert "Messages (1 unread)" in cast.neighbour.gets(path).text
        assert "(1 unread)" not in cast.chair.gets(path).text


def test_pages_of_a_long_conversation(app, cast):
    number = begins(cast.chair, cast.neighbour, body="Word 1.")
    with app.app_context():
        for n in range(2, 51):
            acts.send(cast.chair.me(), number, acts.written(f"Word {n}."))
    words = lambda text: [int(n) for n in re.findall(r"Word (\d+)\.", text)]
    assert words(cast.neighbour.gets(f"/messages/{number}").text) == list(
        range(1, 20)
    )  # what is new, from its start
    cast.neighbour.posts(f"/messages/{number}/read", {"number": "50"})
    page = cast.neighbour.gets(f"/messages/{number}").text
    assert words(page) == list(range(31, 51))
    page = cast.neighbour.gets(re.search(r'href="(/messages/\d+\?before=31)" rel="prev"', page)[1]).text
    assert words(page) == list(range(11, 31))
    assert words(cast.neighbour.gets(re.search(r'href="([^"]+)" rel="next"', page)[1]).text) == list(
        range(31, 51)
    )
    assert 5 in words(
        cast.neighbour.gets(cast.neighbour.gets(f"/messages/{number}/5").headers["Location"]).text
    )
    newer = cast.neighbour.gets(f"/messages/{number}/newer?after=48&fragment=1").text
    assert words(newer) == [49, 50] and "<html" not in newer
    assert (
        cast.neighbour.gets(f"/messages/{number}/newer?after=48").headers["Location"]
        == f"/messages/{number}?at=49"
    )


def test_the_list_goes_on_by_cursor(app, cast):
    with app.app_context():
        others = [_person(cast, f"other-{n}") for n in range(23)]
        made = [acts.start(cast.chair.me(), [one], acts.written("Hello.")).conversation_id for one in others]
    first = cast.chair.gets("/messages").text
    rows = re.findall(r'<h3><a href="/messages/(\d+)"', first)
    older = re.search(r'href="(/messages\?after=\d+)" rel="next"', first)[1]
    rows += re.findall(r'<h3><a href="/messages/(\d+)"', cast.chair.gets(older).text)
    assert [int(n) for n in rows] == made[::-1]


def _person(cast, name):
    person = members.add_person(None, email=f"{name}@cast.example", name=f"{name} desk", handle=name)
    home = db.session.get(Organisation, cast.organisations.outsider)
    members.give_seat(None, person, home, role="member")
    return person.id


def test_files_go_along_and_are_for_these_people_alone(app, cast):
    upload = (io.BytesIO(b"Figures."), "figures.txt")
    answer = cast.chair.posts(
        "/messages/new",
        {"to": "neighbour", "body": "See the table.", "files": upload},
        content_type="multipart/form-data",
    )
    there = answer.headers["Location"].rpartition("/")[0]
    page = cast.neighbour.gets(there)
    path = re.search(r'href="(/files/\d+/figures.txt)"', page.text)[1]
    assert cast.neighbour.gets(path).status_code == 200
    for seat in (cast.outsider, cast.steward):
        assert seat.gets(path).status_code == 404
    assert "/library/from-file" not in cast.chair.gets(there).text


def test_what_is_wrong_comes_back_with_its_words(app, cast):
    number = begins(cast.chair, cast.neighbour)
    empty = says(cast.chair, number, "  ")
    assert empty.status_code == 422 and "Write your message." in empty.text
    long = says(cast.chair, number, "x" * 40_001)
    assert long.status_code == 422 and "1 character too long" in long.text and "x" * 100 in long.text
    nobody = cast.chair.posts("/messages/new", {"body": "Kept words."})
    assert (
        nobody.status_code == 422 and "Say to whom you write." in nobody.text and "Kept words." in nobody.text
    )
    unknown = cast.chair.posts("/messages/new", {"who": "Nobody Known", "body": "Kept words."})
    assert unknown.status_code == 422 and "Nobody was found by this name." in unknown.text
    look = says(cast.chair, number, "**bold**", preview="1")
    assert look.status_code == 200 and "<strong>bold</strong>" in look.text
    assert "<em>x</em>" in cast.chair.posts("/messages/preview", {"body": "*x*"}).text
    file = {"body": "x", "files": (io.BytesIO(b""), "empty.txt")}
    assert "empty.txt is empty." in cast.chair.posts(f"/messages/{number}", file).text


def test_people_are_found_by_name_without_scripts(app, cast):
    page = cast.chair.posts("/messages/new", {"who": "Neigh", "find": "1", "body": "Kept words."})
    assert page.status_code == 200 and "Whom do you mean?" in page.text and "Kept words." in page.text
    assert 'name="to" value="neighbour">' in page.text and "City of Nairobi" in page.text
    unsure = cast.chair.posts("/messages/new", {"who": "Neigh", "body": "Kept words."})
    assert unsure.status_code == 422 and "Choose the people you mean." in unsure.text
    added = cast.chair.posts("/messages/new", {"who": "@outsider", "to": "neighbour", "find": "1"})
    assert re.findall(r'name="to" value="(\w+)" checked', added.text) == ["neighbour", "outsider"]
    # a name is never taken for the handle that one of its words happens to be
    other = cast.chair.posts("/messages/new", {"who": "steward of the seas", "find": "1"})
    assert 'value="steward" checked' not in other.text
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Conversation)) == 0


def test_ten_people_at_most(app, cast):
    with app.app_context():
        others = [f"other-{n}" for n in range(10)]
        for name in others:
            _person(cast, name)
    answer = cast.chair.posts("/messages/new", {"to": others, "body": "x"})
    assert answer.status_code == 422 and "Choose 9 people at most." in answer.text
    assert cast.chair.posts("/messages/new", {"to": others[:9], "body": "x"}).status_code == 303


def test_a_form_sent_twice_is_one_message(app, cast):
    page = cast.chair.gets("/messages/new?to=neighbour").text
    fields = {"to": "neighbour", "body": "Once.", "idempotency_key": key_of(page)}
    answers = [cast.chair.posts("/messages/new", fields).headers["Location"] for _ in range(2)]
    assert answers[0] == answers[1]
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Message)) == 1


@pytest.mark.parametrize(
    "path",
    ["/messages/0", f"/messages/{2**70}", "/messages/1/0", f"/messages/1/{2**70}", "/messages/99/row",
     "/messages/1/2/remove", f"/messages/{2**64}/leave", "/messages/99/newer?after=x"],
)  # fmt: skip
def test_odd_addresses_lead_nowhere(cast, path):
    begins(cast.chair, cast.neighbour)
    assert cast.chair.gets(path).status_code == 404


def test_odd_words_are_no_failure(cast):
    number = begins(cast.chair, cast.neighbour)
    for query in ("after=-1", f"after={2**80}", "after=%00", "before=x"):
        assert cast.chair.gets(f"/messages?{query}").status_code == 200
        assert cast.chair.gets(f"/messages/{number}?{query}&at={query}").status_code == 200
    for odd in ("\x00", "\ud800".encode("utf-8", "surrogatepass"), "@" * 5000, "%", "a" * 300):
        assert cast.chair.posts("/messages/new", {"to": odd, "who": odd, "body": "x"}).status_code in (
            200,
            303,
            422,
        )
        assert cast.chair.posts(f"/messages/{number}/read", {"number": odd}).status_code in (303, 422)
        assert says(cast.chair, number, odd).status_code in (303, 422)
    assert cast.chair.posts("/settings/messages", {"who": "robots"}).status_code == 422


# --- who may write to whom ------------------------------------------------------------------------------------


def test_who_may_write_is_each_ones_choice(app, cast):
    assert re.search(r'checked[^>]*value="all"', cast.neighbour.gets("/settings/messages").text)
    for choice, seat, may in (
        ("groups", cast.chair, True), ("groups", cast.outsider, False), ("nobody", cast.chair, False),
        ("all", cast.outsider, True),
    ):  # fmt: skip
        assert cast.neighbour.posts("/settings/messages", {"who": choice}).status_code == 303
        shown = "Write a message" in seat.gets(f"/people/{cast.neighbour.id}-neighbour").text
        assert shown == may, (choice, seat.name)
    cast.neighbour.posts("/settings/messages", {"who": "nobody"})
    answer = cast.chair.posts("/messages/new", {"to": "neighbour", "body": "Kept words."})
    assert (
        answer.status_code == 422
        and "You cannot write to Neighbour desk here." in answer.text
        and "Kept words." in answer.text
    )
    assert "you cannot write to them here" in cast.chair.gets("/messages/new?to=neighbour").text
    # who wants to hear from nobody may still write, and is answered
    number = begins(cast.neighbour, cast.chair)
    assert says(cast.chair, number).status_code == 303


def test_who_does_not_want_to_hear_from_somebody_does_not(app, cast):
    number = begins(cast.outsider, cast.neighbour)
    back = f"/messages/{number}"
    assert (
        cast.neighbour.posts(f"/people/{cast.outsider.id}/refuse", {"next": back}).headers["Location"] == back
    )
    page = cast.outsider.gets(back).text
    assert "You cannot write to Neighbour desk here." in page and "<textarea" not in page
    refused = says(cast.outsider, number, "Kept words.")
    assert refused.status_code == 409 and "Kept words." in refused.text and "was not sent" in refused.text
    assert "Write a message" not in cast.outsider.gets(f"/people/{cast.neighbour.id}-neighbour").text
    assert "so you cannot write either" in cast.neighbour.gets(back).text
    assert "Outsider desk" in cast.neighbour.gets("/settings/messages").text
    cast.neighbour.posts(f"/people/{cast.outsider.id}/allow")
    assert says(cast.outsider, number).status_code == 303


def test_who_goes_by_the_other_form_is_answered_alike(app, cast):
    """The conversation is there already: its words come back all the same."""
    begins(cast.outsider, cast.neighbour)
    cast.neighbour.posts(f"/people/{cast.outsider.id}/refuse")
    answer = cast.outsider.posts("/messages/new", {"to": "neighbour", "body": "Kept words."})
    assert answer.status_code == 422 and "Kept words." in answer.text
    assert "You cannot write to Neighbour desk here." in answer.text


def test_each_reason_answers_alike(app, cast):
    """The sentence tells nobody whether it was a choice of all, or of one."""
    said = []
    for way in ("nobody", "refuse"):
        if way == "nobody":
            cast.neighbour.posts("/settings/messages", {"who": "nobody"})
        else:
            cast.neighbour.posts("/settings/messages", {"who": "all"})
            cast.neighbour.posts(f"/people/{cast.chair.id}/refuse")
        text = cast.chair.posts("/messages/new", {"to": "neighbour", "body": "x"}).text.partition("<main")[2]
        said.append(re.sub(r'value="[^"]*"', "", text.partition("</main>")[0]))
    assert said[0] == said[1]


def test_nobody_writes_to_who_is_not_there(app, cast):
    with app.app_context():
        gone = _person(cast, "gone")
        with atomic():
            db.session.get(Person, gone).state = "suspended"
    for name in ("gone", "neverseen", "chair"):
        answer = cast.chair.posts("/messages/new", {"to": name, "body": "x"})
        assert answer.status_code == 422 and "Say to whom you write." in answer.text, name


def test_who_is_kept_out_reads_no_more_and_is_said_so(app, cast):
    number = begins(cast.chair, cast.neighbour)
    with app.app_context(), atomic():
        db.session.get(Person, cast.neighbour.id).state = "suspended"
    page = cast.chair.gets(f"/messages/{number}").text
    assert "Nobody else is in this conversation any longer." in page and "Not active now" in page
    assert says(cast.chair, number).status_code == 409
    assert cast.neighbour.client.get(f"/messages/{number}").status_code == 303


@pytest.mark.parametrize("settings", [{"MESSAGES_PER_HOUR": 3, "CONVERSATIONS_PER_DAY": 2}])
def test_there_are_limits(app, cast):
    number = begins(cast.chair, cast.neighbour)
    begins(cast.chair, cast.outsider)
    many = cast.chair.posts("/messages/new", {"to": "steward", "body": "Kept words."})
    assert (
        many.status_code == 429 and "2 conversations within a day" in many.text and "Kept words." in many.text
    )
    hour = says(cast.chair, number, "Kept words.")
    assert hour.status_code == 429 and "3 messages within an hour" in hour.text and "Kept words." in hour.text
    assert says(cast.neighbour, number).status_code == 303


# --- mute, leave, remove --------------------------------------------------------------------------------------


def test_a_muted_conversation_is_silent(app, cast):
    number = begins(cast.chair, cast.neighbour)
    tell(app)
    cast.neighbour.posts(f"/messages/{number}/read", {"number": "1"})
    cast.neighbour.posts(f"/messages/{number}/mute")
    says(cast.chair, number)
    tell(app)
    assert [row[3] for row in notices(app, cast.neighbour)] == [True]
    assert "Muted" in cast.neighbour.gets("/messages").text
    with app.app_context():
        assert cast.neighbour.me().unread_messages == 0
    cast.neighbour.posts(f"/messages/{number}/unmute")
    says(cast.chair, number)
    tell(app)
    assert [row[3] for row in notices(app, cast.neighbour)] == [True, False]


def test_who_leaves_is_out_and_the_others_see_that(app, cast):
    number = begins(cast.chair, cast.neighbour, cast.outsider)
    tell(app)
    cast.outsider.opens_socket()
    cast.outsider.hears("gone")
    assert "You will no longer see it" in cast.outsider.gets(f"/messages/{number}/leave").text
    assert cast.outsider.posts(f"/messages/{number}/leave").headers["Location"] == "/messages"
    assert {"refs": [f"conversation:{number}"]} in cast.outsider.hears("gone")
    says(cast.chair, number, "After you left.")
    assert cast.outsider.hears() == []
    tell(app)
    for path in (
        f"/messages/{number}",
        f"/messages/{number}/1",
        f"/messages/{number}/newer?after=0&fragment=1",
    ):
        assert cast.outsider.gets(path).status_code == 404
    for path in ("/messages", "/notifications", f"/search?q={SECRET}"):
        assert f"/messages/{number}" not in cast.outsider.gets(path).text
    page = cast.chair.gets(f"/messages/{number}").text
    assert re.search(r"Outsider desk</bdi></a><p class=\"note\">Left ", page)
    assert "Outsider desk" not in page.partition("Who reads this:")[2].partition("</p>")[0]
    # the same people begin another one; nobody is added to the old one
    assert begins(cast.chair, cast.neighbour, cast.outsider) != number


def test_with_the_last_one_the_words_go(app, cast):
    number = begins(cast.chair, cast.neighbour)
    tell(app)
    cast.neighbour.posts(f"/messages/{number}/leave")
    assert says(cast.chair, number).status_code == 409
    assert SECRET in cast.chair.gets(f"/messages/{number}").text
    cast.chair.posts(f"/messages/{number}/leave")
    tell(app)
    with app.app_context():
        assert left_of(SECRET) == []


def left_of(word):
    """Return where a word still stands in the database."""
    found = []
    for table in db.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, sa.String | sa.JSON):
                text = sa.func.lower(sa.cast(column, sa.Text))
                if db.session.scalar(
                    sa.select(sa.func.count()).select_from(table).where(text.contains(word))
                ):
                    found.append(f"{table.name}.{column.name}")
    return found


def test_a_removed_message_leaves_a_line_and_nothing_else(app, cast):
    number = begins(cast.chair, cast.neighbour)
    tell(app)
    assert "Remove this message?" in cast.chair.gets(f"/messages/{number}/1/remove").text
    assert cast.neighbour.posts(f"/messages/{number}/1/remove").status_code == 403
    assert cast.chair.posts(f"/messages/{number}/1/remove").status_code == 303
    tell(app)
    assert "This message was removed by its author." in cast.neighbour.gets(f"/messages/{number}").text
    assert "A message was removed." in cast.neighbour.gets("/messages").text
    assert notices(app, cast.neighbour) == []
    assert mailed(app) == []
    with app.app_context():
        assert left_of(SECRET) == []


def test_of_two_messages_one_removed_the_notice_tells_of_the_other(app, cast):
    number = begins(cast.chair, cast.neighbour, body="Stays.")
    says(cast.chair, number)
    tell(app)
    cast.chair.posts(f"/messages/{number}/2/remove")
    tell(app)
    assert [row[:3] for row in notices(app, cast.neighbour)] == [(f"conversation:{number}", 1, "")]


# --- notices and mail -----------------------------------------------------------------------------------------


def test_one_notice_for_a_conversation_counted_up_and_read_with_it(app, cast):
    number = begins(cast.chair, cast.neighbour)
    says(cast.chair, number, "And more.")
    tell(app)
    assert notices(app, cast.neighbour) == [(f"conversation:{number}", 2, "And more.", False, True)]
    assert notices(app, cast.chair) == []
    page = cast.neighbour.gets("/notifications").text
    assert f'<a class="who" href="/messages/{number}/1"><bdi>Chair desk</bdi></a> wrote to you' in page
    cast.neighbour.posts(f"/messages/{number}/read", {"number": "2"})
    assert notices(app, cast.neighbour) == [(f"conversation:{number}", 2, "And more.", True, False)]
    assert mailed(app) == []


def test_what_was_read_before_the_reader_came_is_told_to_nobody(app, cast):
    number = begins(cast.chair, cast.neighbour)
    cast.neighbour.posts(f"/messages/{number}/read", {"number": "1"})
    tell(app)
    assert notices(app, cast.neighbour) == []


def test_an_answer_reads_what_it_answers(app, cast):
    number = begins(cast.chair, cast.neighbour)
    tell(app)
    says(cast.neighbour, number, "An answer.")
    assert [row[3:] for row in notices(app, cast.neighbour)] == [(True, False)]
    with app.app_context():
        assert cast.neighbour.me().unread_messages == 0


def test_a_mail_holds_sender_words_and_a_link(app, cast):
    number = begins(cast.chair, cast.neighbour)
    tell(app)
    [(to, subject, text, html, headers)] = mailed(app)
    assert (to, subject) == ("neighbour@cast.example", "Chair desk wrote to you")
    for body in (text, html):
        assert SECRET in body and f"/messages/{number}/1" in body and "Chair desk" in body
        assert "Mail when somebody sends you a message" in body
    assert headers["References"].startswith(f"<conversation-{number}@")
    path = re.search(r"<http://[^/]+(/unsubscribe/[^>]+)>", headers["List-Unsubscribe"])[1]
    assert cast.visitor.posts(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    says(cast.chair, number, "Not by mail.")
    tell(app)
    assert len(mailed(app)) == 1
    assert notices(app, cast.neighbour)[0][1] == 2


def test_mail_is_in_the_language_of_its_reader(app, cast):
    with app.app_context(), atomic():
        db.session.get(Person, cast.neighbour.id).language = "fr"
    begins(cast.chair, cast.neighbour)
    tell(app)
    [(_to, subject, _text, html, _headers)] = mailed(app)
    assert subject == "Chair desk vous a écrit" and 'lang="fr"' in html


def test_quiet_hours_hold_the_mail(app, cast):
    begun = dt.datetime(2026, 5, 6, 22, 0, tzinfo=dt.UTC)
    fields = {
        "quiet": "y",
        "quiet_from": "20",
        "quiet_to": "7",
        "every": "never",
        "weekday": "0",
        "hour": "8",
        "shown": "y",
    }
    with clock.at(begun):
        with app.app_context(), atomic():
            from app.members.models import Login

            db.session.execute(sa.update(Login).values(seen=begun))
        assert cast.neighbour.posts("/settings/notices", fields).status_code == 303
        begins(cast.chair, cast.neighbour)
        tell(app)
        assert mailed(app) == []
    with clock.at(begun + dt.timedelta(hours=8)):
        assert mailed(app) == []
    with clock.at(begun + dt.timedelta(hours=9, minutes=1)):
        assert len(mailed(app)) == 1


def test_messages_can_be_turned_off_or_into_the_summary(app, cast):
    assert cast.neighbour.posts("/settings/notices", {"way-message": "off"}).status_code == 303
    number = begins(cast.chair, cast.neighbour)
    tell(app)
    assert notices(app, cast.neighbour) == []
    cast.neighbour.posts("/settings/notices", {"way-message": "digest", "every": "daily"})
    says(cast.chair, number)
    tell(app)
    assert mailed(app) == []
    with clock.at(clock.now() + dt.timedelta(days=2)), app.app_context():
        digests.send_due()
        digest = db.session.scalar(
            sa.select(OutboxMail).where(
                OutboxMail.kind == "digest", OutboxMail.person_id == cast.neighbour.id
            )
        )
        assert "Chair desk wrote to you" in digest.text
        number = digest.id
    assert "Chair desk" not in cast.steward.gets(f"/admin/mail/{number}").text.partition("<main")[2]


# --- nobody else ----------------------------------------------------------------------------------------------


def test_a_socket_hears_only_of_its_own_conversations(app, cast):
    for seat in (cast.neighbour, cast.outsider, cast.steward):
        seat.opens_socket()
        seat.hears()
    number = begins(cast.chair, cast.neighbour)
    [heard] = [f for f in cast.neighbour.hears() if f["verb"] == "messages.sent"]
    assert set(heard) == {"id", "verb", "ref", "root"} and heard["root"] == f"conversation:{number}"
    for seat in (cast.outsider, cast.steward):
        assert [f for f in seat.hears() if f["verb"].startswith("messages")] == []
    cast.steward.opens_socket(after=0)
    assert [f for f in cast.steward.hears() if f["verb"].startswith("messages")] == []


def test_no_page_of_the_secretariat_or_of_others_shows_a_word(app, cast):
    number = begins(cast.chair, cast.neighbour)
    tell(app)
    mailed(app)
    with app.app_context():
        mail = db.session.scalar(sa.select(OutboxMail.id).where(OutboxMail.kind == "notice"))
    own = [f"/messages/{number}", f"/messages/{number}/1", f"/messages/{number}/newer?after=0&fragment=1",
           f"/messages/{number}/1?fragment=1", f"/messages/{number}/row?fragment=1", f"/messages/{number}/leave",
           f"/messages/{number}/1/remove", "/report?ref=message:1"]  # fmt: skip
    pages = ["/", "/?fragment=1&since=0", "/messages", "/notifications", f"/search?q={SECRET}", f"/search?q={SECRET}&kind=message",
             f"/search/suggest?q={SECRET}", f"/people/{cast.chair.id}-chair", f"/members/{cast.organisations.chair}", "/feed.atom",
             "/admin", "/admin/mail",
             f"/admin/mail/{mail}", "/admin/audit", "/admin/people", "/moderation", "/moderation?show=done",
             f"/groups/{cast.spaces.africa}", "/groups", "/settings/following", "/messages/new?to=chair", "/menu"]  # fmt: skip
    for seat in (cast.steward, cast.outsider, cast.visitor):
        for path in own:
            answer = seat.gets(path)
            assert answer.status_code in (404, 303), (seat.name, path, answer.status_code)
        for path in [*pages, *own]:
            text = (
                seat.gets(path, follow_redirects=True)
                .text.replace(f"q={SECRET}", "")
                .replace(f'value="{SECRET}"', "")
            )
            assert f"first {SECRET}" not in text, (seat.name, path)
        if seat is not cast.visitor:
            for path in (
                f"/messages/{number}",
                f"/messages/{number}/read",
                f"/messages/{number}/mute",
                f"/messages/{number}/1/remove",
            ):
                assert seat.posts(path, {"body": "x", "number": "1"}).status_code == 404
    assert f"first {SECRET}" in cast.neighbour.gets(f"/search?q={SECRET}").text.replace("<mark>", "").replace(
        "</mark>", ""
    )


def test_no_item_of_the_newsfeed_says_that_people_write_to_each_other(app, cast):
    begins(cast.chair, cast.neighbour)
    tell(app)
    for seat in (cast.chair, cast.neighbour):
        for path in ("/", f"/people/{cast.chair.id}-chair"):
            assert SECRET not in seat.gets(path).text


def test_a_missing_and_an_unseen_conversation_answer_alike(app, cast):
    number = begins(cast.chair, cast.neighbour)
    pages = [cast.steward.gets(path) for path in (f"/messages/{number}", "/messages/987654")]
    texts = [re.sub(r'(?:value|content)="[^"]*"|\d+', "", page.text) for page in pages]
    assert texts[0] == texts[1]


# --- moderation -----------------------------------------------------------------------------------------------


def reported(app, cast):
    """Let the neighbour report the second of three messages; return conversation and case."""
    number = begins(cast.chair, cast.neighbour, body="Before it.")
    says(cast.chair, number)
    says(cast.chair, number, "After it.")
    with app.app_context():
        ref = db.session.scalar(sa.select(Message).where(Message.number == 2)).ref
    page = cast.neighbour.gets(f"/report?ref={ref}").text
    assert (
        "you hand over a copy of this one message" in page
        and "Send the report with a copy of the message" in page
    )
    answer = cast.neighbour.posts("/report", {"ref": ref, "reason": "threat", "words": "Look."})
    assert answer.headers["Location"] == "/reports"
    tell(app)
    case = re.search(r'href="(/moderation/\d+)"', cast.steward.gets("/moderation").text)[1]
    return number, case


def test_who_decides_sees_the_copy_and_nothing_else(app, cast):
    number, case = reported(app, cast)
    page = cast.steward.gets(case).text
    assert SECRET in page and "Before it." not in page and "After it." not in page
    assert f"/messages/{number}" not in page
    assert cast.steward.gets(f"/messages/{number}").status_code == 404
    assert cast.chair.gets(f"/report?ref=message:{number}").status_code in (403, 404)
    assert f"/messages/{number}" not in cast.steward.gets(f"/search?q={SECRET}").text


def test_a_hidden_message_is_its_authors_alone_and_comes_back(app, cast):
    number, case = reported(app, cast)
    cast.steward.posts(case, {"deed": "hide", "reason": "threat", "days": "7", "words": "It threatens."})
    tell(app)
    assert SECRET not in cast.neighbour.gets(f"/messages/{number}").text
    assert SECRET not in cast.neighbour.gets("/notifications").text
    page = cast.chair.gets(f"/messages/{number}").text
    assert SECRET in page and "Only you see it now." in page and "It threatens." in page
    assert cast.steward.gets(f"/messages/{number}/2").status_code == 404
    assert f"/messages/{number}" not in cast.steward.gets(f"/search?q={SECRET}").text
    cast.steward.posts(f"{case}/restore", {"words": "It was a quotation."})
    tell(app)
    assert SECRET in cast.neighbour.gets(f"/messages/{number}").text


def test_words_taken_away_for_good_are_nowhere(app, cast):
    number, case = reported(app, cast)
    cast.steward.posts(case, {"deed": "redact", "reason": "private", "days": "7", "words": "An address."})
    tell(app)
    assert (
        "The words were taken away: somebody had reported them."
        in cast.neighbour.gets(f"/messages/{number}").text
    )
    with app.app_context():
        assert left_of(SECRET) == []


def test_who_is_suspended_for_a_message_is_out(app, cast):
    number, case = reported(app, cast)
    cast.steward.posts(case, {"deed": "suspend", "reason": "threat", "days": "7", "words": "It threatens."})
    assert cast.chair.client.get("/messages").status_code == 303
    assert SECRET not in cast.neighbour.gets(f"/messages/{number}").text


# --- my data --------------------------------------------------------------------------------------------------


def test_an_erased_persons_words_go_and_the_others_keep_theirs(app, cast):
    number = begins(cast.chair, cast.neighbour)
    says(cast.neighbour, number, "Mine stays.")
    tell(app)
    mailed(app)
    with app.app_context():
        mydata.order(cast.steward.me(), db.session.get_one(Person, cast.chair.id), "keep", "Asked on paper.")
    tell(app)
    with app.app_context():
        assert left_of(SECRET) == []
    page = cast.neighbour.gets(f"/messages/{number}").text
    assert "Mine stays." in page and "Former member" in page and "Chair desk" not in page
    assert "The words were taken away with the account of their author." in page


def test_a_copy_holds_what_was_said_to_one(app, cast):
    from app.mydata import gather

    begins(cast.chair, cast.neighbour)
    begins(cast.chair, cast.outsider, body="To somebody else.")
    with app.app_context():
        table = next(one for one in gather.tables() if one.name == "message")
        mine = {row["body"] for row in gather.rows(table, cast.neighbour.id)}
        theirs = {row["body"] for row in gather.rows(table, cast.chair.id)}
        stewards = list(gather.rows(table, cast.steward.id))
    assert mine == {f"The first {SECRET}."}
    assert theirs == {f"The first {SECRET}.", "To somebody else."}
    assert stewards == []


# --- the number of questions ----------------------------------------------------------------------------------


def test_pages_ask_the_database_as_often_with_ten_times_the_rows(app, cast):
    with app.app_context():
        for n in range(12):
            _person(cast, f"other-{n}")
    with app.app_context():
        people = list(db.session.scalars(sa.select(Person.id).where(Person.handle.startswith("other-"))))
        number = acts.start(cast.chair.me(), people[:1], acts.written("Hello.")).conversation_id

    def asked(path):
        cast.chair.gets(path)
        with app.app_context():
            engine = db.engine
        with statements(engine) as said:
            cast.chair.gets(path)
        return len(said)

    few = {path: asked(path) for path in ("/messages", f"/messages/{number}", "/")}
    with app.app_context():
        for one in people[1:]:
            acts.start(cast.chair.me(), [one], acts.written("Hello."))
        for _n in range(15):
            acts.send(cast.chair.me(), number, acts.written("More."))
    assert {path: asked(path) for path in few} == few
