"""Volumes, images, secrets and logs; of schedules 14 million starts a month are free."""

from __future__ import annotations

from collections.abc import Iterator

from berth.cost.model import Item, Plan, Rate
from platforms.ecs.existing import file_systems_in_use
from platforms.ecs.logs import secret_options
from platforms.ecs.plan import volumes_on_instance

FREE_LOGS = 5
"""GB a month, in every account: https://aws.amazon.com/cloudwatch/pricing/"""


def storage(plan: Plan) -> Iterator[Item | Rate]:
    application, assumed = plan.application, plan.assumptions
    others = file_systems_in_use(application)
    named = {mount.source for item in plan.services.values() for mount in item.volumes if mount.source not in others}
    if named and not volumes_on_instance(plan.settings):
        yield plan.use("efs_gb", assumed.efs_gb, f"on EFS ({', '.join(sorted(map(str, named)))})", option="--efs-gb")
    if any(service.build for service in application.services.values()):
        yield plan.use("ecr_gb", assumed.images_gb, "of images in ECR", option="--images-gb")
    secrets = {name for name, item in application.secrets.items() if not item.external or name in plan.settings.secrets}
    if secrets:
        yield plan.item("secret", len(secrets), f"secrets {', '.join(sorted(secrets))}")
    for name, service in sorted(plan.services.items()):
        if service.sensitive_variables | secret_options(service.service):
            yield plan.item("secret", 1, "secret of its variables", service=name)
    yield plan.use("logs_gb", assumed.logs_gb, "of logs", option="--logs-gb", free=FREE_LOGS)
