"""What stands before several desks: it hands each request to the next one in turn."""

import itertools
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx


@contextmanager
def balancer(ports: Sequence[int]) -> Iterator[str]:
    """The address before the desks on these ports; it answers 502 for one that does not serve."""
    turns = itertools.cycle(ports)
    client = httpx.Client(trust_env=False, timeout=30)

    class Turns(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(self._handed_on())
            self.send_header("Content-Length", "0")
            self.end_headers()

        def _handed_on(self) -> int:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            try:
                return client.post(
                    f"http://127.0.0.1:{next(turns)}{self.path}", content=body, headers=dict(self.headers)
                ).status_code
            except httpx.TransportError:
                return 502

        def log_message(self, *_told: object) -> None:
            """Nobody reads it."""

    with client, ThreadingHTTPServer(("127.0.0.1", 0), Turns) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
