"""Findings on their way to the user: warnings in the preview's diagnostics, errors as one message and no traceback."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager

import pulumi

from berth.compose.locate import with_lines
from berth.diagnostics import BerthError, Diagnostic, PlatformError, errors, warnings
from berth.settings import project_directory


def report(findings: Sequence[Diagnostic], about: pulumi.Resource | None = None) -> None:
    """Print every warning, with the resource that it is about; raise all errors as one, before anything is created."""
    for finding in warnings(findings):
        pulumi.log.warn(str(finding), about)
    failed = errors(findings)
    if failed:
        raise PlatformError(*failed)


def drop_debug_messages() -> None:
    """Keep the SDK from sending its debug messages, several a resource, each of which waits for the engine.

    Nobody sees them without ``pulumi up --debug``, and they take a sixth of a preview of 50 services.
    ``BERTH_DEBUG=1`` keeps them.
    """
    if not os.environ.get("BERTH_DEBUG"):
        pulumi.log.debug = _nothing


def _nothing(*_: object, **__: object) -> None:
    pass


Findings = Sequence[Diagnostic]


@contextmanager
def one_clear_error(worded: Callable[[Findings], Findings] = tuple) -> Generator[None]:
    """Turn a Berth error into Pulumi's own, which the CLI prints without a traceback; its findings are ``worded``.

    Findings about the stack's settings get their line here: what reads settings knows nothing of files.
    """
    try:
        yield
    except BerthError as error:
        raise pulumi.RunError(
            str(BerthError(*with_lines(worded(error.diagnostics), (), project_directory())))
        ) from None
    except KeyboardInterrupt:  # Ctrl-C reaches the program, too
        raise pulumi.RunError("interrupted") from None
