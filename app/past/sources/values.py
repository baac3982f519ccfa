"""Values as lists carry them, read as the library keeps them: dates of several shapes, names, identifiers, addresses."""

import datetime as dt
import re

MONTHS = {
    "jan": 1, "janv": 1, "ene": 1, "feb": 2, "fev": 2, "fevr": 2, "mar": 3, "mars": 3, "apr": 4, "avr": 4, "abr": 4,
    "may": 5, "mai": 5, "mayo": 5, "jun": 6, "juin": 6, "jul": 7, "juil": 7, "aug": 8, "aou": 8, "aout": 8, "ago": 8,
    "sep": 9, "sept": 9, "set": 9, "oct": 10, "out": 10, "nov": 11, "dec": 12, "dic": 12, "dez": 12,
}  # fmt: skip
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?(?:[T /].*)?$")
_DAY_FIRST = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})")
_MONTH_FIRST = re.compile(r"(\d{1,2})[-/.](\d{4})")
_WORDS = re.compile(
    r"(?:(\d{1,2})(?:st|nd|rd|th|er|º)?\.?\s+)?(?:de\s+)?([a-z]{3,10})\.?\s+(?:(\d{1,2}),?\s+)?(?:de\s+)?(\d{4})"
)
_SERIAL = range(20_000, 60_000)  # days since 1899-12-30, as spreadsheets count them
_DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?(10\.\d{4,9}/\S+)", re.I)


def date_of(text: str, plain: str = "") -> str:
    """Return a date as exact as it is known (2017, 2017-06, 2017-06-22), nothing for what is none.

    `plain` is the text in small letters without accents. Where day and month could be either, the day stands first.
    """
    text = text.strip().strip("/[]c© ")
    if re.fullmatch(r"\d{4}", text):
        return text if 1000 < int(text) < 2200 else ""
    if re.fullmatch(r"\d{5}(\.\d+)?", text) and int(float(text)) in _SERIAL:
        return (dt.date(1899, 12, 30) + dt.timedelta(days=int(float(text)))).isoformat()
    if match := _ISO.match(text):
        return _exact(match[1], match[2], match[3])
    if match := _DAY_FIRST.match(text):
        return _exact(match[3], match[2], match[1]) or _exact(match[3], match[1], match[2])
    if match := _MONTH_FIRST.fullmatch(text):
        return _exact(match[2], match[1], None)
    match = _WORDS.search(plain or text.lower())
    month = next((n for word, n in MONTHS.items() if match and match[2].startswith(word)), 0)
    return _exact(match[4], str(month), match[1] or match[3]) if match and month else ""


def _exact(year: str, month: str, day: str | None) -> str:
    try:
        found = dt.date(int(year), int(month), int(day or 1))
    except ValueError:
        return ""
    return found.isoformat() if day else found.isoformat()[:7]


def several(text: str) -> list[str]:
    """Return the values of a cell that holds several, between semicolons, bars or line ends."""
    return list(
        dict.fromkeys(part.strip() for part in re.split(r"[;|\n]+|\s{3,}", text) if part.strip(" .,"))
    )


def name_of(text: str) -> str:
    """Return a name as it is written out: "Doe, Jane" is Jane Doe."""
    last, comma, first = text.partition(",")
    turned = f"{first.strip()} {last.strip()}" if comma and first.strip() and "," not in first else text
    return " ".join(turned.split())[:200]


def doi_of(text: str) -> str:
    """Return the bare DOI of a text, nothing where it holds none."""
    match = _DOI.search(text)
    return match[1].rstrip(".,;")[:200] if match else ""


def isbn_of(text: str) -> str:
    """Return an ISBN whose last figure fits, nothing else."""
    bare = re.sub("[^0-9Xx]", "", text).upper()
    if len(bare) == 13 and bare.isdigit():
        good = sum(int(sign) * (1 + 2 * (n % 2)) for n, sign in enumerate(bare)) % 10 == 0
    elif len(bare) == 10 and bare[:9].isdigit():
        good = sum((10 - n) * (10 if sign == "X" else int(sign)) for n, sign in enumerate(bare)) % 11 == 0
    else:
        good = False
    return text.strip()[:40] if good else ""


def unesdoc_of(text: str) -> str:
    """Return a number of UNESCO's digital library, nothing for what is none."""
    match = re.search(r"(pf\d{7,12}([_a-z]{0,8}))", text, re.I)
    return match[1] if match else text.strip() if re.fullmatch(r"\d{4,12}", text.strip()) else ""


def link_of(text: str) -> str:
    """Return an address of the web, nothing for what is none."""
    text = text.strip()
    return text if re.fullmatch(r"https?://[^\s/]+\.[^\s]+", text) and len(text) <= 500 else ""


def title_of(name: str) -> str:
    """Return a title made from the name of a file."""
    stem = name.rpartition("/")[2].rpartition(".")[0] or name.rpartition("/")[2]
    words = " ".join(re.sub(r"[_+]+|(?<=\w)-(?=\w{3,})", " ", stem).split())
    return (words[:1].upper() + words[1:])[:300] or "Untitled"
