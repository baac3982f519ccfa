"""The ways in and out: password, mailed link, sign-out. Known and unknown addresses get the same answer."""

import logging
import typing as t

from flask import Blueprint, Response, abort, g, session

from app.core import jobs, limits, once, pages, policy
from app.core.policy import me
from app.members import doorkeys, letters, logins, passkeys, passwords, people, proof, signed_in, suspensions
from app.members.doors_page import door, way_on
from app.members.forms import Address, SignIn
from app.members.second import begin_or_ask

log = logging.getLogger(__name__)
bp = Blueprint("doors", __name__)


@bp.get("/sign-in")
@policy.public
def sign_in() -> Response:
    """Show the door; who is in already goes on."""
    if me().is_authenticated:
        return pages.see_other(way_on())
    return sign_in_page(SignIn(formdata=None, next=way_on()))


def sign_in_page(form: SignIn, status: int = 200, **values: t.Any) -> Response:
    """Return the door, with a passkey's way in where browsers allow it."""
    return door("members/sign_in.html", status, form=form, passkeys=passkeys.work(), **values)


@bp.post("/sign-in")
@policy.public
def sign_in_now() -> Response:
    """Check address and password: counted first, one message for whatever is wrong, the same work for all."""
    form = SignIn()
    if not form.validate():
        return sign_in_page(form, 422)
    wait = limits.door(form.email.data)
    if wait:
        return sign_in_page(form, wait=wait)
    person = people.by_email(form.email.data)
    if not passwords.fits(person.password if person else "", form.password.data) or person is None:
        return sign_in_page(form, 422, wrong=True)
    if person.state == "suspended":
        kept_out = suspensions.of(person.id)
        if kept_out:
            return suspended(kept_out)
        person = people.by_email(form.email.data)  # its time is over; the seat may have ended meanwhile
        if person is None:
            return sign_in_page(form, 422, wrong=True)
    if not person.second:
        limits.opened(form.email.data)  # else the tries are forgotten after the second step
    return begin_or_ask(people.renew(person, form.password.data), form.keep.data)


def suspended(kept_out: suspensions.Suspension) -> Response:
    """Return the page that says until when somebody is kept out, why, and how to answer: for who proved to be it."""
    path = suspensions.appeal_path(kept_out.decision_id)
    return door("members/suspended.html", 403, kept_out=kept_out, appeal=path)


@bp.post("/sign-out")
@policy.public
@policy.ungated
def sign_out() -> Response:
    """End this session, in every process, and its sockets."""
    who = me()
    if isinstance(who, policy.Me):
        logins.end(who, logins.of(who.id, only=who.login_id))
    session.clear()
    return pages.see_other("/")


@bp.get("/sign-in/link")
@policy.public
@policy.ungated
def link() -> Response:
    """Ask where to send a link to sign in with."""
    return door("members/link.html", form=Address(formdata=None, next=way_on()))


@bp.post("/sign-in/link")
@policy.public
@policy.ungated
def link_sent() -> Response:
    """Send the link if there is an account; the answer is the same if there is none."""
    return ask_for("link", "members/link.html")


def ask_for(kind: str, template: str) -> Response:
    """Hand the request to the job process, which looks for the account: nothing here depends on it."""
    form = Address()
    if not form.validate():
        return door(template, 422, form=form)
    wait = limits.door(form.email.data)
    if wait:
        return door(template, form=form, wait=wait)
    try:
        jobs.enqueue("letter", kind, form.email.data, way_on(), once.form_key())
    except Exception:
        log.exception("a letter could not be handed on")
        abort(503)
    return door(template, form=form, sent=True, minutes=letters.minutes(kind))


def key_or_page(kind: str, secret: str) -> t.Any:
    """Return a mailed key that still works, or the page that offers a new one. Unknown keys are counted."""
    key = doorkeys.find(kind, secret)
    if key is not None:
        return key
    wait = limits.door("")
    return door("members/used.html", 404, wait=wait, kind=kind)


@bp.get("/sign-in/link/<secret>")
@policy.public
@policy.ungated
def by_link(secret: str) -> Response:
    """Show one button: programs that open the links of mails must not use the key up."""
    key = key_or_page("link", secret)
    if isinstance(key, Response):
        return key
    return door("members/by_link.html", key=key, next=way_on())


@bp.post("/sign-in/link/<secret>")
@policy.public
@policy.ungated
def by_link_now(secret: str) -> Response:
    """Use the key up and sign in; for who is signed in already it proves that the mailbox is theirs."""
    who = me()
    if isinstance(who, policy.Me):
        mine = doorkeys.find("link", secret)
        if mine is not None and mine.person_id == who.id and not who.second and people.use(mine):
            proof.given(who.login_id)
        return pages.see_other(way_on())
    key = key_or_page("link", secret)
    if isinstance(key, Response):
        return key
    if not people.use(key):
        return door("members/used.html", 404, kind="link")
    return begin_or_ask(people.by_email(key.email), keep=False)


@bp.get("/sign-in/summary/<secret>")
@policy.public
@policy.ungated
def by_summary(secret: str) -> Response:
    """Lead on to what a summary told of, by one button for who is not signed in yet; an old link leads on all the same."""
    if me().is_authenticated:
        return pages.see_other(way_on())
    key = doorkeys.find("summary", secret)
    return _onward(secret) if key is None else door("members/by_summary.html", key=key, next=way_on())


def _onward(secret: str) -> Response:
    """Lead on without signing in. A key that was never ours is a guess, and counted; an old one is not."""
    if not doorkeys.was_made(secret) and limits.door(""):
        abort(429)
    return pages.see_other(way_on())


@bp.post("/sign-in/summary/<secret>")
@policy.public
@policy.ungated
def by_summary_now(secret: str) -> Response:
    """Use the key of a summary up and sign in. It came days ago: what needs a fresh proof asks for one."""
    if me().is_authenticated:
        return pages.see_other(way_on())
    key = doorkeys.find("summary", secret)
    if key is None or not people.use(key):
        return _onward(secret)
    return begin_or_ask(people.by_email(key.email), keep=False, proved=False)


@bp.after_app_request
def touched(answer: Response) -> Response:
    """Note now and then, after a page, that a session is used; its cookie lives on as long."""
    who = g.get("me")
    if answer.mimetype == "text/html" and isinstance(who, policy.Me) and signed_in.touch(who):
        session.modified = True
    return answer
