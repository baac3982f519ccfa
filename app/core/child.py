"""A child process with limits: what people sent is taken apart there, never in a process of ours.

The work is a function of this project that gets the paths of a folder of its own. It has no settings and no secrets,
a bound on processor time, memory and files, reaches no network, starts no program, and writes in its folder alone.
It dies with the process that asked for it. Packages of the house are known to it without what they set up.
"""

import contextlib
import dataclasses
import importlib
import importlib.machinery
import os
import pathlib
import resource
import signal
import subprocess
import sys
import typing as t

ROOT = pathlib.Path(__file__).parents[2]
SAID = "said.txt"  # in the folder of a work: what it wrote about its end


@dataclasses.dataclass(frozen=True)
class Limits:
    """What a work may use."""

    seconds: int = 10  # of the processor
    wall: int = 30
    memory: int = 512 * 1024 * 1024
    written: int = 64 * 1024 * 1024  # in one file


USUAL = Limits()


class Failed(subprocess.SubprocessError):
    """A work came to no end; the argument says why: `time`, `memory`, `died`, or a key that the work itself gave."""


class Late(Failed):
    """The clock ran out before the processor time did: a busy machine, not a bad file. It can be tried again."""


class Refused(Exception):
    """Raised by a work that cannot go on with what it got; its key is handed to who asked."""


def run(work: str, folder: str | os.PathLike[str], *args: object, limits: Limits = USUAL) -> None:
    """Run a work, such as `app.core.redrawing:save`, in a child whose folder this is. Raises Failed or Late."""
    numbers = (limits.seconds, limits.wall, limits.memory, limits.written)
    command = [sys.executable, "-I", __file__, str(folder), work, *map(str, numbers), *map(str, args)]
    bare = {"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8", "TMPDIR": str(folder), "HOME": str(folder)}
    process = subprocess.Popen(
        command, cwd=folder, env=bare, start_new_session=True, close_fds=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        code = process.wait(limits.wall + 5)
    except subprocess.TimeoutExpired:
        raise Late("late") from None
    finally:
        if process.poll() is None:  # whoever waited was stopped, too
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    if code == -signal.SIGALRM:
        raise Late("late")
    if code:
        raise Failed("time" if code == -signal.SIGXCPU else _said(pathlib.Path(folder)))


def _said(folder: pathlib.Path) -> str:
    try:
        return (folder / SAID).read_text("utf-8", "replace")[:60] or "died"
    except OSError:
        return "died"


# --- inside the child ---------------------------------------------------------------------------------------


def work(folder: str, name: str, seconds: str, wall: str, memory: str, written: str, *args: str) -> int:
    """Do one work within its limits; return the code to end with."""
    _die_with_parent()
    signal.alarm(int(wall))
    for kind, most in (("AS", memory), ("FSIZE", written), ("CORE", "0")):
        resource.setrlimit(getattr(resource, f"RLIMIT_{kind}"), (int(most), int(most)))
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 1))
    module, _colon, function = name.partition(":")
    try:
        do = getattr(importlib.import_module(module), function)
        guard(folder)
        do(*args)
    except Refused as why:
        return _say(folder, str(why))
    except MemoryError:
        return _say(folder, "memory")
    except Exception as error:
        return _say(folder, f"died: {type(error).__name__}")
    return 0


def _say(folder: str, why: str) -> int:
    pathlib.Path(folder, SAID).write_text(why, "utf-8")
    return 1


def _die_with_parent() -> None:
    """Ask the kernel to end this process when its parent ends; where it cannot, the alarm does."""
    import ctypes

    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)


REFUSED = (
    "socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "pty.", "os.startfile",
    "urllib.", "http.", "ftplib.", "smtplib.", "os.kill", "os.putenv", "os.symlink", "os.link", "os.chmod", "os.chown",
)  # fmt: skip
CHANGED = ("os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.truncate", "os.utime")
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def guard(folder: str) -> None:
    """From now on refuse the network, programs, and every write outside of the folder."""
    inside = os.path.realpath(folder) + os.sep

    def look(event: str, args: tuple[t.Any, ...]) -> None:
        if event.startswith(REFUSED):
            raise PermissionError(event)
        if event == "open" and not (len(args) > 2 and isinstance(args[2], int) and args[2] & WRITING):
            return
        if event in CHANGED or event == "open":
            path = args[0]
            if (
                event == "open" and path == folder
            ):  # a passing file is asked for by its folder; its own path is looked at next
                return
            if isinstance(path, (str, bytes, os.PathLike)) and not _within(os.fsdecode(path), inside):
                raise PermissionError(f"{event} outside of the folder")

    sys.addaudithook(look)


def _within(path: str, inside: str) -> bool:
    return os.path.realpath(path).startswith(inside)


class Bare:
    """Finds packages of the house without running what they set up: a work needs its own module alone."""

    def find_spec(self, name: str, _path: t.Any = None, _target: t.Any = None) -> t.Any:
        """Return a package that is a folder and nothing else, None for modules and for what others made."""
        place = ROOT.joinpath(*name.split("."))
        if name.partition(".")[0] != "app" or not place.is_dir():
            return None
        spec = importlib.machinery.ModuleSpec(name, None, is_package=True)
        spec.submodule_search_locations = [str(place)]
        return spec


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.meta_path.insert(0, t.cast(t.Any, Bare()))
    sys.exit(importlib.import_module("app.core.child").work(*sys.argv[1:]))
