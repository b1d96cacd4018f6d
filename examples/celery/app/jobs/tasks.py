"""What the worker does."""

import os
import socket
from pathlib import Path

from celery import Celery
from celery.signals import heartbeat_sent, worker_ready

queue = Celery("jobs", broker=os.environ["REDIS_URL"], backend=os.environ["REDIS_URL"])
queue.conf.update(
    task_acks_late=True,  # a job whose worker is replaced by a deployment is done by the next one
    broker_connection_retry_on_startup=True,
    result_expires=3600,
)


@queue.task
def count(text: str) -> dict[str, object]:
    """How many words a text has, and which worker has counted them."""
    return {"words": len(text.split()), "worker": socket.gethostname()}


@worker_ready.connect
@heartbeat_sent.connect
def be_alive(**_: object) -> None:
    """For the health check."""
    Path("/tmp/alive").touch()
