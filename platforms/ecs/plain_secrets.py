"""Variables of the Compose file that would stand in the task definition with a secret in plain text.

The policy pack refuses them when it sees the definition, which in a first deployment is after much has been created.
"""

from __future__ import annotations

from collections.abc import Iterator

from berth.compose.model import Application, Service
from berth.diagnostics import Diagnostic, Severity
from berth.policy.guard.secret_words import secret_kind


def check_plain_secrets(application: Application, service: Service) -> Iterator[Diagnostic]:
    """A warning for each; what comes from env files or the shell, or is a secret's variable, is in Secrets Manager."""
    for name, variable in sorted(service.environment.items()):
        if variable.sensitive or name in service.extension.secret_environment:
            continue
        kind = secret_kind(name, variable.value)
        if kind:
            yield Diagnostic(
                severity=Severity.WARNING,
                file=application.file,
                service=service.name,
                key=f"environment.{name}",
                message=f"the value is {kind} in plain text, and the policy no-plain-secrets refuses such a task",
                advice="Take it from `secrets` by x-berth.secret_environment, or from an env file; where it is none, "
                "name it in policy-config.json (docs/security.md).",
            )
