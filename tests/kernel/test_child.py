"""The child process: what a work may use, what it may not reach, and how it ends."""

import subprocess
import time

import pytest

from app.core import child

WORKS = "tests.kernel.works"


def run(tmp_path, name, *args, **limits):
    child.run(f"{WORKS}:{name}", tmp_path, *args, limits=child.Limits(**{"seconds": 2, "wall": 5, **limits}))


def test_a_work_writes_in_its_folder_and_knows_no_settings(tmp_path, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "hush")
    run(tmp_path, "tell", tmp_path / "known")
    assert "SECRET" not in (tmp_path / "known").read_text()
    assert (tmp_path / "known").read_text().split()[0] == "HOME"


def test_a_key_of_the_work_reaches_who_asked(tmp_path):
    with pytest.raises(child.Failed, match="^encrypted$"):
        run(tmp_path, "refuse", "encrypted")


@pytest.mark.parametrize(
    ("work", "args", "limits", "why"),
    [
        ("eat", (600,), {}, "memory"),
        ("spin", (), {"seconds": 1}, "time"),
        ("fill", ("big",), {"written": 2_000_000}, "died"),
    ],
)
def test_no_work_takes_more_than_its_limits(tmp_path, work, args, limits, why):
    with pytest.raises(child.Failed, match=why):
        run(tmp_path, work, *args, **limits)


def test_the_clock_alone_makes_a_work_late(tmp_path):
    started = time.monotonic()
    with pytest.raises(child.Late):
        run(tmp_path, "wait", 60, wall=1)
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    "way", ["socket", "name", "url", "program", "shell", "fork", "remove", "rename", "up"]
)
def test_no_work_gets_out(tmp_path, way):
    folder = tmp_path / "own"
    folder.mkdir()
    with pytest.raises(child.Failed, match="PermissionError|URLError"):
        run(folder, "escape", way)
    assert not (tmp_path / "beside").exists()


def test_a_work_that_nobody_waits_for_is_ended(tmp_path, monkeypatch):
    """Whatever interrupts who waits, no child stays behind."""
    kept = []

    class Interrupted(subprocess.Popen):
        def wait(self, timeout=None):
            kept.append(self)
            if len(kept) == 1:
                raise KeyboardInterrupt
            return super().wait(timeout)

    monkeypatch.setattr(child.subprocess, "Popen", Interrupted)
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path, "wait", 60)
    assert kept[0].returncode == -9
