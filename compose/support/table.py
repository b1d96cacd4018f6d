"""What ECS does with each attribute of a Compose file: honoured, adapted with a warning, or refused.

``SECTIONS`` holds one table for each part of the file, by the part's path; ``*`` stands for a name or a list's item.
A new attribute gets a row. What depends on more than one attribute (``ports``, ``volumes``, …) is in ``values``.

https://docs.docker.com/reference/compose-file/
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal


@dataclass(frozen=True, slots=True)
class Rule:
    """``{value}`` stands for what the file says."""

    kind: Literal["honoured", "adapted", "refused"]
    message: str = ""
    advice: str = ""


HONOURED = Rule("honoured")


@dataclass(frozen=True, slots=True)
class Support:
    """An attribute's rule on each ECS platform. ``same``: values that ask for what ECS does anyway."""

    ec2: Rule
    fargate: Rule
    same: frozenset[str] = frozenset()

    def on(self, platform: str, value: object = None) -> Rule:
        if str(value) in self.same:
            return HONOURED
        rule = self.fargate if platform == "ecs-fargate" else self.ec2
        message, advice = (text.replace("{value}", str(value)) for text in (rule.message, rule.advice))
        return Rule(rule.kind, message, advice)


def both(rule: Rule) -> Support:
    return Support(rule, rule)


def adapted(message: str, advice: str = "") -> Support:
    return both(Rule("adapted", message, advice))


def refused(message: str, advice: str) -> Support:
    return both(Rule("refused", message, advice))


def only_on_instances(rule: Rule) -> Support:
    """``rule`` is Fargate's."""
    return Support(HONOURED, rule)


def only_on_fargate(rule: Rule) -> Support:
    """``rule`` is an instance's."""
    return Support(rule, HONOURED)


def by_override(parameter: str, kind: Literal["adapted", "refused"] = "refused") -> Support:
    """An attribute that ECS has on instances, and that Berth leaves to the raw override."""
    return Support(
        Rule(kind, "Berth does not translate it", f"Leave it out, and set {parameter} under `x-berth.override`."),
        Rule(kind, "Fargate has no such setting", ELSEWHERE),
    )


def unless(values: str, support: Support) -> Support:
    """The rule, but not for these values."""
    return replace(support, same=frozenset(values.split()))


def rows(names: str, support: Support) -> dict[str, Support]:
    return dict.fromkeys(names.split(), support)


ELSEWHERE = "Leave it out, or move it to a second file that only local stacks name in `berth:composeFiles`."
OK = both(HONOURED)
BY_VALUE = both(HONOURED)
"""``values`` decides."""
LOCAL = both(HONOURED)
"""For `docker compose` on a developer's machine, or for Swarm, alone: nothing is lost on ECS."""
HOST = refused("ECS gives no access to this part of the host", ELSEWHERE)
TUNING = adapted("ECS has no such setting; it is left to the platform")
LABELS = adapted("only Docker knows these labels; set `berth:tags` to label what is created on AWS")
NO_GPU = refused("Berth's instances and Fargate have no GPU", ELSEWHERE)
CPU_LIMIT = only_on_fargate(
    Rule("adapted", "an instance does not limit CPUs", "Reserve them by `deploy.resources.reservations.cpus`.")
)

