"""The health checks: `python3 -m shop.health URL`, or a file that a process must have touched lately."""

import os
import sys
import time
import urllib.request

OLDEST = 15
"""Seconds."""


def healthy(subject: str) -> bool:
    if subject.startswith("http"):
        with urllib.request.urlopen(subject, timeout=2) as answer:
            return answer.status == 200
    return time.time() - os.stat(subject).st_mtime < OLDEST


if __name__ == "__main__":
    try:
        sys.exit(0 if healthy(sys.argv[1]) else 1)
    except OSError as error:
        sys.exit(f"{sys.argv[1]}: {error}")
