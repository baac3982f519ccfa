"""Language editions: the part of a document's page, offering and adding one, and the list of what is wanted or behind."""

import typing as t

from flask import Blueprint, Response, abort, request

from app.core import limits, once, pages, policy
from app.core.languages import _, language, lazy, offered, own_name
from app.core.panels import panel
from app.core.policy import can, me, require, ruled
from app.library import acts, arriving, drawing, editions, file_routes, forms
from app.library.models import Document
from app.library.models.documents import OPEN
from app.library.routes import found
from app.library.upload_routes import batch_sent_before, upload_part
from app.library.work_routes import done
from app.members import names

bp = Blueprint("library_editions", __name__)
Drawn = tuple[str, dict[str, t.Any]] | None
AN_HOUR = 60  # deeds of one person about editions, each of which somebody may be told of
WORDS: dict[str, t.Any] = {**forms.EDITIONS, "original": lazy("Original"), "wanted": lazy("Wanted")}


class Doing:
    """An edition of a document, as the rule who may put its file in is asked about it."""

    kind = "edition"

    def __init__(self, document: Document, volunteer_id: int | None) -> None:
        self.document, self.volunteer_id = document, volunteer_id
        self.space_id, self.audience_id = document.space_id, document.audience_id


def _doing(document: Document, language: str) -> Doing:
    edition = editions.one(document, language)
    return Doing(document, edition.volunteer_id if edition else None)


def _tongue(language: str, document: Document) -> str:
    """Return a language that a document can be translated into; anything else is not there."""
    return language if language in names.tongue_codes() and language != document.language else abort(404)


@panel("document", order=35)
def in_languages(document: t.Any) -> Drawn:
    """The languages of a document: which editions there are, which are behind, who works on them."""
    who = me()
    rows = editions.of(who.viewer, document)
    if document.state not in OPEN or (len(rows) < 2 and not who.is_authenticated):
        return None
    taken = {row.it.language for row in rows} | {document.language}
    return "library/_editions.html", {
        "rows": rows, "it": document, "words": WORDS, "own_name": names.own_language, "who": who,
        "may": can("library.edit", document), "statuses": forms.EDITIONS,
        "missing": [(code, own_name(code)) for code in offered() if code not in taken],
        "others": [(code, name) for code, name in names.tongues(language()) if code not in taken],
        "file": lambda it: f"/files/{it.file_id}/{it.language}{drawing.known_ending(it.form)}?download=1",
    }  # fmt: skip


@bp.get("/library/translations")
@policy.public
def index() -> Response:
    """Show which editions are wanted, and which the original has moved on from."""
    viewer, wish, before = me().viewer, request.args.get("language", "")[:12], request.args.get("before", "")
    cursor = int(before) if before.isascii() and before.isdigit() and len(before) < 19 else 0
    rows, older = editions.missing(viewer, wish, cursor)
    counts = editions.counts(viewer)
    links = [("", "/library/translations", _("All languages"), sum(counts.values()))]
    links += [
        (code, f"/library/translations?language={code}", names.own_language(code), number)
        for code, number in sorted(counts.items())
    ]
    return pages.page(
        "library/translations.html", place="library", rows=rows, links=links, here=wish, words=WORDS, own_name=names.own_language,
        older=f"/library/translations?language={wish}&before={older}" if older else "", member=me().is_authenticated,
    )  # fmt: skip


@bp.post("/library/<int:number>/editions")
@ruled("library.offer")
def begin(number: int) -> t.Any:
    """Say that a language is wanted, or offer to translate into it."""
    document = found(number, "library.offer")
    language = _tongue(request.form.get("language", ""), document)
    limits.hourly("library.editions", me().id or 0, AN_HOUR)
    if request.form.get("deed") == "offer":
        return _deed(document, editions.offer, language, _("You work on it now. Others see that you do."))
    return _deed(
        document, editions.want, language, _("It stands on the list of translations that are wanted.")
    )


@bp.post("/library/<int:number>/editions/<language>/<any(give_up, still_good, status):deed>")
@ruled("library.edition")
def change(number: int, language: str, deed: str) -> t.Any:
    """Take an offer back, say that an edition is still good, or whose it is."""
    document = found(number)
    require("library.edition", _doing(document, _tongue(language, document)))
    limits.hourly("library.editions", me().id or 0, AN_HOUR)
    if deed == "status":
        require("library.edit", document)
        status = request.form.get("status", "")
        return done(
            "library.edition",
            document,
            lambda who, it: editions.set_status(who, it, language, status),
            None,
            _back(document),
        )
    act = {"give_up": editions.give_up, "still_good": editions.still_good}[deed]
    return _deed(document, act, language, None)


def _deed(document: Document, act: t.Callable[..., t.Any], language: str, said: t.Any) -> t.Any:
    return done("library.edition", document, lambda who, it: act(who, it, language), said, _back(document))


def _back(document: Document) -> str:
    return f"{document.url}#editions"


@bp.route("/library/<int:number>/editions/<language>/file", methods=["GET", "POST"])
@ruled("library.edition")
def add(number: int, language: str) -> t.Any:
    """Put in the file of an edition: who looks after the document, and who offered to translate it."""
    document = found(number)
    require("library.edition", _doing(document, _tongue(language, document)))
    official = can("library.edit", document)
    form = forms.NewVersion(data={"language": language, "status": "official" if official else "community"})
    form.language.data = language
    if request.method == "GET":
        return _page(document, form, language)
    kept = file_routes.kept_of(document, form)
    if kept is None:
        before = once.earlier(me().id, "library.edition_file")
        return pages.see_other(before) if before else _page(document, form, language, 422)
    chosen = form.status.data if official or form.status.data == "machine" else "community"
    said = {"language": language, "note": form.note.data or "", "status": chosen}

    def deed(who: t.Any, it: Document) -> None:
        acts.add_version(who, it, kept, **said)
        if not official:  # what was official before is so no longer: others made this file
            editions.set_status(who, it, language, chosen)
        arriving.taken(who, request.form.get("upload", ""), it)

    return done("library.edition_file", document, deed, _("The edition is in."), _back(document))


def _page(document: Document, form: forms.NewVersion, language: str, status: int = 200) -> Response:
    return pages.page(
        "library/edition.html", status, place="library", it=document, form=form, lang=language,
        lang_name=names.own_language(language), error=status == 422, wrong=next(iter(form.file.errors), None),
        upload=upload_part(batch_sent_before(), one=True, document=document.id),
        official=can("library.edit", document),
    )  # fmt: skip
