"""Reading of lines of minutes: what was decided, who does what until when, in several languages and many forms."""

import datetime as dt
import random

import pytest
from babel.dates import format_date

from app.calendar.minutes_lines import ACTION, DECISION, TONGUES, paired, read, short
from app.core.languages import catalogue

TODAY = dt.date(2026, 11, 29)


def said(line):
    found = read(line, TODAY)
    return found and (found.handles, found.name, found.day, found.text, found.fault)


@pytest.mark.parametrize("code", ["en", "fr", "ar"])
def test_the_example_beside_the_minutes_is_read_as_it_is_meant(code):
    handles, name, day, text, fault = said(
        catalogue(code).gettext("action: @city-of-graz by 15 Dec send the list")
    )
    assert (handles, name, day, fault) == (("city-of-graz",), "", "2026-12-15", "") and text


@pytest.mark.parametrize(
    ("line", "handles", "name", "day", "text"),
    [
        ("action: @city-of-graz by 15 Dec send the list", ("city-of-graz",), "", "2026-12-15", "send the list"),
        ("- Action: @graz, @chair by 15 December 2026: send", ("graz", "chair"), "", "2026-12-15", "send"),
        ("* **Action:** send the list by 3/1", (), "", "2027-01-03", "send the list"),
        ("1. [ ] TODO: @graz by Sept 3 call", ("graz",), "", "2027-09-03", "call"),
        ("action: City of Graz by 15 Dec send the list", (), "City of Graz", "2026-12-15", "send the list"),
        ("Action: City of Graz: send the list", (), "City of Graz", "", "send the list"),
        ("Action (@graz, 15 Dec): send", ("graz",), "", "2026-12-15", "send"),
        ("action @graz: send no later than 2027-02", ("graz",), "", "2027-02", "send"),
        ("action: by Dec 15, 2026 @graz send", ("graz",), "", "2026-12-15", "send"),
        ("action: @graz send it by March", ("graz",), "", "2027-03", "send it"),
        ("action: @graz by 15.12.26 send", ("graz",), "", "2026-12-15", "send"),
        ("action: prepare the note, by 29 Feb", (), "", "2028-02-29", "prepare the note"),
        ("action : @x avant le 1er février écrire", ("x",), "", "2027-02-01", "écrire"),
        ("Acción: @x antes del 15 de diciembre de 2026 enviar", ("x",), "", "2026-12-15", "enviar"),
        ("действие: @x до 15 декабря отправить", ("x",), "", "2026-12-15", "отправить"),
        ("行动：@x 12月15日前 发送", ("x",), "", "2026-12-15", "发送"),
        ("إجراء: @x قبل ١٥ ديسمبر إرسال القائمة", ("x",), "", "2026-12-15", "إرسال القائمة"),
        ("action: send by bus the 15 people", (), "", "", "send by bus the 15 people"),
        ("action: write to 3 cities", (), "", "", "write to 3 cities"),
    ],
)  # fmt: skip
def test_actions_are_read(line, handles, name, day, text):
    assert said(line) == (handles, name, day, text, "")
    assert read(line, TODAY).kind == ACTION


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("decision: we meet in March", "we meet in March"),
        ("- Décision : oui", "oui"),
        ("De\u0301cision: oui", "oui"),
        ("Решение: да", "да"),
        ("قرار: نعم", "نعم"),
        ("决定：是", "是"),
        ("Decision: (unanimous) yes", "(unanimous) yes"),
    ],
)
def test_decisions_are_read(line, text):
    found = read(line, TODAY)
    assert (found.kind, found.text, found.fault) == (DECISION, text, "")


@pytest.mark.parametrize(
    "line",
    ["", "Action plan: a table", "actions taken: we did", "The action: none", "We took a decision.", ":", "action", "x" * 3000],
)  # fmt: skip
def test_other_lines_are_words(line):
    assert read(line, TODAY) is None


def test_faults_keep_the_line():
    assert said("action: @x by 31 Feb send")[4] == "day"
    assert said("action: @x")[4] == "empty"
    assert said("decision:")[4] == "empty"
    assert read("action: @x by 31 Feb send", TODAY).line == "action: @x by 31 Feb send"
    assert read("action: write to us by post: soon", TODAY).otherwise == "write to us by post: soon"


@pytest.mark.parametrize("tongue", TONGUES)
def test_every_month_of_every_language_is_read(tongue):
    before = {
        "ar": "قبل",
        "ru": "до",
        "zh": "在",
        "fr": "avant le",
        "es": "antes del",
        "de": "bis",
        "it": "entro",
        "pt": "até",
    }
    for month in range(1, 13):
        day = dt.date(2027, month, 11)
        for style in ("d MMMM y", "d MMM y", "d MMMM") if tongue != "zh" else ("y年M月d日", "M月d日"):
            words = format_date(day, style, locale=tongue)
            line = f"action: @x {before.get(tongue, 'by')} {words} go"
            wanted = day.isoformat() if "y" in style or month < 11 else f"2026-{month:02}-11"
            wanted = wanted if "y" in style or month != 11 else "2027-11-11"
            assert said(line) == (("x",), "", wanted, "go", ""), line


def test_anything_at_all_is_read_without_a_fault_of_ours():
    pieces = [
        "action",
        "decision",
        ":",
        "：",
        "@x",
        "by",
        "15",
        "Dec",
        "(",
        ")",
        "-",
        " ",
        "٣",
        "月",
        "https://a.b",
    ]
    rng = random.Random(4)
    for _ in range(3000):
        line = "".join(rng.choices(pieces, k=rng.randrange(12)))
        found = read(line, TODAY)
        assert found is None or found.line == line.strip()


def test_lines_are_known_again():
    assert paired(["a b c", "x y z"], ["x y z w", "a b c"]) == [1, 0]
    assert paired(["action: @x send the list"], ["action: @x by 15 Dec send the whole list"]) == [0]
    assert paired(["action: @x send the list"], ["something else entirely 123"]) == [None]
    assert paired(["same", "same"], ["same", "same", "same"]) == [0, 1, None]
    assert paired([], ["x"]) == [None]


def test_a_long_text_is_cut_at_a_word():
    assert short("word " * 80).endswith("word…")
    assert len(short("w" * 300)) == 200


def test_lines_that_are_hard_to_tell_apart_are_known_again_in_bounds():
    rng = random.Random(5)
    before = ["action: " + "".join(rng.choices("ab ", k=400)) for _ in range(60)]
    assert paired(before, [line + "c" for line in reversed(before)]) == list(reversed(range(60)))


def test_a_line_full_of_words_before_a_day_is_read_in_bounds():
    found = read("action: " + "by " * 660, TODAY)
    assert found.day == "" and not found.fault
