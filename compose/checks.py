"""What Compose itself lets pass, but no platform can deploy: missing Dockerfiles, one port published twice."""

from __future__ import annotations

from collections.abc import Iterator

from compose.model import Application, Service
from diagnostics import Diagnostic


def check_consistency(application: Application) -> list[Diagnostic]:
    """Every finding about builds and published ports."""
    findings = []
    for service in application.services.values():
        findings += _build(application, service)
    return [*findings, *_ports(application)]


def _build(application: Application, service: Service) -> Iterator[Diagnostic]:
    build = service.build
    if build is None:
        return
    where = {"file": application.file, "service": service.name}
    if "://" in str(build.context) or str(build.context).startswith("git@"):
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


def _ports(application: Application) -> Iterator[Diagnostic]:
    taken: dict[tuple[str, int, str], str] = {}
    for service in application.services.values():
        for port in service.ports:
            if port.published is None:
                continue
            key = (port.host_ip or "", port.published, port.protocol)
            if key in taken:
                yield Diagnostic(
                    file=application.file,
                    service=service.name,
                    key=f"ports.{port.published}",
                    message=f"service {taken[key]!r} publishes port {port.published} already",
                    advice="Give one of them another port.",
                )
            taken.setdefault(key, service.name)
