"""The outbox: what was sent, what waits, what failed."""

import typing as t

from flask import Blueprint, Response, abort, current_app, request

from app.admin import acts, queries, words
from app.admin.routes import cursor
from app.core import pages
from app.core.audience import Thing
from app.core.database import get_or_none, locate
from app.core.languages import _
from app.core.mail import OutboxMail, is_demo
from app.core.policy import me, person, require, ruled

bp = Blueprint("mails", __name__)
WAYS_IN = {"link", "reset", "invite"}  # mails that let somebody in


@bp.get("/admin/mail")
@ruled("admin.mail")
def index() -> Response:
    """Show the mails, newest first."""
    require("admin.mail", True)
    state = request.args.get("state", "")
    state = state if state in words.MAIL_STATES else ""
    found = queries.mails(state, cursor(request.args.get("before")))
    shown = found[: queries.PAGE]
    more = (
        f"{'state=' + state + '&' if state else ''}before={shown[-1].id}" if len(found) > queries.PAGE else ""
    )
    return pages.page(
        "admin/mail.html", place="admin", mails=shown, state=state, words=words, counts=queries.counts(),
        older=f"/admin/mail?{more}" if more else "", first="before" not in request.args,
    )  # fmt: skip


@bp.get("/admin/mail/<int:number>")
@ruled("admin.mail")
def one(number: int) -> Response:
    """Show one mail: its text, and its HTML as source."""
    mail = _found(number)
    return pages.page("admin/one_mail.html", place="admin", mail=mail, words=words, closed=_closed(mail))


def _found(number: int) -> OutboxMail:
    require("admin.mail", True)
    return t.cast(OutboxMail, get_or_none(OutboxMail, number) or abort(404))


def _closed(mail: OutboxMail) -> bool:
    """A way in for one person is nobody else's to read, except where no mail server could bring it to them;

    nor is what is said where the reader is not."""
    if current_app.config["MAIL_URL"] and not is_demo() and mail.kind in WAYS_IN:
        return True
    if mail.kind == "digest":  # what somebody else may see, the secretariat perhaps not
        return mail.person_id != me().id
    about = locate(mail.root) if mail.root else None
    return isinstance(about, Thing) and not about.readable_by(me().viewer)


@bp.post("/admin/mail/<int:number>/retry")
@ruled("admin.mail")
def retry(number: int) -> Response:
    """Send one mail that failed again."""
    _found(number)

    def done() -> str:
        acts.send_again(person(), number)
        return f"/admin/mail/{number}"

    return pages.acted("admin.mail", done, _("The mail waits to be sent."))


@bp.post("/admin/mail/retry")
@ruled("admin.mail")
def retry_all() -> Response:
    """Send all mails that failed again."""
    require("admin.mail", True)

    def done() -> str:
        acts.send_again(person())
        return "/admin/mail"

    return pages.acted("admin.mail", done, _("The mails that failed wait to be sent."))
