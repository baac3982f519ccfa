"""Reads the data and the sample texts of the demo network from their files."""

import csv
import json
import tomllib
from pathlib import Path

HERE = Path(__file__).parent
DATA, TEXTS = HERE / "data", HERE / "texts"


def table(name):
    """The rows of a CSV file in data/ as dictionaries."""
    with open(DATA / name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def facts(name):
    """A JSON file in data/."""
    return json.loads((DATA / name).read_text(encoding="utf-8"))


def accounts():
    """The accounts named by role, by their id."""
    return {account["id"]: account for account in facts("demo_accounts.json")["accounts"]}


def texts(name):
    """A TOML file in texts/."""
    return tomllib.loads((TEXTS / name).read_text(encoding="utf-8"))


def discussions():
    """All sample discussions, oldest first; what is left out in the files is filled in here."""
    found = [d for name in sorted(p.name for p in TEXTS.glob("??-?.toml")) for d in texts(name)["discussion"]]
    return sorted((complete(d) for d in found), key=lambda d: -d["age_days"])


def document_languages():
    """The languages of the sample documents."""
    return sorted(path.stem.partition("-")[2] for path in TEXTS.glob("documents-??.toml"))


def complete(discussion):
    """One discussion with every optional part present and its posts in order of time."""
    opening = {
        "by": discussion["by"],
        "voice": discussion["voice"],
        "body": discussion["body"],
        "after": 0,
        "attach": discussion.get("attach", []),
    }
    replies = [
        {"voice": "personal", "to": None, "attach": [], "language": discussion["language"], **r}
        for r in discussion["reply"]
    ]
    thanks = [tuple(t.rsplit(":", 1)) for t in discussion.get("thanks", [])]
    return {
        "pinned": False,
        "closed": False,
        "outcome": None,
        **discussion,
        "opening": opening,
        "replies": replies,
        "thanks": [(who, int(number)) for who, number in thanks],
    }


def updates():
    """The short updates, oldest first."""
    return sorted(texts("updates.toml")["update"], key=lambda u: -u["age_days"])


def groups():
    """The working groups, with name and description by language."""
    return texts("groups.toml")["group"]


def joins():
    """Space id to (account, role) pairs, for the network and the coalitions."""
    return texts("groups.toml")["joins"]
