"""The ceiling of fan-out: the `websockets` library tells 300 bytes to all its clients when one of them says "go"."""

import asyncio
import socket
import sys

from websockets.asyncio.server import broadcast, serve
from websockets.datastructures import Headers
from websockets.http11 import Response

EVENT = '{"event":"fact","words":"' + "x" * 273 + '"}'


async def hear(client):
    """Keep a client; pass on its word."""
    async for _word in client:
        broadcast(client.server.connections, EVENT)


def answer(_client, request):
    """Say that the server is there, to whoever does not want a websocket."""
    if request.path == "/healthz":
        return Response(200, "OK", Headers(), b"")
    return None


async def main():
    """Serve until the end, on the socket that was handed over."""
    listener = socket.socket(fileno=int(sys.argv[1]))
    async with serve(
        hear, sock=listener, process_request=answer, ping_interval=None, compression=None
    ) as server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
