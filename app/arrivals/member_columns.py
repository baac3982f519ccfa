"""What a list may say of a member beside its name: read cell by cell, in the words of any language of the site."""

import datetime as dt
import re
import typing as t

from app.core.languages import _, in_language, lazy, offered
from app.members import goals, names, profile
from app.members.names import fold
from app.members.organisation_forms import BANDS, FACTS, PARTNERS, STANDINGS

MEANINGS: dict[str, t.Any] = {
    "website": lazy("Member: website"),
    "lat": lazy("Member: latitude"),
    "lon": lazy("Member: longitude"),
    "timezone": lazy("Member: time zone"),
    "size": lazy("Member: inhabitants"),
    "standing": lazy("Member: member or observer"),
    "lead": lazy("Member: lead city of its coalition"),
    "joined": lazy("Member: joined on"),
    "themes": lazy("Member: themes"),
    "commitments": lazy("Member: commitments"),
    "languages": lazy("Member: languages"),
    "about": lazy("Member: what others should know"),
    "office": lazy("City: lead office"),
    "university": lazy("Chair: university"),
    "town": lazy("Chair or partner: place"),
    "number": lazy("Chair: number"),
    "fields": lazy("Chair: works on"),
    "established": lazy("Chair: year"),
    "type": lazy("Partner: type"),
}
# The heads of our own table of members, in its order: what is taken out comes in again. "" says nothing that is taken in.
OURS: list[tuple[str, t.Any]] = [
    ("name", lazy("Name")), ("place", lazy("Own name")), ("kind", lazy("Kind")), ("code", lazy("Code")),
    ("country", lazy("Country code")), ("", lazy("Country")), ("region", lazy("Region")), ("coalition", lazy("Coalition")),
    ("standing", lazy("Member or observer")), ("size", lazy("Size of the city")), ("university", lazy("University")),
    ("lat", lazy("Latitude")), ("lon", lazy("Longitude")), ("", lazy("Place data")), ("", lazy("Address")),
    ("themes", lazy("Themes")), ("languages", lazy("Languages")), ("website", lazy("Website")), ("timezone", lazy("Time zone")),
    ("lead", lazy("Lead city")), ("joined", lazy("Joined on")), ("about", lazy("About the member")),
    ("office", lazy("Lead office")), ("town", lazy("Place of the Chair or partner")), ("number", lazy("Number of the Chair")),
    ("fields", lazy("Works on")), ("established", lazy("Established")), ("type", lazy("Type of partner")),
    ("commitments", lazy("Commitments")),
]  # fmt: skip
# Heads as lists carry them, folded; the first that fits counts. `town` stands after the name: see columns.HEADS.
HEADS = {
    "website": ("website", "web", "site", "url", "site web", "sitio web", "pagina web", "الموقع", "الموقع الإلكتروني"),
    "lat": ("lat", "latitude", "latitud", "خط العرض"),
    "lon": ("lon", "lng", "long", "longitude", "longitud", "خط الطول"),
    "timezone": ("timezone", "time zone", "fuseau horaire", "fuseau", "zona horaria", "huso horario", "المنطقة الزمنية"),
    "size": (
        "population", "population band", "inhabitants", "size", "size of the city", "habitants", "taille", "taille de la ville",
        "poblacion", "habitantes", "حجم المدينة",
    ),
    "standing": (
        "standing", "status", "member or observer", "membre ou observateur", "statut", "estado", "condicion", "عضو أم مراقب",
    ),
    "lead": ("lead", "lead city", "ville chef de file", "ville coordinatrice", "ciudad lider"),
    "joined": ("joined", "joined on", "acceded", "accession", "adhesion", "date d’adhesion", "fecha de adhesion", "ingreso"),
    "themes": ("themes", "theme", "topics", "thematiques", "temas", "المواضيع", "الموضوعات"),
    "commitments": ("commitments", "commitment", "engagements", "compromisos", "الالتزامات"),
    "languages": ("languages", "langues", "idiomas", "lenguas", "اللغات"),
    "about": ("about", "description", "presentation", "a propos", "descripcion"),
    "office": ("office", "lead office", "service", "service responsable", "oficina", "المكتب"),
    "university": (
        "university", "host institution", "host", "institution", "universite", "etablissement", "etablissement d’accueil",
        "universidad", "institucion", "الجامعة",
    ),
    "number": ("number", "chair number", "numero", "no", "الرقم"),
    "fields": ("fields", "works on", "field", "domaines", "domaine", "campos", "ambitos"),
    "established": ("year", "established", "founded", "since", "annee", "creation", "ano", "anio", "fundada", "السنة"),
    "type": ("partner type", "type of partner", "type de partenaire", "tipo de socio"),
}  # fmt: skip
TOWN = ("town", "seat", "city", "place of the chair", "ville", "siege", "ciudad", "sede", "المدينة")
LONGEST = {
    "about": 600,
    "office": 120,
    "university": 200,
    "town": 120,
    "number": 20,
    "fields": 200,
    "website": 300,
}
YES = ("yes", "y", "true", "1", "x", "oui", "vrai", "si", "verdadero", "نعم")
NO = ("no", "n", "false", "0", "non", "faux", "لا")
STEPS = ((100_000, "<100k"), (500_000, "100k-500k"), (2_000_000, "500k-2M"))
SPLIT = re.compile(r"[;|\n]")


