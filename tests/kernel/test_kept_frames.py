"""The frames that we keep are the library's own, to the byte."""

import pytest
from wsproto import ConnectionType
from wsproto.connection import Connection
from wsproto.events import TextMessage

from app.core import frames


@pytest.mark.parametrize("text", ["", "a", "é" * 200, "x" * 126, "x" * 70_000, "مدينة 城市"])
def test_a_kept_frame_is_the_librarys_own(text):
    assert frames.text_frame(text) == Connection(ConnectionType.SERVER).send(TextMessage(data=text))
