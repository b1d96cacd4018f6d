"""Volumes, images, secrets, keys and logs; of schedules 14 million starts a month are free."""

from __future__ import annotations

from collections.abc import Iterator

from berth.cost.model import Item, Plan, Rate
from berth.platforms.ecs.existing import file_systems_in_use
from berth.platforms.ecs.logs import secret_options
from berth.platforms.ecs.plan import volumes_on_instance

FREE_LOGS = 5
"""GB a month, in every account: https://aws.amazon.com/cloudwatch/pricing/"""

FREE_REQUESTS = 2
"""Times 10,000 a month, in every account: https://aws.amazon.com/kms/pricing/"""


def storage(plan: Plan) -> Iterator[Item | Rate]:
    application, assumed = plan.application, plan.assumptions
    others = file_systems_in_use(plan.containers)
    named = {mount.source for item in plan.services.values() for mount in item.volumes if mount.source not in others}
    if named and not volumes_on_instance(plan.settings):
        yield plan.use("efs_gb", assumed.efs_gb, f"on EFS ({', '.join(sorted(map(str, named)))})", option="--efs-gb")
        yield plan.rate("efs_read_gb", "read from EFS")
        yield plan.rate("efs_write_gb", "written to EFS")
        if plan.settings.backs_up:
            yield plan.rate("efs_backup_gb", "of EFS's backups")
    if any(service.build for service in plan.containers.services.values()):
        yield plan.use("ecr_gb", assumed.images_gb, "of images in ECR", option="--images-gb")
    secrets = {name for name, item in application.secrets.items() if not item.external or name in plan.settings.secrets}
    if secrets:
        yield plan.item("secret", len(secrets), f"secrets {', '.join(sorted(secrets))}")
    for name, service in sorted(plan.services.items()):
        if service.sensitive_variables | secret_options(service.service):
            yield plan.item("secret", 1, "secret of its variables", service=name)
    if plan.settings.kms_key_arn:
        yield plan.rate("kms_requests", "to your key", free=FREE_REQUESTS)
    logs = "of logs and flow logs" if plan.settings.flow_logs else "of logs"
    yield plan.use("logs_gb", assumed.logs_gb, logs, option="--logs-gb", free=FREE_LOGS)
