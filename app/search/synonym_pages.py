"""The page of words that mean the same: groups of them, by language, for the secretariat."""

import typing as t

from flask import Blueprint, Response, abort, request

from app.core import pages
from app.core.database import get_or_none
from app.core.languages import _, offered, own_name
from app.core.policy import person, require, ruled
from app.search import synonyms
from app.search.models import Synonym

bp = Blueprint("synonyms", __name__)
PAGE = "/admin/synonyms"
MORE = ("es", "ru", "zh", "pt")  # people write in these too


def codes() -> list[str]:
    """Return the languages that a group can have words in."""
    return list(dict.fromkeys([*offered(), *MORE]))


def _sent() -> synonyms.Words:
    found = {code: synonyms.names(request.form.get(f"words_{code}", "")) for code in codes()}
    return {code: some for code, some in found.items() if some}


def _page(status: int = 200, wrong: int | None = None) -> Response:
    """Show the list; what was sent and is too little stands in its form again."""
    return pages.page(
        "search/synonyms.html", status, place="admin", rows=synonyms.listed(), wrong=wrong, error=status == 422,
        codes=[(code, own_name(code)) for code in codes()], sent=request.form if status == 422 else {},
    )  # fmt: skip


def _group(number: int) -> Synonym:
    require("admin.words", True)
    return t.cast(Synonym, get_or_none(Synonym, number) or abort(404))


@bp.get(PAGE)
@ruled("admin.words")
def index() -> Response:
    """Show all groups."""
    require("admin.words", True)
    return _page()


@bp.post(f"{PAGE}/new")
@ruled("admin.words")
def add() -> Response:
    """Put a group on the list: two words at least."""
    require("admin.words", True)
    words, who = _sent(), person()
    if sum(map(len, words.values())) < 2:
        return _page(422, 0)
    return pages.acted(
        "admin.synonym_add", lambda: f"{PAGE}#g{synonyms.add(who, words).id}", _("The words are on the list.")
    )


@bp.post(f"{PAGE}/<int:number>")
@ruled("admin.words")
def change(number: int) -> Response:
    """Give a group other words."""
    group, words, who = _group(number), _sent(), person()
    if sum(map(len, words.values())) < 2:
        return _page(422, number)

    def done() -> str:
        synonyms.change(who, group, words)
        return f"{PAGE}#g{number}"

    return pages.acted("admin.synonym_change", done, _("Saved."))


@bp.post(f"{PAGE}/<int:number>/drop")
@ruled("admin.words")
def drop(number: int) -> Response:
    """Take a group off the list."""
    group, who = _group(number), person()

    def done() -> str:
        synonyms.drop(who, group)
        return PAGE

    return pages.acted("admin.synonym_drop", done, _("The words are off the list."))