SERVICE: Mapping[str, Support] = {
    **rows("build cap_drop command deploy env_file environment expose extends healthcheck image init label_file", OK),
    **rows("labels mem_limit mem_reservation networks platform profiles read_only scale stdin_open sysctls tty", OK),
    **rows("user working_dir", OK),
    **rows("attach develop", LOCAL),
    **rows("cap_add configs depends_on entrypoint links logging network_mode ports pull_policy", BY_VALUE),
    **rows("restart secrets stop_grace_period tmpfs ulimits volumes", BY_VALUE),
    **rows("cgroup_parent device_cgroup_rules pid use_api_socket userns_mode uts", HOST),
    "cgroup": unless("private", HOST),
    "ipc": unless("private shareable", HOST),
    "runtime": unless("runc", HOST),
    "isolation": unless("default", HOST),
    "credential_spec": refused("Windows containers are not deployed", ELSEWHERE),
    "devices": by_override("linuxParameters.devices"),
    "security_opt": by_override("dockerSecurityOptions"),
    "dns": by_override("dnsServers"),
    "dns_search": by_override("dnsSearchDomains"),
    **rows("dns_opt domainname", refused("names are resolved by the VPC on AWS", ELSEWHERE)),
    "memswap_limit": by_override("linuxParameters.maxSwap", "adapted"),
    "mem_swappiness": by_override("linuxParameters.swappiness", "adapted"),
    "cpus": CPU_LIMIT,
    "cpu_shares": adapted("CPUs are not shared out by it", "Use `deploy.resources.reservations.cpus`."),
    **rows("annotations blkio_config cpu_count cpu_percent cpu_period cpu_quota cpu_rt_period cpu_rt_runtime", TUNING),
    **rows("cpuset oom_kill_disable oom_score_adj pids_limit pull_refresh_after storage_opt", TUNING),
    "stop_signal": unless(
        "SIGTERM TERM 15",
        refused("ECS sends SIGTERM, not {value}", "Write `STOPSIGNAL {value}` in the Dockerfile."),
    ),
    "container_name": adapted("containers on ECS are named after their service"),
    "hostname": only_on_instances(
        Rule("adapted", "Fargate sets the host name; other services use the service's name or `aliases`")
    ),
    "shm_size": only_on_instances(Rule("adapted", "Fargate has no setting for /dev/shm, which stays at 64 MiB")),
    "privileged": only_on_instances(
        Rule("refused", "Fargate runs no privileged containers", "Use ecs-ec2, or do without.")
    ),
    "extra_hosts": only_on_instances(
        Rule(
            "refused", "Fargate's network mode takes no extra hosts", "Use a DNS name, or an address in `environment`."
        )
    ),
    "gpus": NO_GPU,
    "group_add": refused("ECS adds no groups to a user", "Add the user to the group in the Dockerfile."),
    "external_links": refused("ECS has no links", "Put both services in one file, and use the service's name."),
    "mac_address": refused("AWS gives network interfaces their addresses", "Leave it out."),
    **rows("models provider", refused("Berth deploys containers only", ELSEWHERE)),
    **rows(
        "post_start pre_stop",
        refused("ECS has no lifecycle hooks", "Do it in the image's entry point, or in a service that runs once."),
    ),
    "volumes_from": refused("each service runs in a task of its own", "Mount the same named volume in both."),
}

BUILD: Mapping[str, Support] = {
    **rows("args context dockerfile dockerfile_inline labels platforms target", OK),
    **rows("additional_contexts secrets", BY_VALUE),
    **rows("provenance sbom", adapted("images are pushed without attestations")),
    "cache_from": adapted("the cache is the earlier image in the registry"),
    "cache_to": adapted("the cache is stored in the image itself"),
    **rows("no_cache no_cache_filter", adapted("an image with the same content is not built again")),
    "pull": adapted("an image with the same content is not built again, whatever became of its base"),
    "tags": adapted("images are tagged with a hash of their content"),
    **rows("shm_size ulimits", adapted("the builder's own setting is used")),
    "isolation": unless("default", adapted("the builder's own setting is used")),
    "ssh": refused("the builder has no SSH agent", "Fetch what is private before the build, or use a build secret."),
    **rows("entitlements privileged", refused("images are built without privileges", "Leave it out.")),
    "extra_hosts": refused("images are built on the builder's own network", "Leave it out."),
    "network": unless("default", refused("images are built on the builder's own network", "Leave it out.")),
}

NETWORK: Mapping[str, Support] = {
    **rows("attachable", LOCAL),
    **rows("internal name", BY_VALUE),
    "labels": LABELS,
    **rows("driver_opts enable_ipv4 enable_ipv6 ipam", adapted("the network is the stack's VPC; see `berth:vpcCidr`")),
    "driver": unless("bridge default overlay", refused("ECS has no network driver '{value}'", "Leave `driver` out.")),
    "external": refused("there is no network of that name on AWS", "Set `berth:vpcId` to use a VPC that exists."),
}

VOLUME: Mapping[str, Support] = {
    "name": BY_VALUE,
    "labels": LABELS,
    "driver": unless("local", refused("volumes are EFS or the instance's disk, not '{value}'", "Leave `driver` out.")),
    "driver_opts": refused("volumes are EFS or the instance's disk", ELSEWHERE),
    "external": refused("there is no volume of that name on AWS", "Leave `external` out, and copy the data once."),
}

