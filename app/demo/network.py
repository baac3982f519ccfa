"""The members and spaces of the demo network as plain values, made from the data files."""

import functools
import unicodedata

from app.core.text import slug
from app.demo import content

PLAN_TITLE = "Ten-Point Plan of Action"
ARTICLES = {"Arab States": {"en": "the Arab States"}}
LEADING = ("lead city", "co-lead city")  # the city of the founding or launch does not lead by that
SUMMARIES = {
    "regional": {"en": "The regional coalition for {place}.", "fr": "La coalition régionale : {place}.",
                 "ar": "التحالف الإقليمي: {place}."},
    "national": {"en": "The national coalition for {place}.", "fr": "La coalition nationale : {place}.",
                 "ar": "التحالف الوطني: {place}."},
}  # fmt: skip
COUNTRIES = {
    "Canada": {"en": "Canada", "fr": "Canada", "ar": "كندا"},
    "United States of America": {"en": "the United States of America", "fr": "États-Unis d’Amérique",
                                 "ar": "الولايات المتحدة الأمريكية"},
}  # fmt: skip
COUNTRY_CODES = {"Canada": ["CA"], "United States of America": ["US"]}
JOINING = {"public": "open", "members": "open", "coalition": "open", "private": "request", "hidden": "invite"}
HANDLES = {"SEC": "unesco-secretariat", "SAC": "scientific-committee"}
NETWORK = {
    "en": {"summary": "All members: cities, UNESCO Chairs, partners and the secretariat."},
    "fr": {"summary": "Tous les membres : villes, chaires UNESCO, partenaires et secrétariat."},
    "ar": {"summary": "جميع الأعضاء: المدن وكراسي اليونسكو والشركاء والأمانة."},
}


def ascii_slug(words):
    """A handle's letters: the words without accents, joined by hyphens."""
    plain = words.replace("ß", "ss").replace("ı", "i").replace("ł", "l").replace("Ł", "L")
    whole = slug(unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode())
    return whole if len(whole) <= 34 else whole[:35].rpartition("-")[0]


def organisations():
    """Every organisation, in one fixed order: secretariat, cities, Chairs, partners, bodies of coalitions."""
    secretariat, body = bodies()
    cities = [city(row) for row in content.table("cities.csv")]
    chairs = [chair(row) for row in content.table("chairs.csv")]
    partners = [partner(row) for row in content.table("partners.csv")]
    return with_handles([with_languages(row) for row in [secretariat, *cities, *chairs, *partners, body]])


def with_languages(row):
    """An organisation can be written to in the languages of its accounts."""
    own = [a["languages"] for a in content.accounts().values() if a["organisation"]["code"] == row["code"]]
    return {**row, "languages": sorted({code for codes in own for code in codes})}


def bodies():
    """The two bodies that stand only in the accounts: the secretariat, and one of a coalition."""
    rows = {
        a["organisation"]["code"]: a for a in content.accounts().values() if not a["organisation"]["file"]
    }
    made = []
    for code, form, coalition in (("SEC", "secretariat", ""), ("SAC", "partner", "ECCAR")):
        name = rows[code]["organisation"]["name"]
        made.append({"form": form, "code": code, "name": name, "sort_name": name, "coalition": coalition,
                     "timezone": rows[code]["timezone"], "facts": {"verification": "project"}})  # fmt: skip
    return made


def city(row):
    """A city; those that are a county or region are not called "City of"."""
    english = row["name_en"]
    plain = "municipality or county" in row["note"] or english.endswith(("County", "City"))
    return {"form": "city", "name": english if plain else f"City of {english}", "place": row["name"],
            "sort_name": english, "population_band": row["population_band"], "standing": row["status"],
            "lead": row["lead"] == "yes", **common(row),
            "facts": kept(row, "role", "verification", "source", "note", "name_en")}  # fmt: skip


THEMES = {
    "human rights": "human-rights", "urban inclusion": "urban-inclusion", "migration": "migration", "culture": "culture",
    "cultural diversity": "culture", "intercultural dialogue": "culture", "right to education": "education",
    "democracy": "participation", "local democracy": "participation",
}  # fmt: skip


def themes(fields):
    """The themes of the controlled list that a Chair's fields name; other fields stay words."""
    return list(dict.fromkeys(THEMES[field] for field in fields.split("; ") if field in THEMES))


def chair(row):
    """A UNESCO Chair, named with its city because some share a name."""
    name = f"{row['name']}, {row['city']}"
    return {"form": "chair", "name": name, "place": "", "sort_name": name, **common(row),
            "themes": themes(row["fields"]),
            "facts": kept(row, "university", "city", "fields", "established", "verification", "source")}  # fmt: skip


def partner(row):
    """A partner; one that only published something we used is an organisation and no member."""
    other = "not named as a partner" in row["relation"]
    return {"form": "partner", "name": row["name"], "place": "", "sort_name": row["name"],
            "standing": "other" if other else "member", **common(row),
            "facts": kept(row, "kind", "city", "relation", "verification", "source")}  # fmt: skip


def common(row):
    """What the three tables share: code, place and time."""
    known = countries()
    coalition = row.get("coalition", "")
    return {"code": row["code"], "country": row["country"], "timezone": row["timezone"], "coalition": coalition,
            "region": row.get("region") or known.get(row["country"]) or region_of(coalition),
            "lat": number(row["lat"]), "lon": number(row["lon"])}  # fmt: skip


@functools.cache
def countries():
    """Country code to region."""
    return content.facts("regions.json")["countries"]


