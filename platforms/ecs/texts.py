"""Texts that AWS has no room for: secrets that are empty or large, and what makes a task definition too long."""

from __future__ import annotations

import json
from collections.abc import Iterator

from berth.compose.model import Application, Service
from berth.diagnostics import Diagnostic
from berth.platforms.values import Values

MAXIMUM_BYTES = 65_536
"""Of a task definition, and of a secret:
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html
https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html"""

REST = 4096
"""Bytes that a task definition has beside the file's own texts, rounded up."""


def check_texts(application: Application, values: Values) -> Iterator[Diagnostic]:
    """Every finding about the lengths of secrets, configs and variables."""
    for name, value in sorted(values.secrets.items()):
        size = len(value.encode(errors="surrogateescape"))
        if not _is_text(value):
            yield Diagnostic(
                file=application.file,
                key=f"secrets.{name}",
                message="is no text, and ECS hands a secret over as a variable",
                advice="Store it in Base64, and decode it in the program.",
            )
        if not 1 <= size <= MAXIMUM_BYTES:
            yield Diagnostic(
                file=application.file,
                key=f"secrets.{name}",
                message=f"has {size} bytes; Secrets Manager stores 1 to {MAXIMUM_BYTES:,}",
                advice="Leave an empty one out, and put a large file into the image or a bucket.",
            )
    for name, service in sorted(application.services.items()):
        size = _size(service, values) + REST
        if size > MAXIMUM_BYTES:
            yield Diagnostic(
                file=application.file,
                service=name,
                key="configs" if service.configs else "environment",
                message=f"its task definition would have {size:,} bytes; ECS takes {MAXIMUM_BYTES:,}",
                advice="COPY large files in the Dockerfile; a secret has room of its own.",
            )


def _is_text(value: str) -> bool:
    """Bytes that are no UTF-8 are lone surrogates here."""
    return "\0" not in value and not any("\ud800" <= character <= "\udfff" for character in value)


def _size(service: Service, values: Values) -> int:
    """Bytes of the service's own texts, as JSON has them."""
    configs = [values.configs[grant.source] for grant in service.configs if grant.source in values.configs]
    environment = {key: item.value for key, item in service.environment.items() if not item.sensitive}
    texts = [content.decode(errors="replace") for content in configs]
    own = [texts, environment, dict(service.labels), service.command, service.extension.override]
    return len(json.dumps(own, ensure_ascii=False).encode())
