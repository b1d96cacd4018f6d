"""A small HTTP server that stops at once on SIGTERM, as a container's main process must."""

import json
import signal
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LARGEST_BODY = 64 * 1024


class Handler(BaseHTTPRequestHandler):
    timeout = 10

    def body(self) -> bytes | None:
        """The request's body; None, with an answer already sent, where it is too large or has no length."""
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > LARGEST_BODY:
            self.answer(413 if length.isdigit() else 411, "text/plain", b"bad length\n")
            return None
        return self.rfile.read(int(length))

    def answer(self, status: int, content_type: str, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def answer_json(self, status: int, value: object) -> None:
        self.answer(status, "application/json", json.dumps(value).encode())

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        if self.path != "/healthz":
            super().log_request(code, size)


def serve(handler: type[Handler], port: int = 8000) -> None:
    """Serves until SIGTERM or SIGINT."""
    server = ThreadingHTTPServer(("", port), handler)
    # shutdown() waits for serve_forever(), which runs in the thread that takes the signal.
    stop = lambda *_: threading.Thread(target=server.shutdown).start()  # noqa: E731
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    print(f"listening on port {port}", flush=True)
    server.serve_forever(poll_interval=0.1)
