"""The contacts of an organisation as vCards: for members, with what each person shows them, and nothing that breaks out."""

from app.core.database import atomic
from app.extensions import db
from app.members.models import Person


def shows(cast, seat, **values):
    with cast.app.app_context(), atomic():
        person = db.session.get_one(Person, seat.id)
        for name, value in values.items():
            setattr(person, name, value)


def lines(seat, cast, number):
    """The lines of the vCards, unfolded."""
    answer = seat.gets(f"/members/{number}/contacts.vcf")
    assert answer.status_code == 200 and answer.mimetype == "text/vcard"
    assert all(len(line.encode()) <= 75 for line in answer.text.split("\r\n"))
    return answer.text.replace("\r\n ", "").split("\r\n")


def test_members_get_what_is_shown_to_them(cast):
    shows(
        cast,
        cast.neighbour,
        about="Housing, and\nmore; " + "é" * 80,
        shown={"about": "members", "timezone": "me"},
    )
    found = lines(cast.outsider, cast, cast.organisations.neighbour)
    assert found[0] == "BEGIN:VCARD" and "END:VCARD" in found
    assert "NOTE:Housing\\, and\\nmore\\; " + "é" * 80 in found
    assert not [line for line in found if line.startswith(("TZ", "EMAIL", "TEL"))]
    shows(cast, cast.neighbour, shown={"about": "near"})
    assert not [
        line for line in lines(cast.outsider, cast, cast.organisations.neighbour) if line.startswith("NOTE")
    ]
    assert [line for line in lines(cast.chair, cast, cast.organisations.neighbour) if line.startswith("NOTE")]


def test_nobody_writes_a_line_into_a_card(cast):
    shows(cast, cast.neighbour, name="A\r\nEMAIL:x@y.example\u2028TEL:1")
    found = lines(cast.outsider, cast, cast.organisations.neighbour)
    assert not [line for line in found if line.startswith(("EMAIL", "TEL"))]


def test_visitors_get_none(cast):
    path = f"/members/{cast.organisations.neighbour}/contacts.vcf"
    assert cast.visitor.gets(path).headers["Location"].startswith("/sign-in")
    assert path in cast.outsider.gets(f"/members/{cast.organisations.neighbour}", follow_redirects=True).text
    assert cast.outsider.gets(f"/members/{10**12}/contacts.vcf").status_code == 404
