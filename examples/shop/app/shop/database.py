"""Connections to PostgreSQL."""

import os
from contextlib import closing

import pg8000.native

from shop.settings import secret


def connect() -> closing[pg8000.native.Connection]:
    """A connection for a `with` block."""
    return closing(
        pg8000.native.Connection(
            user="shop",
            password=secret("db_password"),
            host=os.environ["DATABASE_HOST"],
            database="shop",
            timeout=5,
        )
    )
