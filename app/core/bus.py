"""The bus between web processes, over Redis: it says "look again" and nothing else."""

import logging
import threading
import time
import typing as t

from flask import Flask

from app.core import database
from app.extensions import socketio

log = logging.getLogger(__name__)
CHANNEL = "convivio-look"
_bus: t.Any = None


def listen(app: Flask, bell: threading.Event, over: t.Callable[[], bool]) -> None:
    """Ring the bell at other processes' commits until it is over; without Redis the slow poll finds them."""
    if not app.config["REDIS_URL"]:
        return

    def hear() -> None:
        import redis

        while not over():
            try:
                hub = redis.Redis.from_url(app.config["REDIS_URL"]).pubsub(ignore_subscribe_messages=True)
                hub.subscribe(CHANNEL)
                for _ in hub.listen():
                    bell.set()
            except Exception as error:
                log.warning("the bus is away: %s", error)
                time.sleep(1)  # then it is asked again; meanwhile the slow poll finds what was missed

    socketio.start_background_task(hear)


def ring() -> None:
    """Tell other processes to look again. Never raises, never waits long."""
    global _bus
    url = database.setting("REDIS_URL")
    if not url:
        return
    import redis

    if _bus is None:
        _bus = redis.Redis.from_url(url, socket_timeout=0.2, socket_connect_timeout=0.2)
    try:
        _bus.publish(CHANNEL, "")
    except redis.RedisError as error:
        log.warning("the bus is away: %s", error)
