"""The job process: the durable readers, the mails, the pictures, and the queue. Run as `python -m app.work`."""

import logging
import os
import signal
import sys
import threading
import typing as t

from flask import Flask

from app.core import jobs, readers
from app.extensions import db

log = logging.getLogger("convivio.work")
LOOK = 0.1  # seconds between two looks; no bus is needed
BEAT = 5.0


class Worker:
    """Turns until it is told to stop; looks at the stop flag between batches."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.stopping = threading.Event()

    def read(self) -> None:
        """Let the readers read what is new."""
        while not self.stopping.is_set():
            if not self._guarded(self._read_once):
                self.stopping.wait(LOOK)

    def _read_once(self) -> bool:
        busy = False
        for name in readers.names():
            if readers.has_work(name) and not self.stopping.is_set():
                db.session.rollback()
                busy = bool(readers.tell_one(name)) or busy
                readers.retry(name)
        return busy

    def sweep(self) -> None:
        """Send the mails and clean the pictures that wait."""
        while not self.stopping.is_set():
            self._guarded(jobs.sweep_waiting)
            self.stopping.wait(LOOK * 3)

    def beat(self) -> None:
        """Leave a sign of life for /readyz."""
        from app.core.health import beat

        while not self.stopping.is_set():
            self._guarded(beat)
            self.stopping.wait(BEAT)

    def _guarded(self, fn: t.Callable[[], t.Any]) -> t.Any:
        try:
            with self.app.app_context():
                return fn()
        except Exception:
            log.exception("a turn of the job process")
            self.stopping.wait(0.5)
            return False

    def start(self) -> list[threading.Thread]:
        """Start the threads of work; return them."""
        threads = [threading.Thread(target=fn, daemon=True) for fn in (self.read, self.sweep, self.beat)]
        for thread in threads:
            thread.start()
        consumer = jobs.queue(self.app).create_consumer(
            workers=1, worker_type="thread", periodic=True, initial_delay=0.05, max_delay=0.5
        )
        consumer._set_signal_handlers = lambda: None
        consumer.start()
        self.consumer = consumer
        return threads

    def stop(self) -> None:
        """Ask all to stop after their batch."""
        self.stopping.set()
        self.consumer.stop()


def main() -> int:
    """Run until SIGTERM or SIGINT, or until the parent is gone."""
    os.environ["CONVIVIO_ROLE"] = "jobs"
    from app import create_app

    worker = Worker(create_app())
    logging.getLogger("huey").setLevel(logging.WARNING)  # else some lines for each minute's task
    done = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: done.set())
    threads = worker.start()
    parent = os.getppid()
    while not done.wait(0.5) and os.getppid() == parent:
        pass
    worker.stop()
    for thread in threads:
        thread.join(5)
    return 0


if __name__ == "__main__":
    sys.exit(main())
