"""Works on posts in the background: counts their words."""

import signal
import threading
from pathlib import Path

import pg8000.exceptions

from shop.database import connect
from shop.settings import settings

ALIVE = Path("/tmp/alive")
"""Touched after each turn; the health check looks at its age."""


def process_next() -> bool:
    """Works on one post; whether there was one. A second worker passes over a post that this one has locked."""
    with connect() as database:
        database.run("begin")
        rows = database.run(
            "select id, text from post where word_count is null order by id limit 1 for update skip locked"
        )
        for id, text in rows:
            database.run("update post set word_count = :count where id = :id", count=len(text.split()), id=id)
            print(f"post {id} processed", flush=True)
        database.run("commit")
    return bool(rows)


def work(stopping: threading.Event, interval: float) -> None:
    while not stopping.is_set():
        try:
            more = process_next()
            ALIVE.touch()
        except (pg8000.exceptions.InterfaceError, pg8000.exceptions.DatabaseError, OSError) as error:
            more = False  # a database that stays away makes ALIVE too old
            print(f"no database: {error}", flush=True)
        if not more:
            stopping.wait(interval)


if __name__ == "__main__":
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    signal.signal(signal.SIGINT, lambda *_: stopping.set())
    work(stopping, settings()["worker_interval"])
