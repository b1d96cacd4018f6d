"""``tools/setup``, once there is a virtual environment: everything else that Berth needs."""

from __future__ import annotations

import argparse
import errno
import fcntl
import sys
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from berth.diagnostics import BerthError
from berth.setup import browser, containers, goproxy, hosts, packages, pulumi
from berth.setup.explain import DISK_FULL
from berth.setup.places import OWN, cache
from berth.setup.steps import Steps


def main() -> int:
    parser = argparse.ArgumentParser(prog="tools/setup", description="Find or install what Berth needs.")
    parser.add_argument("--all", action="store_true", help="also print what was there already")
    parser.add_argument(
        "--test", action="store_true", help="also a browser, Pyright and more, which only tests and checks need"
    )
    parser.add_argument("--packages", action="store_true", help="the Python packages alone: enough for `berth check`")
    options = parser.parse_args()
    try:
        steps = Steps(OWN / "setup.log", everything=options.all)
        with one_at_a_time(steps):
            packages.install(steps) if options.packages else run(steps, options.test)
            if options.test:
                browser.install(steps)
    except BerthError as error:
        print(f"setup: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("setup: interrupted; run this again and it goes on where it stopped", file=sys.stderr)
        return 130
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        print(f"setup: {DISK_FULL.message}: {error.filename or OWN}\n    {DISK_FULL.advice}", file=sys.stderr)
        return 1
    return 0


def run(steps: Steps, test: bool) -> None:
    """What takes seconds comes first, so that an error comes early; of what takes minutes, two things at once."""
    containers.docker(steps)
    with ThreadPoolExecutor() as pool:
        images = pool.submit(containers.base_images, steps)
        try:
            packages.install(steps)
            found = pulumi.find(steps)
            lines = [*found.lines, *pulumi.plugins(steps, found)]
            lines += containers.buildkit(steps, found)
            lines += hosts.install(steps, found) if test else ()
        except BaseException:
            steps.abort()
            raise
        images.result()
    goproxy.clear(steps)
    write_environment(lines)


def write_environment(lines: list[str]) -> None:
    """For tools/environment, and so for tools/run."""
    text = "\n".join(["# Written by tools/setup, read by tools/environment.", *dict.fromkeys(lines), ""])
    file = OWN / "environment"
    if not file.exists() or file.read_text() != text:
        new = file.with_name("environment.new")
        new.write_text(text)
        new.replace(file)


@contextmanager
def one_at_a_time(steps: Steps) -> Generator[None]:
    """Checkouts share the cache, so that of two setups at once one waits."""
    cache().mkdir(parents=True, exist_ok=True)
    with (cache() / "setup.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            steps.say("setup", "waiting for another one to end")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    sys.exit(main())
