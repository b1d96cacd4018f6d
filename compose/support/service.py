"""The rows of a service and of what is below it, but for ``build`` and ``deploy``.

https://docs.docker.com/reference/compose-file/services/
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from berth.compose.support.rule import (
    CONTAINERS_ONLY,
    CPU_LIMIT,
    DEPENDS,
    ELSEWHERE,
    HONOURED,
    HOST,
    LABELS,
    LOCAL,
    OK,
    TUNING,
    Rule,
    Support,
    Table,
    adapted,
    by_value,
    honoured,
    locally,
    only_on_instances,
    refused,
    rows,
    unless,
)


def only_by_value(message: str, note: str, kind: Literal["adapted", "refused"] = "refused") -> Support:
    """An attribute that instances take, by its value, and of which Fargate has nothing."""
    return Support(DEPENDS, Rule(kind, message, ELSEWHERE if kind == "refused" else ""), note=note)


GPUS = only_by_value(
    "Fargate has no GPUs", "Reserved, where `berth:instanceType` has as many; else an error that names a type that has."
)
GPU: Table = {
    "count": GPUS,
    "capabilities": only_by_value(
        "Fargate has no GPUs",
        "`gpu`, or it is refused; further ones of a GPU but `compute` and `utility` are a warning.",
    ),
    "device_ids": refused("ECS chooses the GPUs", "Set `count`."),
    "driver": unless("nvidia", refused("ECS reserves NVIDIA's GPUs, not those of {value}", ELSEWHERE)),
    "options": refused("ECS has no options of a GPU", "Leave it out."),
}
"""An item of `gpus`, and of what `deploy` reserves."""
HOOK = refused("ECS has no lifecycle hooks", "Do it in the image's entry point, or in a service that runs once.")
WINDOWS = locally(
    "only Windows containers under Swarm read it", refused("Windows containers are not deployed", ELSEWHERE)
)
FILES = (
    "A file with its owner and mode, in a folder that hides the image's: a folder that the image needs (`/etc`) is "
    "refused, one that it may have is a warning. Docker Compose ignores owner and mode of what comes from a file."
)
MEMORY = honoured("On Fargate the task's size, rounded up to the next pair with a warning.")
RESTARTS = (
    "ECS starts a task again however it ended, so `no` and `on-failure` are a warning; a service that others wait for "
    "to complete runs once, and one with `x-berth.schedule` at its times."
)
"""Of `restart` and of `deploy.restart_policy.condition`."""

SERVICE: Table = {
    **rows("build cap_drop command deploy environment image init labels mem_reservation", OK),
    "healthcheck": honoured("A deployment waits for it. Of what runs once or by a schedule it is a warning."),
    **rows("profiles read_only scale stdin_open sysctls tty user working_dir", OK),
    "mem_limit": MEMORY,
    "networks": Support(
        HONOURED,
        DEPENDS,
        note="On instances, which all share one network, a warning says what is lost. More than three are refused on "
        "Fargate, as a task has five security groups at most.",
    ),
    "platform": by_value("Refused where it is not what `berth:cpuArchitecture` says."),
    **rows("env_file extends label_file", honoured("Resolved by Docker Compose before anything is deployed.")),
    **rows("attach develop", LOCAL),
    "expose": by_value(
        "Ports for other services. UDP is a warning, as Service Connect is TCP alone, and so are those of a service "
        "that runs once or by a schedule."
    ),
    "cap_add": Support(HONOURED, DEPENDS, note="Fargate adds SYS_PTRACE; others are refused there."),
    **rows("configs secrets", by_value(FILES)),
    "depends_on": honoured("Order of deployment."),
    "entrypoint": by_value("An empty one, which would drop the image's own, is refused."),
    "links": by_value("A name in a network, as Service Connect gives it; an alias that differs from it is refused."),
    "logging": honoured(),
    "network_mode": by_value("`bridge` is a network of its own; `none`, `host` and another container's are refused."),
    "ports": by_value(
        "Published on the instance's address, where each replica needs an instance of its own, or by the load "
        "balancer, which takes no UDP: refused. Those of a service that runs once or by a schedule are a warning."
    ),
    "pull_policy": by_value("ECS pulls at each start of a task: `never` is refused, other rare ones are a warning."),
    "restart": by_value(RESTARTS),
    "stop_grace_period": by_value("More than 120 s is a warning, and becomes that."),
    "tmpfs": by_value("`size` and `mode` are passed on, other options are refused; without a size it gets 64 MiB."),
    "ulimits": Support(HONOURED, DEPENDS, note="Fargate changes `nofile`; others are refused there."),
    "volumes": honoured("Named volumes are EFS or the instance's disk."),
    **rows("cgroup_parent device_cgroup_rules pid use_api_socket userns_mode uts", HOST),
    "cgroup": unless("private", HOST),
    "ipc": unless("private shareable", HOST),
    "runtime": unless("runc", HOST),
    "isolation": unless("default", HOST),
    "credential_spec": WINDOWS,
    "devices": only_by_value(
        "Fargate gives no devices of a host", "Names of CDI devices, which are no paths, are refused."
    ),
    "security_opt": only_by_value(
        "Fargate takes no security options",
        "`no-new-privileges`; `label` and `apparmor`, for which Berth's instances do not register, and `seccomp` are "
        "refused.",
    ),
    **rows("dns dns_search", only_on_instances(Rule("refused", "names are resolved by the VPC on Fargate", ELSEWHERE))),
    **rows("dns_opt domainname", refused("names are resolved by the VPC on AWS", ELSEWHERE)),
    "memswap_limit": only_by_value(
        "Fargate has no swap",
        "The same as `mem_limit` is no swap; more is a warning, as the ECS-optimized image has none.",
        "adapted",
    ),
    "mem_swappiness": Support(
        Rule("adapted", "ECS has no swappiness on Amazon Linux 2023"), Rule("adapted", "Fargate has no swap")
    ),
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
    "extra_hosts": Support(
        DEPENDS,
        Rule(
            "refused", "Fargate's network mode takes no extra hosts", "Use a DNS name, or an address in `environment`."
        ),
        note="`host-gateway` is refused: the instance is not your machine.",
    ),
    "gpus": GPUS,
    "group_add": refused("ECS adds no groups to a user", "Add the user to the group in the Dockerfile."),
    "external_links": refused("ECS has no links", "Put both services in one file, and use the service's name."),
    "mac_address": refused("AWS gives network interfaces their addresses", "Leave it out."),
    **rows("models provider", CONTAINERS_ONLY),
    **rows("post_start pre_start pre_stop", HOOK),
    "volumes_from": refused("each service runs in a task of its own", "Mount the same named volume in both."),
}

GRANT = {
    **rows("source target", by_value(FILES)),
    **rows(
        "uid gid mode",
        Support(HONOURED, HONOURED, DEPENDS, note="Docker Compose ignores it for what comes from a file."),
    ),
}

DEVICE_RATE = rows("path rate", TUNING)

MOUNT = {
    "type": by_value("`volume` and `tmpfs`; others are refused."),
    "source": by_value("A volume without a name is refused."),
    **rows("read_only target", OK),
    **rows("tmpfs volume", OK),
    "bind": by_value("Files of your machine are not on AWS: refused."),
    "image": by_value("ECS mounts no images: refused."),
    "consistency": LOCAL,
}

SERVICE_SECTIONS: Mapping[str, Table] = {
    "services.*": SERVICE,
    "services.*.blkio_config": rows(
        "device_read_bps device_read_iops device_write_bps device_write_iops weight weight_device", TUNING
    ),
    "services.*.blkio_config.device_read_bps.*": DEVICE_RATE,
    "services.*.blkio_config.device_read_iops.*": DEVICE_RATE,
    "services.*.blkio_config.device_write_bps.*": DEVICE_RATE,
    "services.*.blkio_config.device_write_iops.*": DEVICE_RATE,
    "services.*.blkio_config.weight_device.*": rows("path weight", TUNING),
    "services.*.configs.*": GRANT,
    "services.*.credential_spec": rows("config file registry", WINDOWS),
    "services.*.depends_on.*": {
        "condition": by_value(
            "`service_healthy` waits for the file's `healthcheck`; where it has none, a warning says that running is "
            "enough. `service_completed_successfully` runs the service once."
        ),
        "required": OK,
        "restart": by_value("A service on ECS does not restart with another: a warning."),
    },
    "services.*.develop": rows("watch", LOCAL),
    "services.*.develop.watch.*": rows("action exec ignore include initial_sync path target", LOCAL),
    "services.*.develop.watch.*.exec": rows("command environment privileged user working_dir", LOCAL),
    "services.*.devices.*": rows("permissions source target", SERVICE["devices"]),
    "services.*.gpus.*": GPU,
    "services.*.healthcheck": {
        "test": by_value("Without one, the image's own would be meant, which ECS does not read: refused."),
        "disable": OK,
        **rows(
            "interval retries start_period timeout",
            by_value("Outside of what ECS takes it is a warning, and becomes the nearest that it does."),
        ),
        "start_interval": adapted("ECS checks at `interval` from the start"),
    },
    "services.*.logging": {
        "driver": by_value(
            "`awslogs`, `splunk` and `awsfirelens` (by Fluent Bit, to what needs no permissions on AWS). Else logs go "
            "to CloudWatch Logs: Docker's drivers of this machine are a warning, others refused."
        ),
        "options": by_value(
            "Those that ECS has of `awslogs`, over Berth's own, and all of `splunk` and `awsfirelens`, with tokens, "
            "keys and passwords as secrets; without a driver a warning."
        ),
    },
    "services.*.models.*": rows("endpoint_var model_var", CONTAINERS_ONLY),
    "services.*.networks.*": {
        "aliases": by_value("Names for other services; a warning where it names no port, or ends by itself."),
        **rows("driver_opts gw_priority interface_name priority", TUNING),
        **rows(
            "ipv4_address ipv6_address link_local_ips mac_address",
            refused("AWS gives tasks their addresses", "Use the service's name, or `aliases`."),
        ),
    },
    "services.*.ports.*": {
        "host_ip": by_value("An address of its own is refused: the port would be published to all."),
        "published": by_value("Of a range it is the first, with a warning."),
        "target": OK,
        "name": LOCAL,
        "protocol": unless("tcp udp", refused("ECS publishes TCP and UDP, not '{value}'", "Leave the port out.")),
        "mode": unless(
            "ingress",
            locally(
                "only Swarm has this mode",
                adapted("it is published as the stack's `berth:ingress` publishes all ports"),
            ),
        ),
        "app_protocol": adapted("services reach each other by TCP, without regard to the protocol in it"),
    },
    "services.*.post_start.*": rows("command environment privileged user working_dir", HOOK),
    "services.*.pre_stop.*": rows("command environment privileged user working_dir", HOOK),
    "services.*.provider": rows("options type", CONTAINERS_ONLY),
    "services.*.secrets.*": GRANT,
    "services.*.ulimits.*": rows("hard soft", OK),
    "services.*.volumes.*": MOUNT,
    "services.*.volumes.*.bind": rows(
        "create_host_path propagation recursive selinux", by_value("Files of your machine are not on AWS: refused.")
    ),
    "services.*.volumes.*.image": rows("subpath", by_value("ECS mounts no images: refused.")),
    "services.*.volumes.*.tmpfs": {
        "mode": OK,
        "size": by_value("Without one it gets 64 MiB, with a warning."),
    },
    "services.*.volumes.*.volume": {
        "nocopy": OK,
        "labels": LABELS,
        "subpath": by_value("A folder of the volume on EFS, which is made; on the instance's disk refused."),
    },
}
