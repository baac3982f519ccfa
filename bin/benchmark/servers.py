"""Servers that a run starts and ends: their processes, their CPU time, their memory."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
PATIENCE = 30.0  # seconds until a server must answer


class Server:
    """One gunicorn, or another program that takes over a listening socket of ours."""

    def __init__(self, command, environ, log, folder=ROOT, send_buffer=0):
        self.listener = listening(send_buffer)
        self.port = self.listener.getsockname()[1]
        fd = self.listener.fileno()
        self.log = open(log, "wb")  # noqa: SIM115  as long as the server
        self.process = subprocess.Popen(
            [part.replace("{fd}", str(fd)) for part in command],
            cwd=folder, env=environ, pass_fds=[fd], stdout=self.log, stderr=self.log,
        )  # fmt: skip
        try:
            self.wait()
        except BaseException:
            self.stop()
            raise

    def wait(self):
        """Return when it answers; the first answer comes after its worker has started."""
        end = time.monotonic() + PATIENCE
        while True:
            if self.process.poll() is not None or time.monotonic() > end:
                raise SystemExit(f"A server did not start; its log is {self.log.name}")
            if self.answers():
                return
            time.sleep(0.05)

    def answers(self):
        """Ask for a page that costs nothing, on a connection of its own."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as link:
                link.sendall(b"GET /healthz HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n")
                return link.recv(12).startswith(b"HTTP/1.1")
        except OSError:
            return False

    def processes(self):
        """The numbers of its process and of all below it."""
        return family(self.process.pid)

    def cpu_seconds(self):
        """User and system time of its processes until now."""
        return sum(cpu_seconds(number) for number in self.processes())

    def memory(self):
        """MB of its worker's own memory, and its share of what it shares (PSS)."""
        workers = self.processes()[1:] or [self.process.pid]
        return sum(proportional(number) for number in workers) / 1024

    def stop(self):
        """End it, kindly first."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            if self.process.poll() is None:
                self.process.send_signal(number)
                try:
                    self.process.wait(15)
                except subprocess.TimeoutExpired:
                    continue
        self.listener.close()
        self.log.close()

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.stop()


def listening(send_buffer=0):
    """A socket on a free port; a server takes it over, so nobody else can get the port in between."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if send_buffer:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, send_buffer)  # accepted sockets inherit it
    listener.bind(("127.0.0.1", 0))
    listener.listen(2048)
    return listener


def gunicorn(app, *more):
    """The command of one gevent worker."""
    return [sys.executable, "-m", "gunicorn", *more, "--bind", "fd://{fd}", app]


def plain_environ(**values):
    """This environment without any setting of the project, so that none of this shell reaches a run."""
    sys.path.insert(0, str(ROOT))
    from config import setting_names

    kept = {name: value for name, value in os.environ.items() if name not in setting_names()}
    return {**kept, "FLASK_SKIP_DOTENV": "1", **values}


def family(number):
    """A process and all its descendants, parents first."""
    found = [number]
    for parent in found:
        try:
            children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        except OSError:
            continue
        found += [int(child) for child in children]
    return found


def cpu_seconds(number):
    """CPU time of one process, to the nanosecond: the clock that Linux keeps for it."""
    try:
        return time.clock_gettime(~number << 3 | 2)
    except OSError:
        return 0.0


def proportional(number):
    """PSS of one process in kB."""
    text = Path(f"/proc/{number}/smaps_rollup").read_text()
    return int(next(line.split()[1] for line in text.splitlines() if line.startswith("Pss:")))
