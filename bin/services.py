"""Which real services this machine has for the tests: PostgreSQL, Redis, Chromium.

Prints shell lines that pass on what was found (TEST_DATABASE_URL, TEST_REDIS_URL, CHROMIUM) and forget the settings
of this shell, which must not reach the tests; names on stderr what was not found, one line each. With
CONVIVIO_NOTHING_SKIPPED=1 something not found is a failure.
"""

import getpass
import os
import shutil
import sys
from pathlib import Path
from shlex import quote

import psycopg
import redis

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from config import setting_names

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def postgresql() -> str | None:
    """The address of a server on which we may make databases."""
    user = getpass.getuser()
    tries = [f"postgresql://{user}@127.0.0.1/postgres", "postgresql://postgres@127.0.0.1/postgres"]
    tries = [os.environ["TEST_DATABASE_URL"]] if os.environ.get("TEST_DATABASE_URL") else tries
    return next((url for url in tries if may_create(url)), None)


def may_create(url: str) -> bool:
    """It answers, and lets us make databases."""
    query = "select rolcreatedb or rolsuper from pg_roles where rolname = current_user"
    try:
        with psycopg.connect(url, connect_timeout=3) as connection:
            row = connection.execute(query).fetchone()
            return bool(row and row[0])
    except psycopg.Error:
        return False


def redis_server() -> str | None:
    """The address of a Redis; its database 15, because the tests empty it."""
    url = os.environ.get("TEST_REDIS_URL") or "redis://127.0.0.1:6379/15"
    try:
        redis.Redis.from_url(url, socket_connect_timeout=3).ping()
        return url
    except redis.RedisError:
        return None


def chromium() -> str | None:
    """The path of a browser."""
    named = os.environ.get("CHROMIUM")
    return shutil.which(named) if named else next(filter(None, map(shutil.which, BROWSERS)), None)


def main() -> None:
    """Look for each, print what was found, name what was not."""
    found = {"TEST_DATABASE_URL": postgresql(), "TEST_REDIS_URL": redis_server(), "CHROMIUM": chromium()}
    skipped = {
        "TEST_DATABASE_URL": "the suite on PostgreSQL: none answers where we may make databases (TEST_DATABASE_URL)",
        "TEST_REDIS_URL": "what needs Redis: none answers (TEST_REDIS_URL)",
        "CHROMIUM": "the tests in a browser: no Chromium is installed (CHROMIUM)",
    }
    print(*(f"unset {name}" for name in setting_names()), sep="\n")
    for name, value in found.items():
        print(f"export {name}={quote(value)}" if value else f"unset {name}")
        if not value:
            print(f"Skipped: {skipped[name]}", file=sys.stderr)
    if os.environ.get("CONVIVIO_NOTHING_SKIPPED") == "1" and not all(found.values()):
        sys.exit(1)


if __name__ == "__main__":
    main()
