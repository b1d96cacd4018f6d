"""Images in private registries of ECR: what may pull them, and what alone is reached without a way to the internet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlparse

from berth.components.container import Container
from berth.compose.model import Application
from berth.diagnostics import Diagnostic
from berth.settings import Settings

URI = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(?P<china>\.cn)?/(?P<name>[^:@]+)"
)
"""https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html"""

MIRROR = (
    "Push it to ECR, or take it through a pull-through cache rule of ECR (pull it once from where there is internet), "
    "and write {account}.dkr.ecr.{region}.amazonaws.com/…; or set berth:natGateways to one."
)
"""The first pull through a cache needs a way to the internet itself:
https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache.html"""


@dataclass(frozen=True, slots=True, kw_only=True)
class EcrRepository:
    """A repository of a private registry; ``china`` is the partition of AWS's regions there."""

    account: str
    region: str
    name: str
    china: bool

    @property
    def arn(self) -> str:
        return f"arn:aws{'-cn' if self.china else ''}:ecr:{self.region}:{self.account}:repository/{self.name}"


def ecr_repository(image: str) -> EcrRepository | None:
    match = URI.match(image)
    if match is None:
        return None
    return EcrRepository(
        account=match["account"], region=match["region"], name=match["name"], china=match["china"] is not None
    )


def repository_arns(containers: Iterable[Container]) -> list[str]:
    """The repositories that a task pulls from by the names of its images, its helpers' with them."""
    found = (ecr_repository(item.image) for item in containers if isinstance(item.image, str))
    return sorted({repository.arn for repository in found if repository})


def check_reach(application: Application, settings: Settings, *, stack: str) -> Iterator[Diagnostic]:
    """Images that tasks cannot pull: without a NAT gateway they reach ECR in the stack's region alone."""
    if settings.platform != "ecs-fargate" or not settings.without_internet:
        return
    why = "tasks have no way to the internet (berth:natGateways is none), and this image is not in ECR's {region}"
    message, advice = why.format(region=settings.region), _mirror(settings)
    for name, service in sorted(application.services.items()):
        if service.build is None and service.image and not _reached(service.image, settings):
            yield Diagnostic(file=application.file, service=name, key="image", message=message, advice=advice)
    helped = any(
        service.secrets or service.configs or application.run_once(name)
        for name, service in application.services.items()
    )
    routed = any(item.logging and item.logging.driver == "awsfirelens" for item in application.services.values())
    for used, key, image in (
        (helped, "initImage", settings.init_image),
        (routed, "logRouterImage", settings.log_router_image),
    ):
        if used and not _reached(image, settings):
            yield Diagnostic(file=f"Pulumi.{stack}.yaml", key=f"berth:{key}", message=message, advice=advice)


def _mirror(settings: Settings) -> str:
    return MIRROR.format(account="ACCOUNT", region=settings.region)


def _reached(image: str, settings: Settings) -> bool:
    repository = ecr_repository(image)
    if settings.aws_endpoint and image.startswith(f"{urlparse(settings.aws_endpoint).netloc}/"):
        return True  # an emulator's registry
    return repository is not None and repository.region == settings.region
