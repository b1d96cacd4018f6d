"""The shop's front: the page, the form, and /api passed on to the API."""

import hashlib
import hmac
import html
import json
import secrets
import urllib.error
import urllib.parse
import urllib.request
from http.cookies import CookieError, SimpleCookie

from shop.server import Handler, serve
from shop.settings import secret, settings

API = "http://api:8000/api/posts"
PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>
<style>
body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 2rem auto; padding: 0 1rem }}
textarea {{ width: 100%; box-sizing: border-box }} li {{ margin: 1rem 0 }} small {{ color: #666 }}
</style>
<h1>{title}</h1>
<form method="post" action="/posts">
<label>What do you say? <textarea name="text" rows="3" maxlength="{longest}" required></textarea></label>
<button>Post</button>
</form>
<ul>
{posts}
</ul>
</html>
"""
ITEM = "<li>{text}<br><small>{author} · {created} · {words}</small></li>"


def sign(visitor: str, key: str) -> str:
    """The cookie's value: who the visitor is, and proof that this shop said so."""
    return f"{visitor}.{hmac.new(key.encode(), visitor.encode(), hashlib.sha256).hexdigest()}"


def visitor_of(cookies: str, key: str) -> str | None:
    """The visitor that a request's cookies name, or None where they name none or are forged."""
    try:
        morsel = SimpleCookie(cookies).get("visitor")
    except CookieError:
        return None
    visitor = morsel.value.partition(".")[0] if morsel else ""
    return visitor if morsel and hmac.compare_digest(morsel.value, sign(visitor, key)) else None


def page(posts: list[dict], visitor: str | None, title: str, longest: int) -> str:
    items = [
        ITEM.format(
            text=html.escape(post["text"]),
            author="you" if post["author"] == visitor else html.escape(post["author"]),
            created=html.escape(post["created_at"][:16].replace("T", " ")),
            words="new" if post["word_count"] is None else f"{post['word_count']} words",
        )
        for post in posts
    ]
    return PAGE.format(title=html.escape(title), longest=longest, posts="\n".join(items))


def call_api(body: bytes | None = None) -> tuple[int, bytes]:
    request = urllib.request.Request(API, data=body, headers={"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()
    except OSError:
        return 502, b'{"error": "the API does not answer"}'


class Web(Handler):
    settings: dict
    key: str

    def do_GET(self) -> None:
        if self.path == "/healthz":
            self.answer(200, "text/plain", b"ok\n")
        elif self.path == "/api/posts":
            status, body = call_api()
            self.answer(status, "application/json", body)
        elif self.path == "/":
            self.send_page()
        else:
            self.answer(404, "text/plain", b"not found\n")

    do_HEAD = do_GET

    def do_POST(self) -> None:
        if self.path not in ("/posts", "/api/posts"):
            self.answer(404, "text/plain", b"not found\n")
        elif (body := self.body()) is None:
            return
        elif self.path == "/api/posts":
            status, answer = call_api(body)
            self.answer(status, "application/json", answer)
        else:
            self.add_post(body)

    def send_page(self) -> None:
        status, body = call_api()
        if status != 200:
            self.answer(503, "text/plain", b"The shop is closed for a moment.\n")
            return
        visitor = visitor_of(self.headers.get("Cookie", ""), self.key)
        text = page(json.loads(body), visitor, self.settings["title"], self.settings["longest_post"])
        self.answer(200, "text/html; charset=utf-8", text.encode())

    def add_post(self, body: bytes) -> None:
        text = urllib.parse.parse_qs(body.decode(errors="replace")).get("text", [""])[0]
        visitor = visitor_of(self.headers.get("Cookie", ""), self.key) or f"guest-{secrets.token_hex(3)}"
        status, answer = call_api(json.dumps({"author": visitor, "text": text}).encode())
        if status != 201:
            self.answer(status, "application/json", answer)
            return
        cookie = f"visitor={sign(visitor, self.key)}; Path=/; HttpOnly; SameSite=Lax; Max-Age=31536000"
        self.answer(303, "text/plain", b"", {"Location": "/", "Set-Cookie": cookie})


if __name__ == "__main__":
    Web.settings = settings()
    Web.key = secret("session_key")
    serve(Web)
