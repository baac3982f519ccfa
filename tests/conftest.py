"""What every test may ask for: an app on a database of its own, the cast, seats for them."""

import contextlib
import gc
import os
import pathlib

import pytest

os.environ.setdefault("FLASK_SKIP_DOTENV", "1")

from app import create_app
from app.core import audience, lazy
from app.extensions import db
from tests import cast as casting
from tests import compiled, databases

lazy.LazyRule = compiled.KnownRule
# What is imported stays for good, and each test's app is garbage: looking through all of it often costs a sixth of the time.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 10, 10)
CAST_IN = pytest.StashKey()  # the template with the cast, where this test's database is made from it


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    """A migrated, empty database, made once for each worker."""
    made = databases.Template(tmp_path_factory.mktemp("template"))
    yield made
    made.drop()


@pytest.fixture(scope="session")
def cast_template(template, tmp_path_factory):
    """The same with the cast in it: most tests begin with that."""

    def fill(url):
        with running(url, tmp_path_factory.mktemp("filling")) as app:
            return casting.filled(app)

    made = databases.Template(tmp_path_factory.mktemp("cast"), template, fill)
    yield made
    made.drop()


@pytest.fixture
def database_url(request, template, tmp_path):
    """The address of a database in the migrated state; with the mark `own_database` one that no other test gets."""
    if "cast" in request.fixturenames:
        template = request.node.stash[CAST_IN] = request.getfixturevalue("cast_template")
    lend = template.copy if request.node.get_closest_marker("own_database") else template.lend
    with lend(tmp_path) as url:
        yield url


@pytest.fixture
def settings():
    """Settings of this test's app; override the fixture, or parametrize it, to change them."""
    return {}


@contextlib.contextmanager
def running(url, folder, **settings):
    """An app as in production on this database, with cheap passwords and jobs run at once."""
    audience.forget()
    made = create_app(
        **{
            "DATABASE_URL": url,
            "INSTANCE_DIR": str(pathlib.Path(folder, "instance")),
            "TESTING": True,
            "WTF_CSRF_ENABLED": False,
            "JOBS_AT_ONCE": True,
            "ARGON2_TIME": 1,
            "ARGON2_MEMORY": 8,
            "SECRET_KEY": "for-tests-only-not-a-secret",
            "ROLE": "cli",
            **settings,
        }
    )
    made.jinja_env.bytecode_cache = compiled.COMPILED
    yield made
    with made.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def app(database_url, tmp_path, settings):
    """An app on this test's database."""
    with running(database_url, tmp_path, **settings) as made:
        yield made


@pytest.fixture
def cast(app, request):
    """The fixed cast of tests/cast.py, in the network, with spaces for them."""
    template = request.node.stash.get(CAST_IN, None)
    return casting.seated(app, *template.filled) if template else casting.make(app)
