"""The rows of ``build`` and of ``deploy``.

https://docs.docker.com/reference/compose-file/build/
https://docs.docker.com/reference/compose-file/deploy/; what only Swarm reads, Docker Compose itself says of it
"""

from __future__ import annotations

from collections.abc import Mapping

from berth.compose.support.rule import (
    CPU_LIMIT,
    DEPENDS,
    HONOURED,
    OK,
    TAGS,
    TUNING,
    Rule,
    Support,
    Table,
    adapted,
    by_value,
    locally,
    refused,
    rows,
    unless,
)
from berth.compose.support.service import GPU, GPUS, MEMORY, RESTARTS

BUILDER = adapted("the builder's own setting is used")
NO_PRIVILEGES = refused("images are built without privileges", "Leave it out.")

BUILD: Table = {
    **rows("args dockerfile dockerfile_inline labels target", OK),
    "context": by_value("A folder; one that Docker would fetch is refused."),
    "secrets": by_value("An external one needs its value in `berth:secrets`."),
    "platforms": by_value("Refused where the stack's own is not among them."),
    "additional_contexts": by_value("An image of another service (`service:`) is refused."),
    **rows("provenance sbom", adapted("images are pushed without attestations")),
    "cache_from": adapted("the cache is the earlier image in the registry"),
    "cache_to": adapted("the cache is stored in the image itself"),
    **rows("no_cache no_cache_filter", adapted("an image with the same content is not built again")),
    "pull": adapted("an image with the same content is not built again, whatever became of its base"),
    "tags": adapted("images are tagged with a hash of their content"),
    **rows("shm_size ulimits", BUILDER),
    "isolation": unless("default", BUILDER),
    "ssh": refused("the builder has no SSH agent", "Fetch what is private before the build, or use a build secret."),
    **rows("entitlements privileged", NO_PRIVILEGES),
    "extra_hosts": refused("images are built on the builder's own network", "Leave it out."),
    "network": unless("default", refused("images are built on the builder's own network", "Leave it out.")),
}

PLACES = "only Swarm places containers"
PLACEMENT = locally(PLACES, OK)
SPREAD = locally(PLACES, adapted("ECS spreads tasks over the zones"))
CONSTRAINTS = Support(
    DEPENDS,
    Rule("refused", "Fargate has no instances to choose from", "Leave it out, or use ecs-ec2."),
    PLACEMENT.compose,
    note="`node.labels.NAME` is `berth:instanceAttributes.NAME` (or ECS's own, like `ecs.availability-zone`), "
    "`node.platform.os` and `arch` are the instance's; others, and what no instance meets, are refused.",
)
ONE_EACH = Support(
    DEPENDS,
    HONOURED,
    PLACEMENT.compose,
    note="1 is an instance for each task, another number is refused. A task on Fargate has a machine of its own.",
)
BY_HEALTH = locally(
    "only Swarm rolls out: Docker Compose stops a container, then starts the next",
    adapted("ECS decides this by the deployment's health"),
)
ROLL_OUT = locally(BY_HEALTH.compose.message, OK)
ROLL_BACK = locally("only Swarm rolls back", adapted("ECS rolls back as it rolls out"))
GENERIC = locally("only Swarm has generic resources", refused("ECS has no generic resources", "Leave it out."))

DEPLOY_SECTIONS: Mapping[str, Table] = {
    "services.*.build": BUILD,
    "services.*.build.secrets.*": {
        "source": OK,
        **rows("target uid gid mode", refused("a build secret is known by its source", "Set it in `RUN --mount`.")),
    },
    "services.*.build.ulimits.*": rows("hard soft", BUILDER),
    "services.*.deploy": {
        **rows("resources restart_policy", OK),
        "replicas": by_value("A service that runs once does so once a deployment: more is a warning."),
        "update_config": ROLL_OUT,
        "mode": unless(
            "replicated",
            locally(
                "only Swarm has nodes to run it on",
                refused("ECS runs a number of replicas, not the mode '{value}'", "Set `deploy.replicas`."),
            ),
        ),
        "labels": locally(
            "only Swarm's services have these labels",
            by_value(f"Tags of the ECS service, its tasks and its task definition; {TAGS}"),
            "Use the service's own `labels`.",
        ),
        "endpoint_mode": unless("vip", locally("only Swarm balances so", adapted("ECS balances by Service Connect"))),
        "rollback_config": ROLL_BACK,
        "placement": PLACEMENT,
    },
    "services.*.deploy.placement": {
        "constraints": CONSTRAINTS,
        "max_replicas_per_node": ONE_EACH,
        "preferences": SPREAD,
    },
    "services.*.deploy.placement.preferences.*": rows("spread", SPREAD),
    "services.*.deploy.resources": rows("limits reservations", OK),
    "services.*.deploy.resources.limits": {
        "cpus": CPU_LIMIT,
        "memory": MEMORY,
        "pids": TUNING,
    },
    "services.*.deploy.resources.reservations": {
        "memory": OK,
        "cpus": locally("only Swarm reserves CPUs", OK),
        "devices": GPUS,
        "generic_resources": GENERIC,
    },
    "services.*.deploy.resources.reservations.devices.*": GPU,
    "services.*.deploy.resources.reservations.generic_resources.*": rows("discrete_resource_spec", GENERIC),
    "services.*.deploy.resources.reservations.generic_resources.*.discrete_resource_spec": rows("kind value", GENERIC),
    "services.*.deploy.restart_policy": {
        "condition": by_value(RESTARTS),
        "max_attempts": adapted("ECS starts a task anew, with growing delays"),
        **rows(
            "delay window",
            locally("Docker sets its own delays", adapted("ECS starts a task anew, with growing delays")),
        ),
    },
    "services.*.deploy.rollback_config": rows(
        "delay failure_action max_failure_ratio monitor order parallelism", ROLL_BACK
    ),
    "services.*.deploy.update_config": {
        **rows(
            "failure_action order",
            locally(ROLL_OUT.compose.message, by_value("A warning where a service runs once or by a schedule.")),
        ),
        **rows("delay max_failure_ratio monitor parallelism", BY_HEALTH),
    },
}