class Words(t.NamedTuple):
    """What cells may say, folded → key."""

    themes: dict[str, str]
    standings: dict[str, str]
    bands: dict[str, str]
    types: dict[str, str]
    tongues: dict[str, str]
    regions: dict[str, str]
    kinds: dict[str, str]
    points: dict[str, str]  # commitments


def known() -> Words:
    """Return the words of every language that the site offers."""
    every = [*dict.fromkeys(["en", *offered()])]
    themes = {fold(word): row.key for row in profile.themes() for word in (row.key, *row.labels.values())}
    found = Words(themes, {}, {}, {}, {}, {}, {}, {})
    labels: list[tuple[dict[str, str], t.Callable[[], dict[str, t.Any]]]] = [
        (found.standings, lambda: {key: names.standing_word(key) for key in STANDINGS}),
        (found.bands, lambda: {key: word for key, word in BANDS.items() if key}),
        (found.types, lambda: {key: word for key, word in PARTNERS.items() if key}),
        (found.regions, lambda: names.REGIONS),
        (found.points, goals.commitments),
        (
            found.kinds,
            lambda: {key: names.kind_word(key) for key in ("city", "chair", "partner", "secretariat")},
        ),
    ]
    for tongue in every:
        with in_language(tongue):
            for into, words in labels:
                into.update({fold(str(word)): key for key, word in words().items()})
                into.update({fold(key): key for key in words()})
        for code, word in names.tongues(tongue):
            found.tongues[fold(word)] = found.tongues[code] = found.tongues[
                fold(names.own_language(code))
            ] = code
    return found


def with_ours(heads: t.Mapping[str, t.Sequence[str]]) -> dict[str, list[str]]:
    """Return known heads by meaning, those of our own table in every language of the site first."""
    found: dict[str, list[str]] = {meaning: [] for meaning in heads}
    for tongue in dict.fromkeys(["en", *offered()]):
        with in_language(tongue):
            for meaning, head in OURS:
                if meaning:
                    found[meaning].append(fold(str(head)))
    return {meaning: [*found[meaning], *heads[meaning]] for meaning in heads}


def read(said: dict[str, str], words: Words) -> t.Iterator[t.Any]:
    """Put what a line says of a member into the words that are stored; yield what is wrong with it."""
    for what, most in LONGEST.items():
        if len(said.get(what, "")) > most:
            yield _("%(what)s is longer than %(num)s characters.", what=MEANINGS[what], num=most)
    yield from _degrees(said)
    for what, known_words, wrong in (
        ("standing", words.standings, _("“%(word)s” is no standing: write member or observer.", word=said.get("standing", ""))),
        ("type", words.types, _("“%(word)s” is no type of partner that is known here.", word=said.get("type", ""))),
    ):  # fmt: skip
        if said.get(what):
            key = known_words.get(fold(said[what]))
            if key is None:
                yield wrong
            said[what] = key or ""
    yield from _several(
        said, "themes", words.themes, lambda word: _("“%(word)s” is no theme of this site.", word=word)
    )
    yield from _several(
        said,
        "commitments",
        words.points,
        lambda word: _("“%(word)s” is no commitment: write their numbers.", word=word),
    )
    yield from _several(
        said,
        "languages",
        words.tongues,
        lambda word: _("“%(word)s” is no language that is known here.", word=word),
    )
    yield from _rest(said, words)


