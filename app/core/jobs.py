"""Jobs: what takes time or has its hour, run by the one job process beside the web.

The queue is huey's: a SQLite file by default, Redis or PostgreSQL when set. Tasks take numbers only, open
their own context, and bear being run twice; a sweep finds what a killed process did not hand over.
"""

import logging
import pathlib
import typing as t

from flask import Flask, current_app
from huey import Huey, MemoryHuey, RedisHuey, SqliteHuey, crontab

from app.core import files, mail, once, pictures
from app.extensions import db

log = logging.getLogger(__name__)
Task = t.Callable[..., None]
_tasks: dict[str, Task] = {}
_hourly: list[Task] = []
_minutely: list[Task] = []


def task(name: str) -> t.Callable[[Task], Task]:
    """Register a task under a name; its arguments are numbers and short texts."""

    def keep(fn: Task) -> Task:
        _tasks[name] = fn
        return fn

    return keep


def hourly(fn: Task) -> Task:
    """Register what runs once an hour."""
    if fn not in _hourly:
        _hourly.append(fn)
    return fn


def minutely(fn: Task) -> Task:
    """Register what runs once a minute, such as what finds work that a killed process left."""
    if fn not in _minutely:
        _minutely.append(fn)
    return fn


def queue(app: Flask) -> Huey:
    """Return the app's queue, made at first use."""
    known = app.extensions.get("huey")
    if known is None:
        known = app.extensions["huey"] = _made(app)
        app.extensions["huey_run"] = known.task(name="run")(_runner(app))
        known.periodic_task(crontab(minute="*/1"), name="each_minute")(_runner(app, sweep_waiting))
        known.periodic_task(crontab(minute="*/1"), name="each_minute_more")(_runner(app, run_minutely))
        known.periodic_task(crontab(minute="17"), name="each_hour")(_runner(app, run_hourly))
    return t.cast(Huey, known)


def _made(app: Flask) -> Huey:
    if app.config.get("JOBS_AT_ONCE"):
        return MemoryHuey("convivio", immediate=True)
    url = app.config["REDIS_URL"]
    if url:
        return RedisHuey("convivio", url=url)
    folder = pathlib.Path(app.config["INSTANCE_DIR"])
    folder.mkdir(parents=True, exist_ok=True)
    return SqliteHuey("convivio", filename=str(folder / "jobs.db"))


def _runner(app: Flask, fn: Task | None = None) -> t.Callable[..., None]:
    def run(*args: t.Any) -> None:
        with app.app_context():
            if fn is not None:
                fn()
            else:
                _tasks[args[0]](*args[1:])

    return run


def enqueue(name: str, *args: t.Any) -> None:
    """Hand a task to the job process. Call it after the commit of what it works on."""
    app = t.cast(t.Any, current_app)._get_current_object()
    queue(app)
    app.extensions["huey_run"](name, *args)


def run_minutely() -> None:
    """Run what looks once a minute; what fails in one of them keeps none of the others."""
    for fn in _minutely:
        try:
            fn()
        except Exception:
            db.session.rollback()
            log.exception("a job of each minute")


def run_hourly() -> None:
    """Run what has its hour."""
    for fn in _hourly:
        fn()


def sweep_waiting() -> None:
    """Do what waits: mails to send, pictures to clean. Runs often; finds what a killed process left."""
    for number in mail.due():
        mail.send(number)
    for number in pictures.waiting():
        pictures.clean(number)


task("mail")(mail.send)
task("picture")(pictures.clean)
hourly(once.sweep)
hourly(lambda: t.cast(None, files.sweep()))
