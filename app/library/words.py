"""The words of the library: licences, states, kinds of ties; and its controlled lists in the reader's language."""

import typing as t

import sqlalchemy as sa
from markupsafe import Markup

from app.core.kept import Kept
from app.core.languages import _, language, lazy
from app.extensions import db
from app.library.models import Term


class Licence(t.NamedTuple):
    """What a document may be used for."""

    short: str
    word: t.Any
    url: str = ""
    shared: bool = True  # whether it may be passed on outside


_CC = "https://creativecommons.org/licenses"
LICENCES: dict[str, Licence] = {
    "cc-by-4.0": Licence("CC BY 4.0", lazy("Attribution"), f"{_CC}/by/4.0/"),
    "cc-by-sa-4.0": Licence("CC BY-SA 4.0", lazy("Attribution, share alike"), f"{_CC}/by-sa/4.0/"),
    "cc-by-nc-4.0": Licence("CC BY-NC 4.0", lazy("Attribution, not commercial"), f"{_CC}/by-nc/4.0/"),
    "cc-by-nc-sa-4.0": Licence(
        "CC BY-NC-SA 4.0", lazy("Attribution, not commercial, share alike"), f"{_CC}/by-nc-sa/4.0/"
    ),
    "cc-by-nd-4.0": Licence("CC BY-ND 4.0", lazy("Attribution, no changes"), f"{_CC}/by-nd/4.0/"),
    "cc-by-nc-nd-4.0": Licence(
        "CC BY-NC-ND 4.0", lazy("Attribution, not commercial, no changes"), f"{_CC}/by-nc-nd/4.0/"
    ),
    "cc0-1.0": Licence("CC0 1.0", lazy("Free of rights"), "https://creativecommons.org/publicdomain/zero/1.0/"),
    "cc-by-3.0-igo": Licence("CC BY 3.0 IGO", lazy("UNESCO: attribution"), f"{_CC}/by/3.0/igo/"),
    "cc-by-sa-3.0-igo": Licence("CC BY-SA 3.0 IGO", lazy("UNESCO: attribution, share alike"), f"{_CC}/by-sa/3.0/igo/"),
    "cc-by-nc-sa-3.0-igo": Licence(
        "CC BY-NC-SA 3.0 IGO", lazy("UNESCO: attribution, not commercial, share alike"), f"{_CC}/by-nc-sa/3.0/igo/"
    ),
    "reserved": Licence("©", lazy("All rights reserved: ask before you use it")),
    "internal": Licence("", lazy("Internal, do not share"), shared=False),
}  # fmt: skip


def licence_word(key: str) -> str:
    """Return a licence as a choice says it: "CC BY 4.0: attribution"; the key itself where it is not known."""
    known = LICENCES.get(key)
    return f"{known.short} – {known.word}" if known and known.short else str(known.word if known else key)


def may_leave(key: str) -> bool:
    """Say whether what has this licence may be passed on to people outside the network."""
    known = LICENCES.get(key)
    return known is None or known.shared


SHARED_ALREADY = lazy("What everyone can read is shared already. Choose another licence, or fewer readers.")


def licence_may(key: str) -> str:
    """Say what may be done with what has this licence, where its short name does not say it already."""
    known = LICENCES.get(key)
    if not may_leave(key):
        return str(_("Only for members of the network: do not pass it on."))
    return str(known.word) if known and len(known.short) > 1 else ""


def licence_short(key: str) -> str:
    """Return a licence as facts name it."""
    known = LICENCES.get(key)
    return (known.short if len(known.short) > 1 else str(known.word)) if known else key


SIGHTS: dict[str, t.Any] = {
    "space": lazy("Members of the group only"),
    "organisation": lazy("My organisation only"),
    "members": lazy("Members of the network"),
    "public": lazy("Everyone, also without an account"),
}
STATES: dict[str, t.Any] = {
    "draft": lazy("Draft"),
    "review": lazy("In review"),
    "planned": lazy("Planned"),
    "published": lazy("Published"),
    "superseded": lazy("Superseded"),
    "withdrawn": lazy("Withdrawn"),
}
ROLES: dict[str, t.Any] = {
    "author": lazy("Author"),
    "editor": lazy("Editor"),
    "translator": lazy("Translator"),
    "contributor": lazy("Contributor"),
    "publisher": lazy("Publisher"),
}
SCHEMES: dict[str, str] = {"doi": "DOI", "isbn": "ISBN", "issn": "ISSN", "unesdoc": "UNESDOC"}
TIES: dict[str, t.Any] = {
    "replaces": lazy("Replaces"),
    "part_of": lazy("Part of"),
    "see_also": lazy("See also"),
}
BACK: dict[str, t.Any] = {  # the same ties, read from the other end
    "replaces": lazy("Replaced by"),
    "part_of": lazy("Contains"),
    "see_also": lazy("See also"),
}
ANSWERS: dict[str, t.Any] = {
    "ready": lazy("Ready to be published"),
    "changes": lazy("Needs changes first"),
    "declined": lazy("I cannot review it"),
}
CHECKS: dict[str, t.Any] = {
    "facts": lazy("Facts and figures have a source"),
    "consent": lazy("Nobody is named or shown without their consent"),
    "plain": lazy("It is written so that other cities can use it"),
    "rights": lazy("Texts and pictures of others may be used"),
    "readable": lazy("It can be read with a screen reader: headings, descriptions of pictures, contrast"),
}

_terms: Kept[dict[str, str]] = Kept("library_terms", 30, 100)
_TERMS = (
    sa.select(Term.key, Term.labels)
    .where(Term.vocabulary == sa.bindparam("vocabulary"), Term.into_id.is_(None))
    .order_by(Term.place, Term.id)
)


def terms(vocabulary: str) -> dict[str, str]:
    """Return a controlled list (type, target, series …) in the reader's language, in its order: key → word."""
    lang = language()
    return _terms.get((vocabulary, lang), lambda: _read(vocabulary, lang))


def _read(vocabulary: str, lang: str) -> dict[str, str]:
    rows = db.session.execute(_TERMS, {"vocabulary": vocabulary})
    return {row.key: row.labels.get(lang) or row.labels.get("en") or row.key for row in rows}


def term(vocabulary: str, key: str) -> str:
    """Return one word of a controlled list in the reader's language, its key where it is not on the list."""
    return terms(vocabulary).get(key, key) if key else ""


def forget_terms() -> None:
    """Read the controlled lists anew: somebody changed one here."""
    _terms.forget()


def in_results(more: dict[str, t.Any]) -> list[t.Any]:
    """What the search says of a document beside who put it in and when: what kind of file it is."""
    return [Markup("{}").format(more["form"])] if more.get("form") else []