def _degrees(said: dict[str, str]) -> t.Iterator[t.Any]:
    for what, most, wrong in (
        ("lat", 90, lazy("A latitude lies between −90 and 90.")),
        ("lon", 180, lazy("A longitude lies between −180 and 180.")),
    ):
        if said.get(what):
            value = _number(said[what])
            if value is None or not -most <= value <= most:
                yield wrong
            said[what] = str(value or 0.0)
    if bool(said.get("lat")) != bool(said.get("lon")):
        yield _("A place on the map needs both, latitude and longitude.")


def _number(cell: str) -> float | None:
    text = cell.strip().replace("−", "-").removeprefix("'")
    if not re.fullmatch(r"[+-]?\d{1,3}([.,]\d{1,12})?", text, re.ASCII):
        return None
    return float(text.replace(",", "."))


def _several(
    said: dict[str, str], what: str, words: dict[str, str], wrong: t.Callable[[str], t.Any]
) -> t.Iterator[t.Any]:
    """Several words in one cell: with a semicolon, a line or a bar between them; else with a comma."""
    cell = said.get(what, "")
    parts = [part.strip() for part in SPLIT.split(cell)]
    if len(parts) == 1 and fold(cell) not in words:
        parts = [part.strip() for part in re.split("[,،]", cell)]
    found = []
    for part in filter(None, parts):
        key = words.get(fold(part))
        if key is None:
            yield wrong(part)
        else:
            found.append(key)
    if what in said:
        said[what] = ";".join(dict.fromkeys(found))


def _rest(said: dict[str, str], words: Words) -> t.Iterator[t.Any]:
    if said.get("timezone") and said["timezone"] not in names.zones():
        yield _("“%(word)s” is no time zone: write it like Europe/Vienna.", word=said["timezone"])
    if said.get("size"):
        band = words.bands.get(fold(said["size"])) or _band(said["size"])
        if band is None:
            yield _("“%(word)s” is no number of inhabitants.", word=said["size"])
        said["size"] = band or ""
    if said.get("lead"):
        word = fold(said["lead"])
        if word not in (*YES, *NO):
            yield _("“%(word)s” is neither yes nor no.", word=said["lead"])
        said["lead"] = "y" if word in YES else ""
    if said.get("joined") and joined(said) is None:
        yield _("“%(word)s” is no day: write it like 2026-03-21.", word=said["joined"])
    if said.get("established") and not re.fullmatch(r"(19|20)\d\d", said["established"], re.ASCII):
        yield _("“%(word)s” is no year: write it like 2016.", word=said["established"])


def _band(cell: str) -> str | None:
    """Return the band of a number of inhabitants, however its thousands are set apart."""
    digits = re.sub(r"[\s.,'’\u00a0\u202f]", "", cell)
    if not re.fullmatch(r"\d{1,9}", digits, re.ASCII):
        return None
    return next((key for most, key in STEPS if int(digits) < most), ">2M")


def joined(said: t.Mapping[str, str]) -> dt.date | None:
    """Return the day that a member joined, as a line says it."""
    try:
        return dt.date.fromisoformat(said.get("joined", "")[:10])
    except ValueError:
        return None


def values(said: t.Mapping[str, str]) -> dict[str, t.Any]:
    """Return what a line that is right says of a new member, as `add_organisation` takes it."""
    kept = {"city": "town", "kind": "type"}
    facts = {name: said.get(kept.get(name, name), "") for name in FACTS.get(said["kind"], ())}
    return {
        "lat": float(said["lat"]) if said.get("lat") else None, "lon": float(said["lon"]) if said.get("lon") else None,
        "timezone": said.get("timezone", ""), "population_band": said.get("size", ""), "about": said.get("about", ""),
        "standing": said.get("standing") or "member", "lead": bool(said.get("lead")), "acceded": joined(said),
        "website": said.get("website", ""), "facts": {name: value for name, value in facts.items() if value},
        "themes": [key for key in said.get("themes", "").split(";") if key],
        "commitments": goals.kept(said.get("commitments", "").split(";"), goals.COMMITMENTS),
        "languages": [code for code in said.get("languages", "").split(";") if code],
    }  # fmt: skip
