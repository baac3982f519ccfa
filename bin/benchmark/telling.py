"""What it costs a poster that hundreds follow: the same reply beside one that nobody follows, each with its job process."""

import sqlite3
import subprocess
import sys
import time

import measure
from ours import ask
from servers import ROOT

FOLLOWERS = 500
PATIENCE = 30.0  # seconds until the job process must have told


class Told:
    """A house whose discussions so many follow, with the job process that tells them."""

    def __init__(self, house, followers):
        self.house = house
        self.threads = house.threads()
        follow(house.database, self.threads, house.people[:followers])
        cookie, token = house.member(self.threads[0][1], number=len(house.people) - 1)
        self.make, self.link = measure.replies(house, cookie, token, self.threads), house.link()
        self.jobs = subprocess.Popen(
            [sys.executable, "-m", "app.work"], cwd=ROOT, env=house.settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )  # fmt: skip

    def reply(self):
        """Milliseconds of one reply, until its answer is here."""
        raw, start = self.make(), time.perf_counter()
        status, head, _body = self.link.ask(raw)
        took = (time.perf_counter() - start) * 1000
        if status != 303:
            raise SystemExit(f"A reply was answered {status}: {head[:200]}")
        return took

    def rest(self):
        """Wait until the job process has told everybody, so that the next reply begins in peace."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            ((behind,),) = ask(
                self.house.database,
                "SELECT (SELECT max(id) FROM activity) - (SELECT at FROM mark WHERE reader = 'notices')",
            )
            if not behind:
                time.sleep(0.05)
                return
            time.sleep(0.02)
        raise SystemExit("The job process did not tell in time.")

    def stop(self):
        """End the job process."""
        self.jobs.terminate()
        self.jobs.wait(20)


def follow(database, threads, people):
    """Let people follow discussions."""
    connection = sqlite3.connect(database)
    connection.executemany(
        "INSERT OR REPLACE INTO watch (person_id, ref, level, at) VALUES (?, ?, 'follow', '2004-03-01 00:00:00')",
        [(person, f"thread:{number}") for number, _url in threads for person in people],
    )
    connection.commit()
    connection.close()


def compare(alone, followed, replies, warm=5):
    """Milliseconds of replies that nobody follows and that many follow, in turns; what the first ones took is left out."""
    found: tuple[list[float], list[float]] = [], []
    for number in range(replies + warm):
        for one, values in zip((alone, followed), found, strict=True):
            values += [one.reply()] if number >= warm else [one.reply()][:0]
            one.rest()
    return found
