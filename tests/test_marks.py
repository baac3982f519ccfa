"""Marks and mosaics: the same words give the same drawing, and nothing in them is taken for HTML."""

import hashlib
import re

from app.core.marks import icon, mark, mosaic


def test_a_mark_says_the_kind_by_its_shape():
    assert 'class="mark mark--city"' in mark("city", "GRZ")
    assert 'class="mark mark--sec mark--s"' in mark("secretariat", "SEC", "s")
    assert mark("city", "GRZ", "mark--s") == mark("city", "GRZ", "s")
    assert 'aria-hidden="true"' in mark("chair", "GLA")


def test_hostile_words_stay_words():
    assert "<img" not in mark("city", "<img>", "<img>")
    assert "<img" not in icon("<img>", "<img>")
    assert "<img" not in mosaic("<img>", cls="<img>")


def test_a_name_keeps_its_mosaic():
    digest = hashlib.sha256(mosaic("City A").encode()).hexdigest()
    assert digest == "e46eb07eb9f1002f41c8a37d44958963ed678203f008e0c20f6d566c22c7b4f8", (
        "banners of all members would change"
    )
    assert mosaic("City A") != mosaic("City B")


def test_a_mosaic_is_small_and_uses_classes_only():
    for name in ("a", "Ville de Québec", "مدينة", "x" * 500):
        drawing = mosaic(name)
        assert 1_000 < len(drawing) < 9_000
        assert set(re.findall(r'class="([^"]+)"', drawing)) <= set("abcdef") | {"mosaic "}


def test_the_table_has_four_places_one_of_them_kept_free():
    drawing = mosaic("table", 12, 10, table=True, calm=0)
    assert drawing.count("a11.1 11.1") == 4
    assert re.search(r'<path class="b" d="M24\.55 19\.45[^"]*"/></svg>', drawing)