def region_of(coalition):
    """The region of a coalition, for a city whose country is not known."""
    rows = content.facts("coalitions.json")["coalitions"]
    return next((row["region"] for row in rows if row["id"] == coalition), "")


def number(value):
    """A coordinate, None where the table has none."""
    return float(value) if value else None


def kept(row, *names):
    """The named columns that hold something."""
    return {name: row[name] for name in names if row.get(name)}


def with_handles(rows):
    """Give each organisation a handle that no other has, nor a person or space."""
    taken = {person["handle"] for person in people()} | {space["handle"] for space in spaces()}
    for row in rows:
        wish = wished(row)
        row["handle"] = wish if wish not in taken else f"{wish}-{row['code'].lower()}"
        taken.add(row["handle"])
    return rows


def wished(row):
    """The handle an organisation gets unless it is taken."""
    if row["form"] == "chair":
        return ascii_slug(f"chair {row['facts']['city']}")
    return HANDLES.get(row["code"]) or ascii_slug(row["name"].removeprefix("City of "))


def people():
    """The accounts named by role, with the handle made from the display name."""
    return [
        {"handle": ascii_slug(account["display_name"]), **account} for account in content.accounts().values()
    ]


def spaces():
    """The network, its coalitions and the working groups, parents first."""
    return [network(), *coalitions(), *groups()]


def network():
    """The network itself, with its past events and the joint actions of its members."""
    row = content.facts("coalitions.json")["network"]
    facts = {"founding": {"date": row["launched"], "by": row["initiator"]}, "lead_cities": [],
             "former_names": [row["former_name"]], "renamed_on": row["renamed_on"], "events": row["events"],
             "facts": row["facts"], "plan": None}  # fmt: skip
    return {"key": "network", "handle": "network", "form": "network", "parent": None, "sight": "public",
            "joining": "open", "name": row["name"], "texts": NETWORK, "summary": NETWORK["en"]["summary"],
            "facts": facts}  # fmt: skip


def coalitions():
    """The seven coalitions, with founding, lead cities, former names, plan and dated events."""
    plans = {plan["coalition"]: plan for plan in content.facts("plan_of_action.json")["plans"]}
    return [coalition(row, plans[row["id"]]) for row in content.facts("coalitions.json")["coalitions"]]


def coalition(row, plan):
    """One coalition as a space."""
    texts = summaries(row)
    former = [row["former_name"]] if row.get("former_name") else []
    founding = {"date": row["founded"], "place": row["founded_place"], "occasion": row["launch_occasion"]}
    leads = [one for one in row["lead_cities"] if one["office"] in LEADING]
    origins = [one for one in row["lead_cities"] if one["office"] not in LEADING]
    scope, _, country = row["scope"].partition(": ")
    facts = {"founding": founding, "region": row["region"], "scope": scope,
             "countries": COUNTRY_CODES.get(country, []), "lead_cities": leads,
             "origin_cities": origins, "lead_note": row["lead_note"], "former_names": former,
             "short_name": row.get("short_name", ""), "languages": row["languages"], "facts": row["facts"], "events": row["events"],
             "plan": plan_facts(plan)}  # fmt: skip
    return {"key": row["id"], "handle": row["id"].lower(), "form": "coalition", "parent": "network",
            "sight": "public", "joining": "request", "name": row["name"], "texts": texts,
            "summary": texts["en"]["summary"], "facts": facts}  # fmt: skip


def summaries(row):
    """One line on a coalition in three languages; `scope` is "regional" or "national: Canada"."""
    scope, _, country = row["scope"].partition(": ")
    regions = {region["id"]: region["labels"] for region in content.facts("regions.json")["regions"]}
    places = COUNTRIES[country] if country else {**regions[row["region"]], **ARTICLES.get(row["region"], {})}
    return {lang: {"summary": line.format(place=places[lang])} for lang, line in SUMMARIES[scope].items()}


def plan_facts(plan):
    """A plan as a panel shows it: known titles only; an incomplete plan stays incomplete."""
    more = {
        name: plan[name]
        for name in ("drafted", "note", "groups", "known_emphases", "successor")
        if name in plan
    }
    commitments = [{"n": c["number"], **{k: c[k] for k in ("title", "summary", "verification") if c.get(k)}}
                   for c in plan["commitments"]]  # fmt: skip
    return {"id": plan["id"], "title": plan.get("name_used", PLAN_TITLE), "adopted": plan["adopted"],
            "place": plan["place"], "complete": plan["complete"], "source": plan["source"],
            "commitments": commitments, **more}  # fmt: skip


def groups():
    """The working groups."""
    made = []
    for row in content.groups():
        texts = {
            lang: {"name": row["name"][lang], "summary": row["description"][lang]} for lang in row["name"]
        }
        rule = row.get("rule", {})
        made.append({"key": row["key"], "handle": row["key"], "form": row.get("form", "group"), "rule": rule,
                     "parent": row["parent"],
                     "sight": row["visibility"], "joining": "automatic" if rule else JOINING[row["visibility"]],
                     "name": row["name"]["en"], "summary": row["description"]["en"], "texts": texts,
                     "facts": {}})  # fmt: skip
    return made


def belongings():
    """(space, account, role): everybody in the network and the own coalition, then what the files name."""
    found = {}
    for account in content.accounts().values():
        for space in filter(None, ["network", account["coalition"]]):
            found[space, account["id"]] = "member"
    named = [*content.joins().items(), *((g["key"], g["members"]) for g in content.groups())]
    found.update({(space, who): role for space, rows in named for who, role in rows})
    return [(space, who, role) for (space, who), role in found.items()]
