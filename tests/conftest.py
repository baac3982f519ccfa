"""What every test may ask for: an app on a database of its own, the cast, seats for them."""

import gc
import os
import pathlib

import pytest

os.environ.setdefault("FLASK_SKIP_DOTENV", "1")

from app.core import lazy
from tests import cast as casting
from tests import compiled, databases
from tests.running import running

lazy.LazyRule = compiled.KnownRule
FOLDER = pathlib.Path(__file__).parent
FILLED = (
    pytest.StashKey()
)  # the template that this test's database is made from, where there is somebody in it
# What a test asks for, and the template that has it.
TEMPLATES = {"world": "world_template", "cast": "cast_template"}


def pytest_collection_modifyitems(items):
    """Files of no folder come first: at first workers are given many tests in a row, and so one alone fills the demo."""
    items.sort(key=lambda item: item.path.parent != FOLDER)


def pytest_collection_finish(session):
    """What is imported stays for good, and each test's app is garbage: all of it is not looked through for that."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 10, 10)


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
    for wanted, name in TEMPLATES.items():
        if wanted in request.fixturenames:
            template = request.node.stash[FILLED] = request.getfixturevalue(name)
            break
    lend = template.copy if request.node.get_closest_marker("own_database") else template.lend
    with lend(tmp_path) as url:
        yield url


@pytest.fixture
def settings():
    """Settings of this test's app; override the fixture, or parametrize it, to change them."""
    return {}


@pytest.fixture
def app(request, database_url, tmp_path, settings):
    """An app on this test's database."""
    waits = bool(request.node.get_closest_marker("own_database"))
    with running(database_url, tmp_path, waits=waits, **settings) as made:
        yield made


@pytest.fixture
def cast(app, request):
    """The fixed cast of tests/cast.py, in the network, with spaces for them."""
    template = request.node.stash.get(FILLED, None)
    return casting.seated(app, *template.filled) if template else casting.make(app)
