"""What ECS does with each attribute of a Compose file: honoured, adapted with a warning, or refused.

A new attribute gets a row here. A row by value (``ports``, ``volumes``, …) has a function in ``values``.
https://docs.docker.com/reference/compose-file/
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Rule:
    kind: Literal["honoured", "adapted", "refused"]
    message: str = ""
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Support:
    """An attribute's rule on each ECS platform."""

    ec2: Rule
    fargate: Rule

    def on(self, platform: str) -> Rule:
        return self.fargate if platform == "ecs-fargate" else self.ec2


HONOURED = Rule("honoured")


def both(rule: Rule) -> Support:
    return Support(rule, rule)


def adapted(message: str, advice: str = "") -> Support:
    return both(Rule("adapted", message, advice))


def refused(message: str, advice: str) -> Support:
    return both(Rule("refused", message, advice))


def only_on_instances(message: str, advice: str) -> Support:
    return Support(HONOURED, Rule("refused", message, advice))


def _all(names: str, support: Support) -> dict[str, Support]:
    return dict.fromkeys(names.split(), support)


OK = both(HONOURED)
HOST = refused("ECS gives no access to this part of the host", "Leave it out, or run the service outside of ECS.")
TUNING = adapted("ECS has no such setting; it is left to the platform")
LOCAL = both(HONOURED)
"""For `docker compose` on a developer's machine only, so that nothing is lost on ECS."""

SERVICE: Mapping[str, Support] = {
    **_all("build cap_drop command configs cpus depends_on deploy entrypoint env_file environment expose extends", OK),
    **_all("healthcheck image init label_file labels mem_limit mem_reservation networks platform ports profiles", OK),
    **_all("read_only scale secrets stdin_open sysctls tmpfs tty ulimits user volumes working_dir", OK),
    **_all("attach develop", LOCAL),
    # By value: see ``values``.
    **_all("cap_add logging network_mode pull_policy restart stop_grace_period stop_signal", OK),
    **_all("cgroup cgroup_parent device_cgroup_rules devices ipc pid runtime security_opt userns_mode uts", HOST),
    **_all("use_api_socket credential_spec isolation", HOST),
    **_all("blkio_config cpu_count cpu_percent cpu_period cpu_quota cpu_rt_period cpu_rt_runtime cpu_shares", TUNING),
    **_all("cpuset mem_swappiness memswap_limit oom_kill_disable oom_score_adj pids_limit storage_opt", TUNING),
    **_all("annotations pull_refresh_after", TUNING),
    "container_name": adapted("containers on ECS are named after their service"),
    "hostname": Support(HONOURED, Rule("adapted", "Fargate sets the host name; other services use the service's name")),
    "shm_size": Support(HONOURED, Rule("adapted", "Fargate has no setting for /dev/shm, which stays at 64 MiB")),
    "privileged": only_on_instances(
        "Fargate runs no privileged containers", "Use ecs-ec2, or `cap_add` what the service needs."
    ),
    "extra_hosts": only_on_instances(
        "Fargate's network mode takes no extra hosts", "Use a DNS name, or give the address in `environment`."
    ),
    "gpus": refused("GPU instances are not provided", "Leave it out, or run the service outside of ECS."),
    "group_add": refused("ECS adds no groups to a user", "Add the user to the group in the Dockerfile."),
    **_all("dns dns_opt dns_search domainname", refused("AWS resolves names in a VPC", "Use names that AWS resolves.")),
    **_all(
        "external_links links",
        refused("ECS has no links", "Put both services in one network, and use the service's name or `aliases`."),
    ),
    "mac_address": refused("AWS gives network interfaces their addresses", "Leave it out."),
    **_all(
        "models provider",
        refused("Berth deploys containers only", "Leave it out, and pass the address of what you use."),
    ),
    **_all(
        "post_start pre_stop",
        refused("ECS has no lifecycle hooks", "Do it in the image's entry point, or in a service that runs once."),
    ),
    "volumes_from": refused("each service runs in a task of its own", "Mount the same named volume in both."),
}

