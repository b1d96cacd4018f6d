"""A small GitHub on loopback: issues, comments and pull requests, by the REST API's documentation.

Pages by the Link header: https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api
Refusals as https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api has them.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

BOT = "github-actions[bot]"
LIMIT = 65_536
PAGE = 30
"""https://docs.github.com/en/rest/issues/comments: what a page has where nobody asks for more, 100 at most."""


@dataclass(slots=True)
class Refusal:
    """What the next requests of ``method`` get instead; ``times`` of them."""

    status: int
    message: str
    headers: dict[str, str] = field(default_factory=dict)
    method: str = ""
    times: int = 1


@dataclass(slots=True)
class FakeGitHub:
    """``comments``, ``issues`` and ``pulls`` are as the API shows them, ``asked`` is each request's method and path."""

    repository: str
    token: str = "ghs_test"
    address: str = ""
    comments: list[dict[str, Any]] = field(default_factory=list)
    issues: list[dict[str, Any]] = field(default_factory=list)
    pulls: list[dict[str, Any]] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)

    def add_comment(self, number: int, body: str, login: str = BOT) -> dict[str, Any]:
        made = {
            "id": len(self.comments) + 1,
            "body": body,
            "user": {"login": login},
            "url": f"{self.address}/repos/{self.repository}/issues/comments/{len(self.comments) + 1}",
            "html_url": f"https://github.example/{self.repository}/pull/{number}#issuecomment-{len(self.comments) + 1}",
            "issue_url": f"{self.address}/repos/{self.repository}/issues/{number}",
        }
        self.comments.append(made)
        return made

    def add_issue(self, title: str, body: str = "", login: str = BOT, **more: Any) -> dict[str, Any]:
        number = len(self.issues) + 1
        made = {
            "number": number,
            "title": title,
            "body": body,
            "state": "open",
            "user": {"login": login},
            "url": f"{self.address}/repos/{self.repository}/issues/{number}",
            "html_url": f"https://github.example/{self.repository}/issues/{number}",
            **more,
        }
        self.issues.append(made)
        return made

    def add_pull(self, number: int, *labels: str, state: str = "open") -> None:
        self.pulls.append({"number": number, "state": state, "labels": [{"name": name} for name in labels]})

    def answer(self, method: str, url: str, token: str, sent: dict[str, Any]) -> tuple[int, Any, dict[str, str]]:
        """Status, JSON and headers."""
        parts = urlsplit(url)
        self.asked.append((method, parts.path))
        if token not in (f"token {self.token}", f"Bearer {self.token}"):
            return 401, {"message": "Bad credentials"}, {}
        for refusal in self.refusals:
            if refusal.times and refusal.method in ("", method):
                refusal.times -= 1
                return refusal.status, {"message": refusal.message}, refusal.headers
        path = parts.path.removeprefix(f"/repos/{self.repository}")
        if path == parts.path:
            return 404, {"message": "Not Found"}, {}
        if "body" in sent and len(sent["body"]) > LIMIT:
            return 422, {"message": "Validation Failed", "errors": [{"field": "body", "code": "custom"}]}, {}
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        if found := re.fullmatch(r"/issues/comments/(\d+)", path):
            return self._change(self.comments, "id", int(found[1]), method, sent)
        if found := re.fullmatch(r"/issues/(\d+)/comments", path):
            number = int(found[1])
            if method == "POST":
                return 201, self.add_comment(number, sent["body"]), {}
            mine = [item for item in self.comments if item["issue_url"].endswith(f"/{number}")]
            return self._page(mine, parts.path, query)
        if found := re.fullmatch(r"/issues/(\d+)", path):
            return self._change(self.issues, "number", int(found[1]), method, sent)
        if path == "/pulls":
            state = query.get("state", "open")
            return self._page([item for item in self.pulls if state in ("all", item["state"])], parts.path, query)
        if path == "/issues" and method == "POST":
            return 201, self.add_issue(**sent), {}
        if path == "/issues":
            wanted = {"state": query.get("state", "open"), "creator": query.get("creator")}
            mine = [
                item
                for item in self.issues
                if wanted["state"] in ("all", item["state"]) and wanted["creator"] in (None, item["user"]["login"])
            ]
            return self._page(mine, parts.path, query)
        return 404, {"message": "Not Found"}, {}

    def _change(
        self, items: list[dict[str, Any]], key: str, value: int, method: str, sent: dict[str, Any]
    ) -> tuple[int, Any, dict[str, str]]:
        found = next((item for item in items if item[key] == value), None)
        if found is None:
            return 404, {"message": "Not Found"}, {}
        if method == "PATCH":
            found.update(sent)
        return 200, found, {}

    def _page(self, items: list[dict[str, Any]], path: str, query: dict[str, str]) -> tuple[int, Any, dict[str, str]]:
        size, page = min(int(query.get("per_page", PAGE)), 100), int(query.get("page", 1))
        more = {**query, "page": str(page + 1)}
        following = f"{self.address}{path}?{'&'.join(f'{key}={value}' for key, value in more.items())}"
        headers = {"Link": f'<{following}>; rel="next"'} if len(items) > size * page else {}
        return 200, items[size * (page - 1) : size * page], headers


@contextmanager
def fake_github(repository: str = "acme/shop") -> Iterator[FakeGitHub]:
    """Serve one repository at a free port of loopback."""
    state = FakeGitHub(repository=repository)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_request(self) -> None:
            text = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            token = self.headers.get("Authorization", "")
            status, content, headers = state.answer(self.command, self.path, token, json.loads(text or b"{}"))
            body = json.dumps(content).encode()
            self.send_response(status)
            for name, value in {**headers, "Content-Type": "application/json; charset=utf-8"}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PATCH = handle_request

        def log_message(self, *_arguments: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
