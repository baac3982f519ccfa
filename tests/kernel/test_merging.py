"""Merging of texts by their lines: what nobody disputes is taken, what two wrote in one place is kept twice."""

import random

import pytest

from app.core.merging import END, FIRST, MARK, changes, compared, contested, merged

BASE = "one\ntwo\nthree\nfour\nfive"


def test_one_side_alone_is_taken():
    assert merged(BASE, BASE, "one\nTWO") == ("one\nTWO", False)
    assert merged(BASE, "one\nTWO", BASE) == ("one\nTWO", False)
    assert merged(BASE, "x", "x") == ("x", False)


@pytest.mark.parametrize(
    ("there", "mine", "both"),
    [
        ("ONE\ntwo\nthree\nfour\nfive", "one\ntwo\nthree\nfour\nFIVE", "ONE\ntwo\nthree\nfour\nFIVE"),
        ("ONE\ntwo\nthree\nfour\nfive", "one\nTWO\nthree\nfour\nfive", "ONE\nTWO\nthree\nfour\nfive"),
        ("two\nthree\nfour\nfive", "one\ntwo\nthree\nfour", "two\nthree\nfour"),
        (f"{BASE}\nsix", f"{BASE}\nseven", f"{BASE}\nsix\nseven"),  # both went on at the end
        (f"{BASE}\nsix", f"{BASE}\nsix\nseven", f"{BASE}\nsix\nseven"),
        ("one\ntwo\nthree\nfour\nFIVE", f"{BASE}\nsix", "one\ntwo\nthree\nfour\nFIVE\nsix"),
        ("one\nx\ntwo\nthree\nfour\nfive", "one\ntwo\nthree\ny\nfour\nfive", "one\nx\ntwo\nthree\ny\nfour\nfive"),
    ],
)  # fmt: skip
def test_changes_in_different_places_meet(there, mine, both):
    assert merged(BASE, there, mine) == (both, False)


def test_two_first_lines_of_an_empty_text_both_stand():
    assert merged("", "ours", "theirs") == ("ours\ntheirs", False)
    assert merged("a\n\nb", "a\nx\nb", "a\ny\nb") == ("a\nx\ny\nb", False)


def test_the_same_line_changed_twice_stands_twice():
    found = merged(
        BASE, "one\nTWO\nthree\nfour\nfive", "one\nzwei\nthree\nfour\nfive", ("City of Graz", "Chair")
    )
    assert found.clash
    assert found.text == "one\n<<< City of Graz\nTWO\n||| Chair\nzwei\n>>>\nthree\nfour\nfive"
    assert contested(found.text.split("\n")) == [False, *[True] * 5, False, False, False]
    settled = merged(found.text, found.text, "one\nTWO zwei\nthree\nfour\nfive")
    assert settled == ("one\nTWO zwei\nthree\nfour\nfive", False)


def test_marks_without_an_end_contest_nothing():
    assert not any(contested(["<<< a", "b", "||| c", "d"]))
    assert contested(["a", "<<<", ">>>", "b", ">>>"]) == [False, True, True, False, False]


def edited(rng, lines, who):
    """Return a text in which somebody changed, took out and added some lines, each of them once in all texts."""
    found = []
    for line in lines:
        what = rng.random()
        if what < 0.15:
            found.append(f"{who}{rng.randrange(10**9)}")
        elif what > 0.1 + 0.15:
            found.append(line)
        if rng.random() < 0.1:
            found.append(f"{who}+{rng.randrange(10**9)}")
    return found


@pytest.mark.parametrize("seed", range(40))
def test_nothing_that_anybody_wrote_is_lost(seed):
    rng = random.Random(seed)
    for _ in range(40):
        base = [f"b{number}" for number in range(rng.randrange(12))]
        there, mine = edited(rng, base, "t"), edited(rng, base, "m")
        both = merged("\n".join(base), "\n".join(there), "\n".join(mine))
        lines = both.text.split("\n")
        for wrote in (there, mine):
            new = [line for line in wrote if line not in base]
            assert [line for line in lines if line in new] == new  # all of it, once, in its order
        kept = [line for line in base if line in there and line in mine]
        assert [line for line in lines if line in kept and lines.count(line) == 1] == [
            line for line in kept if lines.count(line) == 1
        ]
        gone = {line for line in base if line not in there and line not in mine}
        assert not gone & set(lines)
        assert both.clash == any(MARK.fullmatch(line) for line in lines)
        if not both.clash:
            assert set(lines) - {""} == {
                line for line in there + mine if line not in base or line in kept
            } - {""}


def test_long_texts_are_merged_in_bounds():
    base = [f"line {number % 7}" for number in range(3000)]
    there, mine = ["first", *base], [*base, "last"]
    assert merged("\n".join(base), "\n".join(there), "\n".join(mine)).text.split("\n") == ["first", *base, "last"]  # fmt: skip
    assert compared("\n".join(base), "x")[-1] == ("ins", "x")


def test_texts_of_the_same_lines_again_and_again_are_merged_in_bounds():
    base, there, mine = ["x"] * 300, ["x", "y"] * 150, ["y", "x", "x"] * 100
    assert len(changes(base, there)) == 1 and merged("\n".join(base), "\n".join(there), "\n".join(mine)).clash
    assert compared("\n".join(base), "\n".join(there))[0] == ("del", "x")


def test_marks_again_and_again_are_found_in_bounds():
    assert contested([FIRST] * 40_000) == [False] * 40_000
    assert contested([FIRST, END] * 20_000 + [FIRST]) == [True] * 40_000 + [False]
