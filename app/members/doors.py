"""The ways in and out: password, mailed link, sign-out. Known and unknown addresses get the same answer."""

import logging
import typing as t

from flask import Blueprint, Response, abort, g, request, session

from app.core import jobs, limits, once, pages, policy
from app.core.policy import me
from app.members import doorkeys, letters, logins, passwords, people, signed_in
from app.members.forms import Address, SignIn

log = logging.getLogger(__name__)
bp = Blueprint("doors", __name__)


def door(template: str, status: int = 200, wait: int = 0, **values: t.Any) -> Response:
    """Return a page before the door: never kept, never in a search engine; with the wait after too many tries."""
    status = 429 if wait else status
    answer = pages.page(template, status, noindex=True, wait=wait, error=status != 200, **values)
    answer.headers["Cache-Control"] = "no-store"
    if wait:
        answer.headers["Retry-After"] = str(wait)
    return answer


def way_on() -> str:
    """Return where this visitor wanted to go: a checked path of this site."""
    return pages.safe_next(request.values.get("next"))


@bp.get("/sign-in")
@policy.public
def sign_in() -> Response:
    """Show the door; who is in already goes on."""
    if me().is_authenticated:
        return pages.see_other(way_on())
    return door("members/sign_in.html", form=SignIn(formdata=None, next=way_on()))


@bp.post("/sign-in")
@policy.public
def sign_in_now() -> Response:
    """Check address and password: counted first, one message for whatever is wrong, the same work for all."""
    form = SignIn()
    if not form.validate():
        return door("members/sign_in.html", 422, form=form)
    wait = limits.door(form.email.data)
    if wait:
        return door("members/sign_in.html", form=form, wait=wait)
    person = people.by_email(form.email.data)
    if not passwords.fits(person.password if person else "", form.password.data) or person is None:
        return door("members/sign_in.html", 422, form=form, wrong=True)
    limits.opened(form.email.data)
    people.renew(person, form.password.data)
    logins.begin(person.id, keep=form.keep.data)
    return pages.see_other(way_on())


@bp.post("/sign-out")
@policy.public
def sign_out() -> Response:
    """End this session, in every process, and its sockets."""
    who = me()
    if isinstance(who, policy.Me):
        logins.end(who, logins.of(who.id, only=who.login_id))
    session.clear()
    return pages.see_other("/")


@bp.get("/sign-in/link")
@policy.public
def link() -> Response:
    """Ask where to send a link to sign in with."""
    return door("members/link.html", form=Address(formdata=None, next=way_on()))


@bp.post("/sign-in/link")
@policy.public
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
def by_link(secret: str) -> Response:
    """Show one button: programs that open the links of mails must not use the key up."""
    key = key_or_page("link", secret)
    if isinstance(key, Response):
        return key
    return door("members/by_link.html", key=key, next=way_on())


@bp.post("/sign-in/link/<secret>")
@policy.public
def by_link_now(secret: str) -> Response:
    """Use the key up and sign in."""
    if me().is_authenticated:
        return pages.see_other(way_on())
    key = key_or_page("link", secret)
    if isinstance(key, Response):
        return key
    if not people.use(key):
        return door("members/used.html", 404, kind="link")
    logins.begin(key.person_id, keep=False)
    return pages.see_other(way_on())


@bp.after_app_request
def touched(answer: Response) -> Response:
    """Note now and then, after a page, that a session is used; its cookie lives on as long."""
    who = g.get("me")
    if answer.mimetype == "text/html" and isinstance(who, policy.Me) and signed_in.touch(who):
        session.modified = True
    return answer
