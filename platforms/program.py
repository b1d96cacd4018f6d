"""What each Pulumi program does with an application, from the files to the outputs: Berth's own, and any other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from berth.compose.locate import with_lines
from berth.diagnostics import Diagnostic
from berth.platforms import platform_for
from berth.platforms.application import read_application
from berth.platforms.given import check_given, with_given
from berth.platforms.outputs import ApplicationOutputs
from berth.platforms.surroundings import ALONE, Surroundings
from berth.reporting import report as report_findings
from berth.settings import Settings


def deploy_application(
    settings: Settings,
    directory: Path,
    *,
    stack: str,
    around: Surroundings = ALONE,
    report: Callable[[Sequence[Diagnostic]], None] = report_findings,
) -> ApplicationOutputs:
    """Read the settings' Compose files, relative to ``directory``, and create what they ask for.

    ``report`` gets every finding at once, before anything is created, and raises where one is an error.

    Raises:
        BerthError: the files, the settings or what is asked of AWS and Docker do not fit.
    """
    read = read_application(settings, directory)
    application = with_given(read, around)
    platform = platform_for(settings)
    settings = platform.complete(settings, stack=stack)
    findings = [*check_given(read, settings, around), *platform.check(application, settings, stack=stack)]
    report(with_lines(findings, application.files, directory))
    return platform.deploy(application, settings, around)
