"""What the columns of a list mean: guessed from their heads, and each line read as a member and a person, or explained."""

import typing as t

from flask_babel import LazyString

from app.arrivals import codes, member_columns
from app.core import sheets
from app.core.languages import _, lazy, offered
from app.members import names
from app.members.forms import ADDRESS
from app.members.names import fold
from app.members.organisation_forms import ADDRESS as WEB
from app.members.organisation_forms import NO_COUNTRIES
from app.members.seat_forms import ROLES

MEANINGS: dict[str, LazyString] = {
    "": lazy("Leave out"),
    "name": lazy("Member: name"),
    "kind": lazy("Member: kind"),
    "code": lazy("Member: code"),
    "place": lazy("Member: own name of the place"),
    "country": lazy("Member: country"),
    "region": lazy("Member: region"),
    "coalition": lazy("Member: coalition"),
    **member_columns.MEANINGS,
    "email": lazy("Person: e-mail address"),
    "person": lazy("Person: name, or role"),
    "role": lazy("Person: role"),
    "title": lazy("Person: title"),
    "language": lazy("Person: language"),
}
# Heads as lists carry them, folded; the first that fits counts.
HEADS = {
    "email": ("email", "e-mail", "mail", "courriel", "adresse electronique", "البريد", "correo"),
    "person": ("person", "contact", "contact name", "personne", "الشخص", "جهة الاتصال", "focal point name"),
    "role": ("role", "fonction", "الدور", "rol"),
    "title": ("title", "job title", "titre", "poste", "اللقب"),
    "language": ("language", "langue", "اللغة", "idioma"),
    "kind": ("kind", "type", "genre", "النوع", "tipo"),
    "code": ("code", "الرمز", "codigo"),
    "place": ("place", "own name", "name en", "nom propre", "lieu", "المكان", "الاسم الأصلي", "nombre propio"),
    "country": ("country", "country code", "pays", "code du pays", "البلد", "رمز البلد", "pais", "codigo de pais"),
    "region": ("region", "المنطقة", "region du monde"),
    "coalition": ("coalition", "التحالف", "coalicion"),
    **member_columns.HEADS,
    "name": (
        "name", "member", "organisation", "organization", "city", "nom", "ville", "membre", "nombre", "الاسم", "العضو",
        "المدينة", "miembro", "municipio", "organisme", "organizacion",
    ),
    "town": member_columns.TOWN,
}  # fmt: skip
KINDS = {
    "city": ("city", "ville", "municipality", "county", "مدينة", "ciudad"),
    "chair": ("chair", "unesco chair", "chaire", "chaire unesco", "كرسي", "catedra"),
    "partner": ("partner", "partenaire", "ngo", "شريك", "socio"),
    "secretariat": ("secretariat", "secretariat", "secretaria", "الأمانة"),
}

LONGEST = {"name": 200, "place": 120, "person": 120, "role": 60, "title": 120, "email": 254}
FORMULA = ("=", "+", "-", "@")


def guess(head: list[str], rows: list[list[str]]) -> list[str]:
    """Return for each column what it seems to mean, each meaning once."""
    found = sheets.meanings([fold(word).replace("_", " ") for word in head], member_columns.with_ours(HEADS))
    for number, fits in enumerate(found):
        cells = [row[number] for row in rows[:20] if number < len(row) and row[number]]
        if not fits and "email" not in found and cells and all("@" in cell for cell in cells):
            found[number] = "email"
    return found


def plain(name: str) -> str:
    """Return a member's name as it is compared: cities stand with and without “City of”."""
    return fold(name).removeprefix("city of ")


class Line(t.NamedTuple):
    """One line of a list: what it says, and what is wrong with it."""

    number: int
    said: dict[str, str]
    wrong: list[str]


class Known(t.NamedTuple):
    """What a list may name, folded → key."""

    countries: dict[str, str]
    coalitions: dict[str, str]
    codes: dict[str, str]  # code → plain name of the member that has it
    words: member_columns.Words


def known_countries() -> dict[str, str]:
    """Return the countries by code and by their names in the languages of the site."""
    found: dict[str, str] = {}
    for tongue in dict.fromkeys(["en", *offered()]):
        for code, name in names.locale(tongue).territories.items():
            if len(code) == 2 and code.isalpha() and code not in NO_COUNTRIES:
                found[fold(name)] = found[code.lower()] = code
    return found