SWARM = refused("only Swarm has such drivers", "Leave it out.")

SECRET: Mapping[str, Support] = {
    **rows("environment external file", OK),
    "name": BY_VALUE,
    "labels": LABELS,
    **rows("driver driver_opts template_driver", SWARM),
}

CONFIG: Mapping[str, Support] = {
    **rows("content environment external file", OK),
    "name": BY_VALUE,
    "labels": LABELS,
    "template_driver": SWARM,
}

TOP_LEVEL: Mapping[str, Support] = {
    **rows("configs include name networks secrets services version volumes", OK),
    "models": SERVICE["models"],
}

GRANT = rows("source target uid gid mode", BY_VALUE)

SECTIONS: Mapping[str, Mapping[str, Support]] = {
    "": TOP_LEVEL,
    "networks.*": NETWORK,
    "volumes.*": VOLUME,
    "secrets.*": SECRET,
    "configs.*": CONFIG,
    "services.*": SERVICE,
    "services.*.build": BUILD,
    "services.*.build.secrets.*": {
        "source": OK,
        **rows("target uid gid mode", refused("a build secret is known by its source", "Set it in `RUN --mount`.")),
    },
    "services.*.configs.*": GRANT,
    "services.*.secrets.*": GRANT,
    "services.*.depends_on.*": rows("condition required restart", BY_VALUE),
    "services.*.healthcheck": {
        **rows("disable interval retries start_period test timeout", OK),
        "start_interval": adapted("ECS checks at `interval` from the start"),
    },
    "services.*.logging": rows("driver options", BY_VALUE),
    "services.*.networks.*": {
        "aliases": OK,
        **rows("driver_opts gw_priority interface_name priority", TUNING),
        **rows(
            "ipv4_address ipv6_address link_local_ips mac_address",
            refused("AWS gives tasks their addresses", "Use the service's name, or `aliases`."),
        ),
    },
    "services.*.ports.*": {
        **rows("host_ip published target", BY_VALUE),
        "name": LOCAL,
        "protocol": unless("tcp udp", refused("ECS publishes TCP and UDP, not '{value}'", "Leave the port out.")),
        "mode": unless("ingress", adapted("it is published as the stack's `berth:ingress` publishes all ports")),
        "app_protocol": adapted("services reach each other by TCP, without regard to the protocol in it"),
    },
    "services.*.volumes.*": {
        **rows("bind image read_only source target tmpfs type volume", BY_VALUE),
        "consistency": LOCAL,
    },
    "services.*.volumes.*.tmpfs": rows("mode size", BY_VALUE),
    "services.*.volumes.*.volume": {
        "nocopy": OK,
        "labels": LABELS,
        "subpath": refused("ECS mounts whole volumes only", "Use a second volume."),
    },
    "services.*.deploy": {
        **rows("replicas resources restart_policy update_config", OK),
        "mode": unless(
            "replicated", refused("ECS runs a number of replicas, not the mode '{value}'", "Set `deploy.replicas`.")
        ),
        "labels": LABELS,
        "endpoint_mode": unless("vip", adapted("ECS balances by Service Connect")),
        "rollback_config": adapted("ECS rolls back as it rolls out"),
        "placement": refused("ECS spreads tasks over the zones", "Leave it out; `berth:instanceType` is the machine."),
    },
    "services.*.deploy.resources": rows("limits reservations", OK),
    "services.*.deploy.resources.limits": {"cpus": CPU_LIMIT, "memory": OK, "pids": TUNING},
    "services.*.deploy.resources.reservations": {
        **rows("cpus memory", OK),
        "devices": NO_GPU,
        "generic_resources": refused("ECS has no generic resources", "Leave it out."),
    },
    "services.*.deploy.restart_policy": {
        "condition": BY_VALUE,
        **rows("delay max_attempts window", adapted("ECS starts a task anew, with growing delays")),
    },
    "services.*.deploy.update_config": {
        **rows("failure_action order", OK),
        **rows("delay max_failure_ratio monitor parallelism", adapted("ECS decides this by the deployment's health")),
    },
}
