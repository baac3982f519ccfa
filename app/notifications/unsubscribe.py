"""Leaving by one click, without signing in: a signed address for each person and kind of mail (RFC 8058)."""

import typing as t

from flask import Blueprint, Response, abort, current_app, g, request
from itsdangerous import BadSignature, URLSafeSerializer

from app.core import limits
from app.core.database import get_or_none, setting
from app.core.languages import _, lazy
from app.core.policy import public, ungated
from app.extensions import csrf
from app.members.doors import door
from app.members.models import Person
from app.notifications import kinds, plans

bp = Blueprint("unsubscribe", __name__)
SUMMARY = "digest"
WORDS: dict[str, t.Any] = {
    kinds.CALL: lazy("Mail when somebody mentions you or your organisation"),
    kinds.MESSAGE: lazy("Mail when somebody sends you a message"),
    kinds.ANSWER: lazy("Mail when somebody answers you"),
    kinds.REPLY: lazy("Mail about discussions that you follow"),
    kinds.NEWS: lazy("Mail about what is new in what you follow"),
    kinds.DUE: lazy("Mail about joint actions of your organisation"),
    kinds.FOUND: lazy("Mail about what a search that you keep finds"),
    kinds.DATE: lazy("Mail about events that you go to"),
    kinds.CARE: lazy("Mail about what waits for you"),
    SUMMARY: lazy("The summary by e-mail"),
}


def words_of(kind: str) -> t.Any:
    """Return what kind of mail this is, in the reader's language."""
    return WORDS.get(kind, WORDS[kinds.REPLY])


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="unsubscribe")


def address(person_id: int, kind: str) -> str:
    """Return the address at which one person ends one kind of mail."""
    return f"{setting('BASE_URL')}/unsubscribe/{_signer().dumps([person_id, kind])}"


def _named(token: str) -> tuple[Person, str]:
    """Return whom and what an address names; wrong ones are counted like all tries at a door."""
    try:
        number, kind = _signer().loads(token)
    except (BadSignature, ValueError, TypeError):
        if limits.door(""):
            abort(429)
        abort(404)
    person = t.cast(Person, get_or_none(Person, number) or abort(404))
    if person.state == "erased":  # nobody stands behind the number any more
        abort(404)
    g.language = person.language
    return person, kind


@bp.get("/unsubscribe/<token>")
@public
@ungated
def ask(token: str) -> Response:
    """Show one button: programs that look through mails open addresses, and must not change anything."""
    _person, kind = _named(token)
    return door("notifications/unsubscribe.html", token=token, what=words_of(kind), done=False)


@bp.post("/unsubscribe/<token>")
@public
@ungated
@csrf.exempt
def end(token: str) -> Response:
    """End a kind of mail: by the page's button, or sent by a mail program, which has no token of ours."""
    person, kind = _named(token)
    if kind == SUMMARY:
        plans.choose(person, {}, {"every": "never"})
    elif kind in kinds.KINDS:
        plans.choose(person, {(0, kind): kinds.WEB, **_of_spaces(person.id, kind)})
    if request.form.get("List-Unsubscribe"):
        return Response(str(_("Done.")), mimetype="text/plain")
    return door("notifications/unsubscribe.html", token=token, what=words_of(kind), done=True)


def _of_spaces(person_id: int, kind: str) -> dict[tuple[int, str], str]:
    """What was chosen for single groups would send on: there it ends too."""
    chosen = kinds.chosen_by(person_id) if kind != kinds.CARE else {}
    return {key: kinds.WEB for key, way in chosen.items() if key[0] and way == kinds.ONCE}
