"""Works for tests of the child process: some do what they may, some what they may not."""

import os
import pathlib
import socket
import subprocess
import time
import urllib.request

from app.core.child import Refused


def write(place: str, words: str) -> None:
    """Write a file."""
    pathlib.Path(place).write_text(words, "utf-8")


def tell(place: str) -> None:
    """Write down what the child knows of its surroundings."""
    pathlib.Path(place).write_text(" ".join(sorted(os.environ)), "utf-8")


def refuse(key: str) -> None:
    """Give up with a key."""
    raise Refused(key)


def eat(megabytes: str) -> None:
    """Take memory."""
    kept = [bytearray(1024 * 1024) for _ in range(int(megabytes))]
    assert kept


def spin() -> None:
    """Use the processor without end."""
    while True:
        pass


def wait(seconds: str) -> None:
    """Use the clock and no processor."""
    time.sleep(float(seconds))


def fill(place: str) -> None:
    """Write more than may be written."""
    with open(place, "wb") as file:
        for _ in range(100):
            file.write(b"0" * 1024 * 1024)
            file.flush()


def escape(way: str) -> None:
    """Try to get out."""
    if way == "socket":
        socket.create_connection(("127.0.0.1", 9))
    elif way == "name":
        socket.getaddrinfo("localhost", 80)
    elif way == "url":
        urllib.request.urlopen("http://127.0.0.1:9/")
    elif way == "program":
        subprocess.run(["true"], check=True)
    elif way == "shell":
        os.system("true")
    elif way == "fork":
        os.fork()
    elif way == "remove":
        os.remove(__file__)
    elif way == "rename":
        os.rename(__file__, "/tmp/elsewhere")
    elif way == "up":
        pathlib.Path("../beside").write_text("out")
