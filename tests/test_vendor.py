"""What the browser gets: built from what is in the repository, locked, small, and from nobody else."""

import gzip
import hashlib
import json
import pathlib
import re

import brotli
import pytest

ROOT = pathlib.Path(__file__).parents[1]
MANIFEST = json.loads((ROOT / "static/vendor/manifest.json").read_text())
DESIGNED = {
    "static/css/tokens.css": "beb8fbbfacf81a99ddb68ebf0530df8a2694ca98db410a102865e39a2fb60af0",
    "static/css/app.css": "c76ab70c911e99229327c84327babc4cf0c4b02a99d0f14d6b847ee7a5829f85",
}


def sha256(path):
    return hashlib.sha256((ROOT / path).read_bytes()).hexdigest()


def packed(path):
    return len(gzip.compress((ROOT / path).read_bytes(), 9))


@pytest.mark.parametrize("part", MANIFEST["parts"] + MANIFEST["made"], ids=lambda part: part["path"])
def test_file_is_the_one_in_the_manifest(part):
    assert sha256(part["path"]) == part["sha256"], "run bin/vendor"


@pytest.mark.parametrize("part", MANIFEST["made"], ids=lambda part: part["path"])
def test_file_was_built_from_the_present_sources(part):
    assert {source: sha256(source) for source in part["from"]} == part["from"], (
        "a source changed: run bin/vendor"
    )


def test_no_module_is_left_out():
    modules = {f"static/js/{path.name}" for path in (ROOT / "static/js").glob("*.js")}
    assert modules == set(MANIFEST["made"][0]["from"])


def test_parts_of_others_have_version_and_licence():
    lock = json.loads((ROOT / "vendor/package-lock.json").read_text())["packages"]
    for part in MANIFEST["parts"]:
        assert part["version"] == lock[f"node_modules/{part['name']}"]["version"]
        assert part["licence"]
        assert part["name"] in (ROOT / "static/NOTICE.txt").read_text()


def test_the_lock_names_no_address():
    lock = (ROOT / "vendor/package-lock.json").read_text()
    assert "resolved" not in lock
    assert "://" not in lock
    assert lock.count('"integrity"') > 5


@pytest.mark.parametrize(("path", "digest"), DESIGNED.items())
def test_style_files_are_as_designed(path, digest):
    assert sha256(path) == digest


def test_sizes():
    script = packed("static/app.js") + packed("static/vendor/socket.io.js")
    assert script <= 25_000, "script on home, board, thread and directory"
    assert packed("static/css/all.css") <= 15_000
    assert packed("static/icons.svg") <= 4_000
    assert (ROOT / "static/upload.js").stat().st_size <= 8 * 1024, "files sent in pieces"
    assert packed("static/map.js") + packed("static/map.css") + packed("static/land.json") <= 66_000, (
        "the map, once more"
    )


def test_scripts_ask_nobody_else():
    for path in ("static/app.js", "static/composer.js", "static/upload.js", "static/js/map.js"):
        hosts = re.findall(r"(?:https?|wss?)://[a-z0-9][\w.-]+", (ROOT / path).read_text())
        assert not hosts, (path, hosts)


def test_scripts_never_set_style_nor_build_pages():
    for path in (ROOT / "static/js").glob("*.js"):
        text = path.read_text()
        assert not re.search(r"\.style\b|document\.write|eval\(|new Function", text), path.name
        if path.name != "dom.js":  # the one place that reads what the server drew
            assert "innerHTML" not in text, path.name


def test_templates_need_no_inline_style_or_script():
    for path in (ROOT / "templates").rglob("*.html"):
        if "mail" not in path.parts:
            text = re.sub(r"{#.*?#}", "", path.read_text(), flags=re.S)
            assert not re.search(r"\sstyle=|<style|<script(?![^>]*\ssrc=)|\son[a-z]+=\"", text), path


def test_every_icon_that_is_asked_for_is_in_the_sprite():
    known = set(re.findall(r'id="([^"]+)"', (ROOT / "static/icons.svg").read_text()))
    for path in (ROOT / "templates").rglob("*.html"):
        asked = set(re.findall(r"icon\('([a-z-]+)'", path.read_text()))
        assert asked <= known, (path, asked - known)


PACKED = [
    "app.js",
    "composer.js",
    "upload.js",
    "vendor/socket.io.js",
    "css/all.css",
    "icons.svg",
    "map.js",
    "map.css",
    "land.json",
]


@pytest.mark.parametrize("path", PACKED)
def test_packed_files_hold_the_same(path):
    plain = (ROOT / "static" / path).read_bytes()
    assert gzip.decompress((ROOT / f"static/{path}.gz").read_bytes()) == plain, "run bin/vendor"
    assert brotli.decompress((ROOT / f"static/{path}.br").read_bytes()) == plain, "run bin/vendor"
