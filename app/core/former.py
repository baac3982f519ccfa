"""What stands in place of a person who was erased, or beside one who was never here: kept in English, said in the

reader's language.
"""

import typing as t

from app.core.languages import lazy

MEMBER, OFFICER = "Former member", "former officer"
BROUGHT = "brought over from elsewhere"  # the line of an author who wrote it before, and outside
_WORDS = {
    MEMBER: lazy("Former member"),
    OFFICER: lazy("former officer"),
    BROUGHT: lazy("brought over from elsewhere"),
}


def said(text: t.Any) -> t.Any:
    """Return a name or line of an author as it is shown: that of somebody erased in the reader's language."""
    return _WORDS.get(text, text)


def line(by: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return an author line without the person: what was said for an organisation stays with the organisation."""
    url = str(by.get("url", ""))
    personal = url.startswith("/people/") or not by.get("name")
    kept = {key: by[key] for key in ("kind", "code") if key in by}
    if personal:
        return {"name": MEMBER, "line": "", **kept, "url": ""}
    return {"name": by["name"], "line": OFFICER, **kept, "url": url}
