"""The documents stay true: what they name is there."""

import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).parents[1]
DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "CHANGELOG.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document):
    for target in re.findall(r"\]\(([^)#]+)\)", document.read_text()):
        if "://" not in target:
            assert (document.parent / target).exists(), target


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_files_that_are_named_exist(document):
    named = re.findall(
        r"`((?:app|bin|tests|docs|templates|static|migrations)/[\w./-]+)`", document.read_text()
    )
    assert not [path for path in named if not (ROOT / path).exists()]


def test_the_tests_of_security_exist():
    named = set(re.findall(r"\| (tests/[\w/.]+)", (ROOT / "docs/security.md").read_text()))
    assert named and not [path for path in named if not (ROOT / path).exists()]


def test_every_case_of_security_is_answered():
    rows = re.findall(r"^\| (\d+) \|", (ROOT / "docs/security.md").read_text(), re.M)
    assert [int(number) for number in rows] == list(range(1, 62))


def test_words_name_what_the_code_has():
    sources = "\n".join(path.read_text() for path in (ROOT / "app").rglob("*.py"))
    for name in re.findall(r"`([A-Z][A-Za-z]+)(?:\.\w+)?`", (ROOT / "docs/words.md").read_text()):
        assert re.search(rf"class {name}\b", sources), name
