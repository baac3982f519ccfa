"""One of everything (world.py), made once for each worker: a test that walks through it begins with a copy."""

import copy
import shutil

import pytest

from tests import cast as casting
from tests import databases
from tests.rules import world as worlds
from tests.running import running


@pytest.fixture(scope="session")
def world_template(cast_template, tmp_path_factory):
    """The cast's database after the cast has done one of everything; its files lie beside it."""
    folder, numbers = tmp_path_factory.mktemp("world"), {}

    def fill(url):
        with running(url, folder) as app:
            numbers.update(worlds.build(casting.seated(app, *cast_template.filled)))
        return cast_template.filled

    made = databases.Template(folder, cast_template, fill)
    made.numbers = numbers
    yield made
    made.drop()


@pytest.fixture
def world_files(world_template, tmp_path):
    """The files of the world, where this test's app will look for them."""
    shutil.copytree(world_template.folder / "instance", tmp_path / "instance")


@pytest.fixture
def world(world_files, cast, world_template):
    """The world of this test."""
    return worlds.World(cast.app, cast, copy.deepcopy(world_template.numbers))
