"""Name the tests that every run skipped: `skipped.py RUN.xml…`, the JUnit reports of one suite. Fails if there is one.

A test that runs on one database only is skipped on the other, and counts as run.
"""

import sys
import xml.etree.ElementTree as ET


def skipped(path: str) -> tuple[set[str], dict[str, str]]:
    """The tests of one report that ran, and those that did not with their reasons."""
    ran: set[str] = set()
    missed: dict[str, str] = {}
    for case in ET.parse(path).iter("testcase"):
        name = f"{case.get('classname')}::{case.get('name')}"
        mark = case.find("skipped")
        if mark is None or mark.get("type") == "pytest.xfail":
            ran.add(name)
        else:
            missed[name] = mark.get("message") or ""
    return ran, missed


reports = [skipped(path) for path in sys.argv[1:]]
ran_somewhere = set().union(*(ran for ran, _ in reports))
never = {name: why for _, missed in reports for name, why in missed.items() if name not in ran_somewhere}
for name, why in sorted(never.items()):
    print(f"Skipped: {name}: {why}")
sys.exit(bool(never))
