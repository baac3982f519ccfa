"""The door for servers and for `flask`: `wsgi:app`."""

import sys

from app import create_app
from config import SettingError

try:
    app = create_app()
except SettingError as error:
    print(error, file=sys.stderr)
    sys.exit(2)
