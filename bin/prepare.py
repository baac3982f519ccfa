"""Between the installation and the start: check the settings, bring the database up to date, tell the sign-ins.

A start that finds nothing to do is over within a tenth of a second: it looks into an SQLite file without importing
the app. Everything else is done by build.py.
"""

import contextlib
import re
import sqlite3
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from config import Config, SettingError  # noqa: E402


def main() -> None:
    """Find out whether there is anything to do, and do it."""
    config = Config.from_env()
    if not is_ready(config):
        from build import build

        build()
    tell(config)


def is_ready(config: Config) -> bool:
    """The database is an SQLite file at the newest step, and somebody has an account."""
    path = config.SQLALCHEMY_DATABASE_URI.removeprefix("sqlite:///")
    if not config.SQLALCHEMY_DATABASE_URI.startswith("sqlite:") or not Path(path).exists():
        return False
    return ask(path, "select version_num from alembic_version") == newest_step() and bool(
        ask(path, "select 1 from person where state = 'active' limit 1")
    )


def ask(path: str, question: str) -> object:
    """The first value of the answer; None when there is none, or no such table."""
    with contextlib.suppress(sqlite3.Error), contextlib.closing(sqlite3.connect(path)) as connection:
        row = connection.execute(question).fetchone()
        return row[0] if row else None
    return None


def newest_step() -> str:
    """The one migration that no other follows; empty when that is not clear from their first lines."""
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "migrations/versions").glob("*.py")]
    steps, followed = (
        {
            found[1]
            for text in texts
            if (found := re.search(rf"^{name}\b.*=\s*['\"](.+?)['\"]", text, re.MULTILINE))
        }
        for name in ("revision", "down_revision")
    )
    left = steps - followed
    return left.pop() if len(left) == 1 else ""


def tell(config: Config) -> None:
    """The sign-ins again at every start, while the demo network stands."""
    kept = Path(config.INSTANCE_DIR) / "demo-sign-ins.txt"
    if config.DEMO != "no" and kept.exists():
        print(kept.read_text(encoding="utf-8").strip(), flush=True)


def fail(sentence: object) -> None:
    """One sentence instead of a traceback."""
    print(sentence, file=sys.stderr)
    sys.exit(2)


if __name__ == "__main__":
    try:
        main()
    except SettingError as error:
        fail(error)
    except Exception as error:
        if type(error).__name__ != "OperationalError":  # SQLAlchemy's: not imported here, for speed
            raise
        reason = str(getattr(error, "orig", error)).strip().splitlines()[0]
        fail(f"DATABASE_URL: the database does not answer: {reason}")
