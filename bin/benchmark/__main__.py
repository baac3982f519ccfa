"""bin/bench: one run, one table."""

import argparse
import contextlib
import shutil
import signal
import sys
import tempfile
import time

import plan
from ours import KEPT
from table import text


def options():
    """What the command line asks for."""
    parser = argparse.ArgumentParser(
        prog="bin/bench",
        description="Measures pages, replies and live events on the large demo network, beside what this machine"
        " can do at best, and prints one table. Takes about four minutes; --quick takes one.",
    )
    parser.add_argument(
        "--quick", action="store_true", help="fewer rounds and requests: for a look while working"
    )
    parser.add_argument(
        "--only",
        action="append",
        metavar="NAME",
        choices=plan.NAMES,
        help=f"measure only this: {', '.join(plan.NAMES)}",
    )
    parser.add_argument(
        "--ten", action="store_true", help="the pages at 10 times the posts, beside 1 time, and nothing else"
    )
    return parser.parse_args()


def main():
    """Measure, print, clean up."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    asked = options()
    KEPT.mkdir(parents=True, exist_ok=True)
    folder = tempfile.mkdtemp(prefix="run-", dir=KEPT)
    began = time.monotonic()
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        run = plan.Run(folder, stack, quick=asked.quick, only=asked.only)
        lines = run.ten() if asked.ten else run.all()
    print(text(lines))
    print(f"{time.monotonic() - began:.0f} s; definitions and targets: docs/speed.md")


if __name__ == "__main__":
    main()
