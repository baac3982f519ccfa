"""How gunicorn serves Convivio: one gevent worker, sockets hung up at the end, one server for each instance folder."""

import fcntl
import gc
import os
import signal
import sys
import time

os.environ.setdefault("CONVIVIO_ROLE", "web")
os.environ["CONVIVIO_SERVER"] = "gevent"

from config import Config, SettingError

try:
    settings = Config.from_env()
except SettingError as error:
    print(error, file=sys.stderr)
    sys.exit(2)

# The queue and the socket's library look for these and go without: ten megabytes of a worker that never uses them.
for other in ("requests", *(["psycopg"] if settings.SQLALCHEMY_DATABASE_URI.startswith("sqlite") else [])):
    sys.modules[other] = None

bind = f"[{settings.HOST}]:{settings.PORT}" if ":" in settings.HOST else f"{settings.HOST}:{settings.PORT}"
workers = settings.WEB_CONCURRENCY
worker_class = "gevent"
worker_connections = 2000
preload_app = False  # gevent patches each worker before it imports the app
keepalive = 75  # longer than a proxy's own, so that it is the proxy that lets go
timeout = 60
graceful_timeout = 10
control_socket_disable = True  # it would be written into the home folder
forwarded_allow_ips = ""  # TRUSTED_PROXIES decides alone whose headers count
loglevel = "warning"
accesslog = None


def on_starting(server):
    """Take the instance folder, before any worker starts."""
    server.instance_lock = take_instance()


def take_instance():
    """Alone without Redis, shared with it; what a killed server left behind is waited for."""
    os.makedirs(settings.INSTANCE_DIR, exist_ok=True)
    file = open(os.path.join(settings.INSTANCE_DIR, "web.lock"), "a")  # noqa: SIM115  kept until the process ends
    kind = fcntl.LOCK_SH if settings.REDIS_URL else fcntl.LOCK_EX
    end = time.monotonic() + 3
    while True:
        try:
            fcntl.flock(file, kind | fcntl.LOCK_NB)
            return file
        except OSError:
            if time.monotonic() > end:
                print(
                    f"Another server works in {settings.INSTANCE_DIR}: two need REDIS_URL.", file=sys.stderr
                )
                sys.exit(2)
            time.sleep(0.1)


def post_worker_init(worker):
    """Ctrl-C is for the master alone; and nobody is kept waiting by connections that stay open."""
    import gevent
    from gunicorn.workers import ggevent

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    keep_what_stays()
    worker.doors, worker.talking, worker.busy = [], set(), set()
    handle, door = worker.handle, ggevent.StreamServer

    def remembered(*connection):
        me = gevent.getcurrent()
        worker.talking.add(me)
        try:
            handle(*connection)
        finally:
            worker.talking.discard(me)
            worker.busy.discard(me)

    def remembered_door(*about, **more):
        worker.doors.append(door(*about, **more))
        return worker.doors[-1]

    worker.handle, ggevent.StreamServer = remembered, remembered_door
    gevent.spawn(hang_up, worker)
    if worker.age == 1:
        print(f"Convivio answers on http://{bind} (Ctrl-C stops it)", flush=True)


def keep_what_stays():
    """What stands after the start is no garbage: the collector need not look through it again and again."""
    gc.collect()
    gc.freeze()


def pre_request(worker, req):
    """This connection is being answered."""
    import gevent

    worker.busy.add(gevent.getcurrent())


def post_request(worker, req, environ, resp):
    """It waits for its next request, as browsers and proxies let it."""
    import gevent

    worker.busy.discard(gevent.getcurrent())


def hang_up(worker):
    """When the worker has to go: nobody new, then the sockets, whose pages come back and catch up, then who asks nothing."""
    import gevent
    from gunicorn.http.errors import NoMoreData

    from app.extensions import socketio

    while worker.alive:
        gevent.sleep(0.1)
    for door in worker.doors:
        door.close()
    while True:
        if socketio.server is not None and socketio.server.eio.sockets:
            socketio.server.eio.disconnect()
        for idle in worker.talking - worker.busy:
            idle.kill(NoMoreData(), block=False)
        gevent.sleep(0.5)
