"""How a document is cited, in all styles, and its record for other programs."""

from flask import Blueprint, Response

from app.core import pages
from app.core.languages import language
from app.core.policy import ruled
from app.library import citing, exports, shown
from app.library.models.documents import OPEN
from app.library.routes import found

bp = Blueprint("library_cite", __name__)


@bp.get("/library/<int:number>/cite")
@ruled("library.read", public=True)
def styles(number: int) -> Response:
    """Show the citation in each style, to be copied."""
    document = found(number, "library.read")
    if document.state not in OPEN:
        return pages.see_other(document.url)
    texts = [(key, name, citing.citation(document, key)) for key, (name, _file) in citing.STYLES.items()]
    return pages.page(
        "library/cite.html", place="library", it=document, own=shown.texts(document, language()), texts=texts,
        endings=exports.ENDINGS,
    )  # fmt: skip


@bp.get("/library/<int:number>/cite.<ending>")
@ruled("library.read", public=True)
def export(number: int, ending: str) -> Response:
    """Hand out the record in a form for other programs."""
    document = found(number, "library.read")
    if document.state not in OPEN or ending not in exports.ENDINGS:
        return pages.see_other(document.url)
    return citing.export(document, ending)