def line(number: int, cells: list[str], meanings: list[str], kind: str, known: Known) -> Line:
    """Read one line. `kind` is that of members that say none."""
    said = {m: _cell(cells[n]) for n, m in enumerate(meanings) if m and n < len(cells) and cells[n]}
    wrong = [str(words) for check in (_lengths, _member, _person) for words in check(said, kind, known)]
    return Line(number, said, wrong)


def _cell(words: str) -> str:
    """Return a cell without the sign that our own tables put before what spreadsheets would take for a formula."""
    return words[1:] if words.startswith("'") and words[1:2] in FORMULA else words


def _lengths(said: dict[str, str], _kind: str, _known: Known) -> t.Iterator[t.Any]:
    for meaning, most in LONGEST.items():
        if len(said.get(meaning, "")) > most:
            yield _("%(what)s is longer than %(num)s characters.", what=MEANINGS[meaning], num=most)
    for meaning in ("name", "place", "person", "role", "title"):
        if said.get(meaning, "").startswith(FORMULA):
            yield _(
                "%(what)s begins with a sign that spreadsheets take for a formula.", what=MEANINGS[meaning]
            )


def _member(said: dict[str, str], kind: str, known: Known) -> t.Iterator[t.Any]:
    if not said.get("name") and not said.get("code"):
        yield _("It does not say which member it is about.")
    word = fold(said.get("kind", ""))
    said["kind"] = _kind(word, known.words) if word else kind
    if word and not said["kind"] and word in known.words.types:  # lists of partners say of what type each is
        said["kind"], said["type"] = "partner", word
    if said["kind"] == "secretariat" and said.get("code", "").upper() not in known.codes:
        yield _("The secretariat is not taken in by a list.")
    if not said["kind"]:
        yield _("“%(word)s” is no kind of member: write city, chair or partner.", word=word)
    strange = _("“%(word)s” is no country that is known here.", word=said.get("country", ""))
    yield from _picked(said, "country", known.countries, strange)
    strange = _("“%(word)s” is no coalition that is known here.", word=said.get("coalition", ""))
    yield from _picked(said, "coalition", known.coalitions, strange)
    strange = _("“%(word)s” is no region that is known here.", word=said.get("region", ""))
    yield from _picked(said, "region", known.words.regions, strange)
    if said.get("code"):
        said["code"] = codes.wellformed(said["code"])
        if not said["code"]:
            yield _("A code has three letters or digits.")
        elif said.get("name") and known.codes.get(said["code"], plain(said["name"])) != plain(said["name"]):
            yield _("The code %(code)s belongs to another member.", code=said["code"])
        elif not said.get("name") and said["code"] not in known.codes:
            yield _("There is no member with the code %(code)s.", code=said["code"])
    if said.get("website") and not WEB.fullmatch(said["website"]):
        yield _("The website is no whole address, like https://www.example.org.")
    yield from member_columns.read(said, known.words)


def _kind(word: str, words: member_columns.Words) -> str:
    return next((key for key, known in KINDS.items() if word in known), "") or words.kinds.get(word, "")


def _picked(said: dict[str, str], meaning: str, known: dict[str, str], wrong: t.Any) -> t.Iterator[t.Any]:
    if said.get(meaning):
        key = known.get(fold(said[meaning]))
        if key is None:
            yield wrong
        else:
            said[meaning] = key


def _person(said: dict[str, str], _kind: str, _known: Known) -> t.Iterator[t.Any]:
    tongues = {
        fold(word): code for code in offered() for word in (code, names.own_language(code), *_names_of(code))
    }
    yield from _picked(
        said, "language", tongues, _("“%(word)s” is no language of this site.", word=said.get("language", ""))
    )
    roles = {fold(word): key for key, label in ROLES.items() for word in (key, str(label))}
    said["role"] = roles.get(fold(said.get("role", "")), said.get("role", "")) or "member"
    if said.get("email"):
        said["email"] = said["email"].lower()
        if not ADDRESS.fullmatch(said["email"]):
            yield _("“%(word)s” is no e-mail address.", word=said["email"])
    elif said.get("person"):
        yield _("The person has no e-mail address.")


def _names_of(code: str) -> list[str]:
    return [str(names.locale(tongue).languages.get(code, "")) for tongue in dict.fromkeys(["en", *offered()])]
