"""The shop's JSON API: GET and POST /api/posts."""

import json

import pg8000.exceptions

from shop.database import connect
from shop.server import Handler, serve
from shop.settings import settings

COLUMNS = ("id", "author", "text", "created_at", "word_count")


def posts(limit: int) -> list[dict]:
    """The newest posts first; `word_count` is null until the worker has been at them."""
    with connect() as database:
        rows = database.run(f"select {', '.join(COLUMNS)} from post order by id desc limit :limit", limit=limit)
    return [
        {**dict(zip(COLUMNS, row, strict=True)), "created_at": row[COLUMNS.index("created_at")].isoformat()}
        for row in rows
    ]


def add_post(author: str, text: str) -> int:
    with connect() as database:
        return database.run(
            "insert into post (author, text) values (:author, :text) returning id", author=author, text=text
        )[0][0]


def parse_post(body: bytes, longest: int) -> tuple[str, str]:
    """The author and text of a posted JSON object; ValueError says what is wrong with it."""
    value = json.loads(body)
    if not isinstance(value, dict):
        raise ValueError("must be an object")
    author, text = value.get("author", "guest"), value.get("text")
    if not isinstance(author, str) or not 0 < len(author) <= 64 or "\0" in author:
        raise ValueError("author must be a text of 1 to 64 characters")
    if not isinstance(text, str) or not text.strip() or len(text) > longest or "\0" in text:
        raise ValueError(f"text must have 1 to {longest} characters")
    return author, text


class Api(Handler):
    settings: dict

    def do_GET(self) -> None:
        try:
            if self.path == "/healthz":
                with connect() as database:
                    database.run("select 1")
                self.answer_json(200, {"status": "ok"})
            elif self.path == "/api/posts":
                self.answer_json(200, posts(self.settings["posts_shown"]))
            else:
                self.answer_json(404, {"error": "not found"})
        except (pg8000.exceptions.InterfaceError, pg8000.exceptions.DatabaseError, OSError) as error:
            self.fail(error)

    def do_POST(self) -> None:
        if self.path != "/api/posts":
            self.answer_json(404, {"error": "not found"})
            return
        if (body := self.body()) is None:
            return
        try:
            author, text = parse_post(body, self.settings["longest_post"])
        except ValueError as error:
            self.answer_json(400, {"error": str(error)})
            return
        try:
            self.answer_json(201, {"id": add_post(author, text)})
        except (pg8000.exceptions.InterfaceError, pg8000.exceptions.DatabaseError, OSError) as error:
            self.fail(error)

    def fail(self, error: Exception) -> None:
        self.log_error("database: %s", error)
        self.answer_json(503, {"error": "the database does not answer"})


if __name__ == "__main__":
    Api.settings = settings()
    serve(Api)
