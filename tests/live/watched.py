"""The app as it is, and a watch on its loop: how long one greenlet ran without letting the others.

A stall is the time from one switch to the next, without the time in which the machine gave the process no CPU: on a
busy machine that is no fault of the loop. The hub's own time is waiting, not running, and does not count.
"""

import ctypes
import threading
import time

import gevent
import greenlet

from app.core import policy
from wsgi import app

worst, switches = 0.0, 0
began = delay = 0.0
hub = gevent.get_hub()


def delayed():
    """Seconds that this thread has waited for a CPU since it started; 0 where the system does not tell."""
    try:
        with open(f"/proc/self/task/{threading.get_native_id()}/schedstat", "rb", buffering=0) as file:
            return int(file.read(100).split()[1]) / 1e9
    except (OSError, IndexError, ValueError):
        return 0.0


def trace(event, switched):
    """Called at every switch of greenlets."""
    global worst, switches, began, delay
    now = time.perf_counter()
    if event in ("switch", "throw"):
        origin, _target = switched
        if origin is not hub and now - began > 0.02:
            worst = max(worst, now - began - (delayed() - delay))
        switches += 1
        began, delay = time.perf_counter(), delayed()


@app.get("/test/stall")
@policy.public
def stall():
    """Start anew, and tell what was seen since the last time."""
    global worst, switches
    told, worst, switches = {"worst": worst, "switches": switches}, 0.0, 0
    greenlet.settrace(trace)
    return told


@app.get("/test/block")
@policy.public
def block():
    """Stop the loop for 0.3 s, as a call into C would that does not know of greenlets."""
    ctypes.CDLL(None).usleep(300_000)
    return {}


__all__ = ["app"]
