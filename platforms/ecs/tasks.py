"""A planned service's task definition: its containers with the late values, its volumes and what its roles may do."""

from __future__ import annotations

from berth.components.task import TaskDefinition, TaskDefinitionArgs, TaskVolume
from berth.platforms.ecs.arns import is_parameter
from berth.platforms.ecs.containers import Late, build_containers, directory_volume
from berth.platforms.ecs.data import create_environment_secret, existing_reference
from berth.platforms.ecs.deployment import Deployment
from berth.platforms.ecs.logs import creates_group, own_group_arn
from berth.platforms.ecs.plan import ServicePlan, network_mode
from berth.platforms.ecs.registries import repository_arns
from berth.platforms.ecs.storage import permissions, task_volumes
from berth.platforms.ecs.tags import tags_of


def define_task(deployment: Deployment, plan: ServicePlan, name: str) -> TaskDefinition:
    settings, service, secrets = deployment.settings, plan.service, deployment.secrets
    environment_secret, environment = create_environment_secret(
        deployment.prefix,
        plan,
        settings,
        deployment.around.environment.get(service.name, {}),
        deployment.opts,
    )
    used = {file.source for file in plan.files if file.kind == "secret"} | set(
        service.extension.secret_environment.values()
    )
    image = deployment.images.get(service.name)
    external_configs = {
        config: existing_reference(declared.external_name)
        for config, declared in deployment.application.configs.items()
        if declared.external and declared.external_name
    }
    late = Late(
        image=image.uri if image else str(service.image),
        secrets={name: reference.value_from for name, reference in secrets.items()},
        environment={key: value for key, value in environment.items() if key in service.environment},
        log_secrets=environment,
        configs=deployment.values.configs,
        config_references={config: reference.value_from for config, reference in external_configs.items()},
    )
    arns = [
        *(secrets[source].arn for source in sorted(used)),
        *([environment_secret.arn] if environment_secret else []),
        *(reference.arn for config, reference in external_configs.items() if _uses_config(plan, config)),
    ]
    fargate = settings.platform == "ecs-fargate"
    containers = build_containers(plan, settings, late)
    return TaskDefinition(
        name,
        TaskDefinitionArgs(
            containers=containers,
            region=settings.region,
            launch="FARGATE" if fargate else "EC2",
            network_mode=network_mode(settings),
            cpu=plan.size.cpu if plan.size else None,
            memory=plan.size.memory if plan.size else None,
            cpu_architecture=settings.cpu_architecture,
            volumes=_volumes(deployment, plan),
            repository_arns=[*([image.repository_arn] if image else []), *repository_arns(containers)],
            **permissions(deployment.storage, plan, settings),
            secret_arns=[arn for arn in arns if not is_parameter(arn)],
            parameter_arns=[arn for arn in arns if is_parameter(arn)],
            kms_key_arns=[settings.kms_key_arn] if settings.kms_key_arn and arns else [],
            log_kms_key_arn=settings.kms_key_arn,
            log_group_arns=[arn] if (arn := own_group_arn(service, settings)) else [],
            creates_log_groups=creates_group(service),
            log_retention_days=settings.log_retention_days,
            enable_exec=settings.enable_exec,
            tags=tags_of(settings, service.deploy.labels),
            protects_in=deployment.foundation.cluster.arn if _protects(plan) else None,
        ),
        deployment.opts,
    )


def _protects(plan: ServicePlan) -> bool:
    scaling = plan.service.extension.scaling
    return scaling is not None and scaling.task_protection


def _uses_config(plan: ServicePlan, config: str) -> bool:
    return any(file.kind == "config" and file.source == config for file in plan.files)


def _volumes(deployment: Deployment, plan: ServicePlan) -> list[TaskVolume]:
    """Empty volumes for the files, and the named ones."""
    files = [TaskVolume(name=directory_volume(index)) for index in range(len(plan.directories))]
    return [*files, *task_volumes(deployment.storage, deployment.application, plan)]
