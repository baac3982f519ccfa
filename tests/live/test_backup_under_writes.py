"""A backup taken while people write: what was acknowledged before it began is in it, and rows and files are of one moment."""

import itertools
import subprocess
import sys
import threading

import pytest
import sqlalchemy as sa

from app import create_app
from app.board.models import Post, Thread
from app.core import files
from app.core.activity import Activity
from app.extensions import db
from tests import talk
from tests.databases import ROOT
from tests.live.server import PAUSE, Outsider, serving

WRITERS = 4


class Writer(threading.Thread):
    """Somebody outside who posts reply after reply, each with a file of its own, and keeps what was acknowledged."""

    def __init__(self, number, outsider, thread):
        super().__init__(daemon=True)
        self.number, self.outsider, self.thread = number, outsider, thread
        self.acknowledged, self.ending, self.error = [], threading.Event(), None

    def run(self):
        try:
            for turn in itertools.count():
                if self.ending.is_set():
                    return
                word = f"word-{self.number}-{turn}"
                path, fields = f"/discussions/{self.thread}/replies", {"body": word}
                status, _, body = self.outsider.posts_file(
                    path, fields, f"{word}.txt", word.encode(), f"key-{word}"
                )
                assert status in (302, 303), (status, body[:300])
                self.acknowledged.append(word)
        except BaseException as error:
            self.error = error
        finally:
            self.outsider.hangs_up()


@pytest.mark.own_database
def test_a_backup_under_writes_holds_one_moment(cast, database_url, template, tmp_path, tmp_path_factory):
    thread = talk.starts(cast, cast.chair)
    archive, other = tmp_path / "b.zip", tmp_path_factory.mktemp("other")
    with serving(database_url, tmp_path) as server:
        people = [cast.chair, cast.neighbour]
        writers = [Writer(n, Outsider(people[n % 2], server.port), thread) for n in range(WRITERS)]
        for writer in writers:
            writer.start()
        while min(len(writer.acknowledged) for writer in writers) < 3 and not any(w.error for w in writers):
            PAUSE.wait(0.05)
        before = [word for writer in writers for word in writer.acknowledged]
        command = [sys.executable, "-m", "flask", "--app", "wsgi:app", "backup", str(archive)]
        done = subprocess.run(command, cwd=ROOT, env=server.environ, capture_output=True, text=True)
        during = [word for writer in writers for word in writer.acknowledged]
        PAUSE.wait(0.3)
        for writer in writers:
            writer.ending.set()
        for writer in writers:
            writer.join(30)
        assert done.returncode == 0, done.stderr
        assert [writer.error for writer in writers] == [None] * WRITERS
        assert len(during) > len(before)  # they did write meanwhile
    with template.copy(other) as url:
        environ = {**server.environ, "DATABASE_URL": url, "INSTANCE_DIR": str(other / "instance")}
        command[-2:] = ["restore", str(archive)]
        done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        held(create_app(DATABASE_URL=url, INSTANCE_DIR=str(other / "instance"), ROLE="cli"), thread, before)


def held(app, thread, before):
    """Everything of before is there; and posts, facts, counters, attachments and bytes agree with each other."""
    with app.app_context():
        words = set(db.session.scalars(sa.select(Post.body).where(Post.thread_id == thread, Post.number > 1)))
        assert set(before) <= words
        facts = db.session.scalar(sa.select(sa.func.count()).where(Activity.verb == "board.replied"))
        assert facts == len(words) == db.session.get(Thread, thread).replies
        attached = db.session.execute(sa.select(files.Attachment.hash, files.Attachment.name)).all()
        assert {f"{word}.txt" for word in words} == {row.name for row in attached}
        for row in attached:
            assert files.store().path(row.hash).read_bytes() == row.name.removesuffix(".txt").encode()
        db.session.remove()
        db.engine.dispose()
