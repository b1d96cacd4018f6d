"""Works on posts in the background: counts their words."""

import signal
import threading
from pathlib import Path

import pg8000.exceptions
import pg8000.native

from shop.database import connect
from shop.settings import settings

ALIVE = Path("/tmp/alive")
"""Touched after each turn; the health check looks at its age."""


def process_next(database: pg8000.native.Connection) -> bool:
    """Works on one post; whether there was one. A second worker passes over a post that this one has locked."""
    database.run("begin")
    rows = database.run("select id, text from post where word_count is null order by id limit 1 for update skip locked")
    for id, text in rows:
        database.run("update post set word_count = :count where id = :id", count=len(text.split()), id=id)
        print(f"post {id} processed", flush=True)
    database.run("commit")
    return bool(rows)


def work(stopping: threading.Event, interval: float) -> None:
    """Turn after turn on one connection; a new one after each failure."""
    while not stopping.is_set():
        try:
            with connect() as database:
                while not stopping.is_set():
                    more = process_next(database)
                    ALIVE.touch()
                    if not more:
                        stopping.wait(interval)
        except (pg8000.exceptions.InterfaceError, pg8000.exceptions.DatabaseError, OSError) as error:
            print(f"no database: {error}", flush=True)  # one that stays away makes ALIVE too old
            stopping.wait(interval)


if __name__ == "__main__":
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    signal.signal(signal.SIGINT, lambda *_: stopping.set())
    work(stopping, settings()["worker_interval"])
