"""Findings on their way to the user: warnings in the preview's diagnostics, errors as one message and no traceback."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pulumi

from diagnostics import BerthError, Diagnostic, PlatformError, errors, warnings


def report(findings: Sequence[Diagnostic]) -> None:
    """Print every warning; raise all errors as one, before anything is created."""
    for finding in warnings(findings):
        pulumi.log.warn(str(finding))
    failed = errors(findings)
    if failed:
        raise PlatformError(*failed)


@contextmanager
def one_clear_error() -> Iterator[None]:
    """Turn a Berth error into Pulumi's own, which the CLI prints without a traceback."""
    try:
        yield
    except BerthError as error:
        raise pulumi.RunError(str(error)) from None
