"""Coming in by a mailed key that ends in a password: a reset, or an invitation."""

import typing as t

from flask import Blueprint, Response, flash

from app.core import pages, policy
from app.core.languages import _
from app.members import acts, invites, logins, passwords, people
from app.members.doors import ask_for, key_or_page
from app.members.doors_page import door
from app.members.forms import Address, Invitation, NewPassword
from app.members.queries import seats_of
from app.members.second import begin_or_ask

bp = Blueprint("ways_back", __name__)
Key = t.Any


@bp.get("/reset")
@policy.public
def reset() -> Response:
    """Ask where to send a link to a new password."""
    return door("members/reset.html", form=Address(formdata=None))


@bp.post("/reset")
@policy.public
def reset_sent() -> Response:
    """Send the link if there is an account; the answer is the same if there is none."""
    return ask_for("reset", "members/reset.html")


@bp.get("/reset/<secret>")
@policy.public
def choose(secret: str) -> Response:
    """Show the form for a new password."""
    key = key_or_page("reset", secret)
    if isinstance(key, Response):
        return key
    return door("members/new_password.html", form=NewPassword(formdata=None), key=key)


@bp.post("/reset/<secret>")
@policy.public
def chosen(secret: str) -> Response:
    """Keep the new password: the key is used up, and every session ends."""
    key = key_or_page("reset", secret)
    if isinstance(key, Response):
        return key
    form = NewPassword()
    form.about, form.shortest = about(key), passwords.shortest(key.second)
    if not form.validate():
        return door("members/new_password.html", 422, form=form, key=key)
    made, short = passwords.made(form.password.data), passwords.is_short(form.password.data)
    if not acts.set_password(key.person_id, made, short=short, key=key):
        return door("members/used.html", 404, kind="reset")
    flash(_("Your new password is saved. All devices are signed out."), "ok")
    return pages.see_other("/sign-in")


def about(person: t.Any) -> tuple[str, ...]:
    """Return the words that a guess at this person's password would start from."""
    return person.email, person.name, person.handle


@bp.get("/invite/<secret>")
@policy.public
def invited(secret: str) -> Response:
    """Show who is invited, and ask for name, language and password."""
    key = key_or_page("invite", secret)
    if isinstance(key, Response):
        return key
    return invitation(key, Invitation(formdata=None, name=key.name, language=key.language))


def invitation(key: Key, form: Invitation, status: int = 200) -> Response:
    """Return the page of an invitation."""
    seat = invites.seat(key.id) or next(iter(seats_of(key.person_id)), None)
    return door("members/invite.html", status, form=form, key=key, seat=seat)


@bp.post("/invite/<secret>")
@policy.public
def joined(secret: str) -> Response:
    """Take the invitation up and sign in. It was bound to an address, and stays so."""
    key = key_or_page("invite", secret)
    if isinstance(key, Response):
        return key
    form = Invitation()
    form.about = (*about(key), form.name.data or "")
    if not form.validate():
        return invitation(key, form, 422)
    made = passwords.made(form.password.data)
    if not acts.accept_invitation(key, name=form.name.data, language=form.language.data, password_hash=made):
        return door("members/used.html", 404, kind="invite")
    if key.second:  # somebody who comes back: the mail alone opens no account with a second step
        return begin_or_ask(people.by_email(key.email), keep=False)
    logins.begin(key.person_id, keep=False)
    flash(_("Welcome. Here is what happened lately."), "ok")
    return pages.see_other("/")
