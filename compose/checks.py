"""What Compose itself lets pass, but no platform can deploy: no service, no Dockerfile, one port published twice, two
files at one path, a health check of nothing."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from itertools import combinations

from berth.compose.model import Application, Port, Service
from berth.compose.schedule import check_schedules
from berth.diagnostics import Diagnostic, Where

REMOTE = re.compile(r"(https?|git|ssh):/|git@|github\.com/")
"""A context that Docker fetches; as a path it has lost the second slash."""

WILDCARDS = {"0.0.0.0": ".", "::": ":"}
"""An address that stands for all of its kind, and what is in each of those."""


def check_consistency(application: Application, *, empty: bool = False) -> list[Diagnostic]:
    """Every finding about builds, granted files, health checks, published ports and schedules; with ``empty`` it needs
    no service."""
    findings: list[Diagnostic] = []
    if not application.services and not empty:
        findings.append(
            Diagnostic(
                file=application.file,
                key="services",
                message="there is no service to deploy",
                advice="Add one; those with `profiles` run where `berth:profiles` names one of them.",
            )
        )
    for service in application.services.values():
        findings += _build(application, service)
        findings += _files(application, service)
        findings += _health(application, service)
    return [*findings, *_ports(application), *check_schedules(application)]


def _build(application: Application, service: Service) -> Iterator[Diagnostic]:
    build = service.build
    if build is None:
        return
    where: Where = {"file": application.file, "service": service.name}
    if REMOTE.match(str(build.context)):
        yield Diagnostic(
            **where,
            key="build.context",
            message="a remote build context is not hashed, so no image could be told from the next",
            advice="Check the source out, and name its folder.",
        )
    elif not build.context.is_dir():
        yield Diagnostic(
            **where, key="build.context", message=f"no such folder: {build.context}", advice="Correct the path."
        )
    elif build.dockerfile_inline is None and not (build.context / (build.dockerfile or "Dockerfile")).is_file():
        yield Diagnostic(
            **where,
            key="build.dockerfile",
            message=f"no such file: {build.context / (build.dockerfile or 'Dockerfile')}",
            advice="Create it, or set `build.dockerfile` to its path below the context.",
        )


def _files(application: Application, service: Service) -> Iterator[Diagnostic]:
    """Of two files at one path, the second would take the first one's place without a word."""
    granted = [*(("secrets", grant) for grant in service.secrets), *(("configs", grant) for grant in service.configs)]
    for (kind, first), (other, second) in combinations(granted, 2):
        if posixpath.normpath(first.target) == posixpath.normpath(second.target):
            yield Diagnostic(
                file=application.file,
                service=service.name,
                key=f"{other}.{second.source}",
                message=f"{second.target} is {kind}.{first.source} already",
                advice="Give one of them another `target`.",
            )


def _health(application: Application, service: Service) -> Iterator[Diagnostic]:
    """AWS refuses such a check; Docker 20.10 takes it, and the daemon ends with a panic as it first runs it.

    https://github.com/moby/moby/blob/v20.10.24/daemon/health.go
    """
    check = service.healthcheck
    if check and check.test in (("CMD",), ("CMD-SHELL",)):
        yield Diagnostic(
            file=application.file,
            service=service.name,
            key="healthcheck.test",
            message=f"{check.test[0]} has no command after it",
            advice='Write `test: ["CMD", "program", "argument"]`, or `disable: true`.',
        )


def _ports(application: Application) -> Iterator[Diagnostic]:
    published = [
        (service.name, port)
        for service in application.services.values()
        for port in service.ports
        if port.published and not port.published_to
    ]
    for (first, one), (second, other) in combinations(published, 2):
        if (one.published, one.protocol) == (other.published, other.protocol) and _overlap(one, other):
            yield Diagnostic(
                file=application.file,
                service=second,
                key=f"ports.{other.published}",
                message=f"service {first!r} publishes port {other.published} already",
                advice="Give one of them another port.",
            )


def _overlap(one: Port, other: Port) -> bool:
    """Whether two ports are on one address; without an address a port is on all of them."""
    first, second = one.host_ip or "", other.host_ip or ""
    if "" in (first, second) or first == second:
        return True
    return WILDCARDS.get(first, "-") in second or WILDCARDS.get(second, "-") in first
