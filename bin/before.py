"""What can be known before anything is installed: run by the scripts beside it with any Python from 3.11.

    before.py          the folder can be written, and a .venv is there or can be made
    before.py serve    and the settings are right, the port is free, and no other server works in the instance folder

Prints the lock files to be installed; or one sentence on what is wrong, and ends with 2.
"""

import fcntl
import importlib.util
import os
import re
import socket
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
sys.dont_write_bytecode = True

from config import Config, SettingError  # noqa: E402


def main() -> None:
    """Check, and print the lock files that this start needs."""
    check_folder()
    check_venv()
    locks = ["requirements.txt"]
    if sys.argv[1:] == ["serve"]:
        config = Config.from_env(simple_env())
        check_port(config.HOST, config.PORT)
        check_alone(config)
        locks += ["requirements-s3.txt"] * config.FILES_URL.startswith("s3:")
    print(*locks)


def check_folder() -> None:
    """The project's folder takes new files."""
    if not os.access(ROOT, os.W_OK) or (ROOT / ".venv").exists() and not os.access(ROOT / ".venv", os.W_OK):
        raise SettingError(
            f"The folder {ROOT} can't be written by this user: copy it to a folder of your own."
        )


def check_venv() -> None:
    """A virtual environment works already, or the module that makes one is there (Debian ships it apart)."""
    if sys.prefix == sys.base_prefix and not importlib.util.find_spec("ensurepip"):
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise SettingError(f"Python's venv module is missing: sudo apt install python{version}-venv")


def check_port(host: str, port: int) -> None:
    """Nobody else listens where we are going to."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as door:
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            door.bind(address)
    except socket.gaierror:
        raise SettingError(f"HOST must be an address of this machine, not “{host}”.") from None
    except OSError as error:
        raise SettingError(
            f"PORT {port} on {host} can't be used ({error.strerror}): choose another, as in bin/serve --port 8001."
        ) from None


def check_alone(config: Config) -> None:
    """Without Redis a second server on the same data would lose events; gunicorn.conf.py holds the lock."""
    if config.REDIS_URL:
        return
    with open(Path(config.INSTANCE_DIR) / "web.lock", "a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise SettingError(
                f"Another server works in {config.INSTANCE_DIR}: two need REDIS_URL."
            ) from None


def simple_env() -> dict[str, str]:
    """The environment over the plain lines of .env: python-dotenv, which reads all of them, is not there yet."""
    found: dict[str, str] = {}
    if (ROOT / ".env").exists() and not os.environ.get("FLASK_SKIP_DOTENV"):
        for line in (ROOT / ".env").read_text().splitlines():
            if match := re.fullmatch(r"\s*(?:export\s+)?([A-Z0-9_]+)\s*=\s*(.*?)\s*", line):
                found[match[1]] = plain(match[2])
    return {**found, **os.environ}


def plain(value: str) -> str:
    """A value without its quotes, or without the remark behind it."""
    if quoted := re.match(r"""(['"])(.*?)\1""", value):
        return quoted[2]
    return re.sub(r"\s+#.*", "", value)


if __name__ == "__main__":
    try:
        main()
    except SettingError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