BUILD: Mapping[str, Support] = {
    **_all("additional_contexts args context dockerfile dockerfile_inline labels platforms secrets target", OK),
    **_all("provenance sbom", adapted("images are pushed without attestations")),
    "cache_from": adapted("the cache is the earlier image in the registry"),
    "cache_to": adapted("the cache is stored in the image itself"),
    "no_cache": adapted("an image with the same content is not built again"),
    "no_cache_filter": adapted("an image with the same content is not built again"),
    "pull": adapted("an image with the same content is not built again, whatever became of its base"),
    "tags": adapted("images are tagged with a hash of their content"),
    **_all("isolation shm_size ulimits", adapted("the builder's own setting is used")),
    "ssh": refused("the builder has no SSH agent", "Fetch what is private before the build, or use a build secret."),
    **_all("entitlements privileged", refused("images are built without privileges", "Leave it out.")),
    **_all("extra_hosts network", refused("images are built on the builder's own network", "Leave it out.")),
}

DEPLOY: Mapping[str, Support] = {
    **_all("replicas resources restart_policy update_config mode", OK),
    "labels": adapted("they are labels of a Swarm service; set the stack's `berth:tags` for AWS"),
    "endpoint_mode": adapted("ECS balances by Service Connect"),
    "rollback_config": adapted("ECS rolls back as it rolls out"),
    "placement": refused("ECS spreads tasks over the zones", "Leave it out; set `berth:instanceType` for the machine."),
}

DEPLOY_PARTS: Mapping[str, Mapping[str, Support]] = {
    "resources.limits": {
        **_all("cpus memory", OK),
        "pids": TUNING,
    },
    "resources.reservations": {
        **_all("cpus memory", OK),
        "devices": refused("GPU instances are not provided", "Leave it out, or run the service outside of ECS."),
        "generic_resources": refused("ECS has no generic resources", "Leave it out."),
    },
    "update_config": {
        **_all("failure_action order", OK),
        **_all("delay max_failure_ratio monitor parallelism", adapted("ECS decides this by the deployment's health")),
    },
    "restart_policy": {
        "condition": OK,
        **_all("delay max_attempts window", adapted("ECS starts a task anew, with growing delays")),
    },
}

SERVICE_NETWORK: Mapping[str, Support] = {
    **_all("aliases priority gw_priority interface_name", OK),
    **_all(
        "ipv4_address ipv6_address link_local_ips mac_address",
        refused("AWS gives tasks their addresses", "Use the service's name, or `aliases`."),
    ),
    "driver_opts": TUNING,
}

HEALTHCHECK: Mapping[str, Support] = {
    **_all("disable interval retries start_period test timeout", OK),
    "start_interval": adapted("ECS checks at `interval` from the start"),
}

NETWORK: Mapping[str, Support] = {
    **_all("attachable internal labels name", OK),
    **_all("driver_opts enable_ipv4 enable_ipv6 ipam", adapted("the network is the stack's VPC; see `berth:vpcCidr`")),
    "driver": OK,
    "external": refused("there is no network of that name on AWS", "Set `berth:vpcId` to use a VPC that exists."),
}

VOLUME: Mapping[str, Support] = {
    **_all("labels name driver", OK),
    "driver_opts": refused("volumes are EFS or the instance's disk", "Leave it out, or mount it in the image."),
    "external": refused("there is no volume of that name on AWS", "Leave `external` out, and copy the data once."),
}

FILE_OBJECT: Mapping[str, Support] = {
    **_all("content environment external file labels name", OK),
    **_all("driver driver_opts template_driver", refused("only Swarm has such drivers", "Leave it out.")),
}

TOP_LEVEL: Mapping[str, Support] = {
    **_all("configs include name networks secrets services version volumes", OK),
    "models": SERVICE["models"],
}
