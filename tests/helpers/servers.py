"""A server of documents over HTTP, which delays, refuses and breaks off as servers do."""

from __future__ import annotations

import json
import posixpath
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock
from typing import Any, cast
from urllib.parse import unquote


class Served(ThreadingHTTPServer):
    """
    A server of documents that cannot list, and that records what it is asked for.

    ``status`` has the statuses of keys that are refused, ``passing`` how often a key is
    answered with 503 first, ``cut`` the keys whose bodies break off, ``hanging`` those that
    are never answered. ``mode`` is the answer for what is not there: a status, ``"html"`` (a
    page with status 200), or ``"401-all"``, which refuses everything; ``query`` is what a
    request must have, or it is answered with 403. ``asked`` has the keys that were asked for,
    and ``paths`` the same as they were sent. ``most`` is how many requests were under way at
    once.
    """

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, documents: dict[str, Any]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.lock = Lock()
        self.under_way = 0
        self.over = Event()
        self.reset(documents)

    def reset(self, documents: dict[str, Any] | None = None) -> None:
        """Forget all that was set and recorded, and serve these documents."""
        self.documents = documents or {}
        self.mode = "404"
        self.query = ""
        self.status: dict[str, int] = {}
        self.passing: dict[str, int] = {}
        self.cut: set[str] = set()
        self.hanging: set[str] = set()
        self.asked: list[str] = []
        self.paths: list[str] = []
        self.delay = 0.0
        self.most = 0

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.server_port}"

    def begin(self, key: str, path: str) -> int | None:
        """Take a request; return the status if it is refused for now."""
        with self.lock:
            self.asked.append(key)
            self.paths.append(path)
            self.under_way += 1
            self.most = max(self.most, self.under_way)
            if self.passing.get(key):
                self.passing[key] -= 1
                return 503
        return None

    def end(self) -> None:
        """Leave a request."""
        with self.lock:
            self.under_way -= 1


class Handler(BaseHTTPRequestHandler):
    """Answers with a document, or with a refusal."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        # As servers do: without the query, decoded once, and with `..` resolved.
        path, _, query = self.path.partition("?")
        key = unquote(path).lstrip("/")
        key = posixpath.normpath(f"/{key}").lstrip("/") if ".." in key else key
        served = cast("Served", self.server)
        refused = served.begin(key, self.path)
        try:
            if key in served.hanging:
                served.over.wait(30)
                self.close_connection = True
                return
            time.sleep(served.delay)
            found = served.documents.get(key)
            status = refused or served.status.get(key, 200)
            if status == 200 and (served.mode == "401-all" or query != served.query):
                status = 401 if served.mode == "401-all" else 403
            elif status == 200 and found is None:
                found = b"<!DOCTYPE html><html><body>Not found</body></html>"
                status = {"html": 200, "token": 404}.get(served.mode) or int(served.mode)
            content = found if isinstance(found, bytes) else json.dumps(found).encode()
            text = content if status == 200 else b""
        finally:
            served.end()
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        if key in served.cut:
            self.close_connection = True
            text = text[:20]
        if self.command != "HEAD":
            self.wfile.write(text)

    do_HEAD = do_GET  # which clients of S3 send

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name
        """Say nothing."""
