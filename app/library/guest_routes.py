"""The door of a guest link, and behind it one document: its words, its text, its files."""

import re
import typing as t
from urllib.parse import quote

from flask import Blueprint, Response, abort, session
from markupsafe import Markup

from app.core import dates, files, limits, pages
from app.core.database import get_or_none
from app.core.files import Attachment
from app.core.languages import _, language, own_name
from app.core.policy import public
from app.library import access_forms, guests, shown
from app.library.models import Document, GuestLink, Version
from app.library.reading import preview, showing
from app.members import passwords

bp = Blueprint("library_guests", __name__)
OPENED, MOST_OPENED = "guest", 20  # in the session: the links that this browser has opened
FILE = re.compile(r'(?<=")/files/(\d+)/')
Found = tuple[GuestLink, Document]


def held(token: str) -> Found:
    """Return a link that holds; every other address is counted as a try and answers as if it never was."""
    found = guests.of_token(token)
    if found is None or (guests.is_used_up(found[0]) and not has_opened(found[0])):
        abort(429 if limits.door("") else 404)
    return found


def has_opened(link: GuestLink) -> bool:
    """Say whether this browser has opened a link."""
    return link.id in session.get(OPENED, ())


def behind(token: str) -> Found:
    """Return what a link that this browser has opened leads to."""
    link, document = held(token)
    if not has_opened(link):
        abort(404)
    return link, document


def unkept(answer: Response) -> Response:
    """No cache and no search engine keeps what a guest reads."""
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer


def door(link: GuestLink, token: str, form: t.Any, status: int = 200, wait: int = 0) -> Response:
    """Return the page before the document: nothing of it stands there."""
    answer = pages.page(
        "library/guest_door.html", 429 if wait else status, noindex=True, token=token, form=form, wait=wait,
        locked=bool(link.password), error=status != 200 or bool(wait),
    )  # fmt: skip
    if wait:
        answer.headers["Retry-After"] = str(wait)
    return unkept(answer)


@bp.get("/library/guest/<token>")
@public
def show(token: str) -> Response:
    """Show the door, or to who has opened it the document. Looking counts nothing."""
    link, document = held(token)
    if not has_opened(link):
        return door(link, token, access_forms.Door(formdata=None))
    one, versions = shown.texts(document, language()), guests.newest(document)
    return unkept(pages.page(
        "library/guest.html", noindex=True, it=document, own=one, token=token, until=link.until,
        rows=[_row(version, token) for version in versions], dated=dates.words(document.date, document.published),
    ))  # fmt: skip


def _row(version: Version, token: str) -> dict[str, t.Any]:
    """Return a version as the page of a guest names it: its language, its file, its text."""
    row: Attachment | None = get_or_none(Attachment, version.file_id or 0)
    base = f"/library/guest/{token}"
    ready = row is not None and row.state == "ready"
    return {
        "lang": version.language, "name": own_name(version.language), "number": version.number, "form": version.form,
        "file": f"{base}/files/{row.id}/{quote(row.name)}?download=1" if row is not None and ready else "",
        "file_name": row.name if row is not None else "", "size": row.size if row is not None else 0,
        "text": f"{base}/text/{version.language}" if ready and version.letters else "",
    }  # fmt: skip


@bp.post("/library/guest/<token>")
@public
def opened(token: str) -> Response:
    """Open the door with its password, where it has one. Every opening is counted, the same browser once."""
    link, _document = held(token)
    if not has_opened(link):
        form = access_forms.Door()
        wait = limits.door(f"guest link {link.id}") if link.password else 0
        if wait:
            return door(link, token, form, wait=wait)
        if link.password and not passwords.fits(link.password, form.password.data or ""):
            form.password.errors = [_("This is not the password.")]
            return door(link, token, form, 422)
        counted: list[int] = []

        def count() -> str:
            counted.append(link.id)
            return _counted(link, token)

        pages.acted("library.guest", count)
        if link.password:
            limits.opened(f"guest link {link.id}")
        # A form that comes again, perhaps from another browser, opens nothing that was not counted.
        if counted:
            session[OPENED] = [*session.get(OPENED, ()), *counted][-MOST_OPENED:]
    return pages.see_other(f"/library/guest/{token}")


def _counted(link: GuestLink, token: str) -> str:
    """Count an opening; where another one was the last that was free, the address answers nothing."""
    if not guests.count_opening(link):
        abort(404)
    return f"/library/guest/{token}"


@bp.get("/library/guest/<token>/text/<lang>")
@public
def text(token: str, lang: str) -> Response:
    """Show the text of the newest version in a language, as much as fits, from a page on."""
    _link, document = behind(token)
    version = next((one for one in guests.newest(document) if one.language == lang), None)
    if version is None or not version.letters or version.state not in ("ready", "scanned"):
        abort(404)
    many = showing.count(version)
    rows = showing.sheets(version, min(preview.asked_page(), many or 1), many)
    last = rows[-1].number if rows else many
    base = f"/library/guest/{token}"
    return unkept(pages.page(
        "library/guest_text.html", noindex=True, it=document, own=shown.texts(document, lang), one=version, back=base,
        rows=[(row, _through(row.html, base)) for row in rows], many=many,
        label=lambda row: showing.label(version.form, row.number, many, row.name),
        further=f"{base}/text/{lang}?page={last + 1}" if last < many else "",
    ))  # fmt: skip


def _through(html: Markup, base: str) -> Markup:
    """Let the pictures in a text come by the link too."""
    return Markup(FILE.sub(rf"{base}/files/\1/", str(html)))


@bp.get("/library/guest/<token>/files/<int:number>/<path:name>")
@public
def file(token: str, number: int, name: str) -> Response:
    """Give out a file of the document: as everywhere, what is not harmless is saved, and nothing runs as a page."""
    _link, document = behind(token)
    row = guests.file_for(document, number)
    if row is None:
        abort(404)
    answer = files.given_out(row)
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer
