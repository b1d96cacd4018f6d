"""The Pulumi resource that runs `docker compose up` and `down`; ``ComposeProject`` is the way to it.

https://docs.docker.com/reference/cli/docker/compose/up/
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

import pulumi
import yaml
from pulumi.dynamic import CreateResult, DiffResult, ReadResult, ResourceProvider, UpdateResult

from berth.components.compose_command import ComposeContainer, list_containers, run_compose, wait_settled
from berth.components.dynamic_resource import DynamicResource

LOGS = Path(".berth", "logs")
"""Where the output of Docker Compose is kept, below the Pulumi program's folder."""

CONTENT_LABEL = "dev.berth.content"
"""The container label that carries a service's hash from ``ComposeUpArgs.content_hashes``."""

# gRPC's server would print a traceback beside each error that the engine shows.
logging.getLogger("grpc._server").setLevel(logging.CRITICAL + 1)

Goal = Literal["running", "completed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComposeUpArgs:
    """What to run, and what to run it again for. Paths are relative to the Pulumi program's folder.

    Attributes:
        project_name: The Compose project's name; another name replaces the project.
        files: The Compose files.
        directory: The folder that relative paths inside of the files start from.
        profiles: The Compose profiles that are on.
        environment: Variables for the files' ``${…}``, over the shell's and those of ``.env``.
        secrets: Compose secret -> value, over the source that the files give.
        override: A Compose file's content that is merged over ``files``.
        definition_hashes: Service -> a hash of its definition.
        shared_hash: A hash of what the services share.
        build_hashes: Service -> a hash of what its image is built from.
        content_hashes: Service -> a hash of the content of its secrets and configs; another hash recreates its
            containers, which Docker Compose alone does not do.
        goals: Service -> what each of its containers must be after ``up``.
        remove_volumes: Whether ``down`` removes the project's named volumes.
        timeout: Seconds until every service must have reached its goal, and be healthy.
    """

    project_name: str
    files: Sequence[str]
    directory: str
    profiles: Sequence[str] = ()
    environment: pulumi.Input[Mapping[str, pulumi.Input[str]]] = field(default_factory=dict[str, pulumi.Input[str]])
    secrets: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    override: Mapping[str, Any] = field(default_factory=dict[str, Any])
    definition_hashes: Mapping[str, str] = field(default_factory=dict[str, str])
    shared_hash: str = ""
    build_hashes: Mapping[str, str] = field(default_factory=dict[str, str])
    content_hashes: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    goals: Mapping[str, Goal] = field(default_factory=dict[str, Goal])
    remove_volumes: bool = False
    timeout: int = 900


INPUTS = tuple(item.name for item in fields(ComposeUpArgs))
NOT_RUN_FOR = {"remove_volumes", "timeout"}
"""Inputs that say how to wait or destroy, and nothing of what runs."""


class ComposeUp(DynamicResource, module="berth", name="ComposeUp"):
    """``docker compose up`` of a project on this machine; destroyed, ``docker compose down``.

    ``environment``, ``secrets`` and ``content_hashes`` are secrets in Pulumi's state.

    Attributes:
        published: Service -> container port -> host port, for each published TCP port, as Docker gave them.
    """

    published: pulumi.Output[Mapping[str, Mapping[str, int]]]

    def __init__(self, name: str, args: ComposeUpArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        inputs = {key: getattr(args, key) for key in INPUTS}
        inputs["environment"] = pulumi.Output.secret(args.environment)
        for key in ("secrets", "content_hashes"):  # each value on its own, so that their names stay readable
            inputs[key] = {item: pulumi.Output.secret(value) for item, value in inputs[key].items()}
        super().__init__(ComposeUpProvider(), name, {**inputs, "published": None}, opts)


class ComposeUpProvider(ResourceProvider):
    """Runs in Pulumi's plugin process, in the program's folder.

    Every stack's state names this class by its module and name: a rename must keep the old ones importable.
    """

    serialize_as_secret_always = False  # it holds nothing

    def diff(self, _id: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        changed = _changed(olds, news)
        # Two projects cannot publish the same ports at once: the old one goes first.
        return DiffResult(
            changes=bool(changed), replaces=sorted(changed & {"project_name"}), delete_before_replace=True
        )

    def create(self, props: dict[str, Any]) -> CreateResult:
        project = props["project_name"]
        adopted = bool(list_containers(project))
        try:
            return CreateResult(project, _up(props))
        except RuntimeError:
            if not adopted:  # no state knows of it, so nothing else would ever remove it
                _down(project, remove_volumes=False)
            raise

    def update(self, _id: str, olds: dict[str, Any], news: dict[str, Any]) -> UpdateResult:
        if _changed(olds, news) <= NOT_RUN_FOR:
            return UpdateResult({**news, "published": olds["published"]})
        return UpdateResult(_up(news))

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """The project as it is. A service that is down loses its goal, so that the next update starts it."""
        containers = list_containers(props["project_name"])
        if not containers:
            return ReadResult(None, {})
        down = services_down(props["goals"], containers)
        state = {**props, "published": published_ports(containers)}
        if not down:
            return ReadResult(id_, state)
        state["goals"] = {name: goal for name, goal in props["goals"].items() if name not in down}
        return ReadResult(id_, state, {key: state[key] for key in INPUTS})

    def delete(self, _id: str, props: dict[str, Any]) -> None:
        _down(props["project_name"], remove_volumes=props["remove_volumes"])


def services_down(goals: Mapping[str, Goal], containers: Sequence[ComposeContainer]) -> tuple[str, ...]:
    """The services that have no container, or one that is short of the service's goal."""
    reached: dict[str, list[bool]] = {}
    for item in containers:
        completed = goals.get(item.service) == "completed" and item.state == "exited" and item.exit_code == 0
        reached.setdefault(item.service, []).append(item.state == "running" or completed)
    return tuple(name for name in goals if not reached.get(name) or not all(reached[name]))


def published_ports(containers: Sequence[ComposeContainer]) -> dict[str, dict[str, int]]:
    """Service -> container port -> host port, of the services that publish any."""
    return {
        item.service: {str(target): host for target, host in sorted(item.ports.items())}
        for item in sorted(containers, key=lambda item: item.service)
        if item.ports
    }


def render_override(props: Mapping[str, Any]) -> str:
    """The Compose file that is merged last: ``override``, the secrets' sources, and the content's hashes as labels.

    The secrets' values are not in it; they come by the environment.
    https://docs.docker.com/reference/compose-file/merge/#replace-value
    """
    services = {name: dict(service) for name, service in props["override"].get("services", {}).items()}
    for name, digest in props["content_hashes"].items():
        service = services.setdefault(name, {})
        service["labels"] = {**service.get("labels", {}), CONTENT_LABEL: digest}
    replaced = {name: _Replace(environment=_secret_variable(name)) for name in props["secrets"]}
    secrets = {**props["override"].get("secrets", {}), **replaced}
    parts = {**props["override"], "services": services, "secrets": secrets}
    return yaml.dump({key: value for key, value in parts.items() if value}, Dumper=_Dumper, sort_keys=True)


class _Replace(dict[str, Any]):
    """A mapping that takes the place of the earlier files': merged with it, a secret would have two sources."""


class _Dumper(yaml.SafeDumper):
    pass


def _represent(dumper: yaml.SafeDumper, value: _Replace) -> yaml.MappingNode:
    return dumper.represent_mapping("!override", dict[str, Any](value))


_Dumper.add_representer(_Replace, _represent)


def _changed(olds: Mapping[str, Any], news: Mapping[str, Any]) -> set[str]:
    return {key for key in INPUTS if olds.get(key) != news.get(key)}


def project_options(props: Mapping[str, Any], override: str) -> list[str]:
    """The options of ``docker compose`` that name a project's files, with ``override`` as the last, and profiles."""
    options = [part for file in (*map(_absolute, props["files"]), override) for part in ("--file", file)]
    options += [part for profile in props["profiles"] for part in ("--profile", profile)]
    return [*options, "--project-directory", _absolute(props["directory"])]


def project_environment(props: Mapping[str, Any]) -> dict[str, str]:
    """Variables for the files' ``${…}``, and the values of the secrets that ``render_override`` names."""
    secrets = {_secret_variable(name): value for name, value in props["secrets"].items()}
    return {**props["environment"], **secrets}


def _up(props: Mapping[str, Any]) -> dict[str, Any]:
    project = props["project_name"]
    run_compose(
        project,
        "up",
        ["--detach", "--build", "--remove-orphans", "--wait", "--wait-timeout", str(int(props["timeout"]))],
        options=project_options(props, "-"),
        log=LOGS / f"{project}-up.log",
        environment=project_environment(props),
        stdin=render_override(props),
    )
    return {**props, "published": published_ports(wait_settled(project))}


def _down(project: str, *, remove_volumes: bool) -> None:
    # By name alone: Compose finds what it labelled, whatever has become of the files since.
    arguments = ["--remove-orphans", *(["--volumes"] if remove_volumes else [])]
    run_compose(project, "down", arguments, log=LOGS / f"{project}-down.log")


def _absolute(path: str) -> str:
    return str(Path(path).absolute())


def _secret_variable(name: str) -> str:
    return f"BERTH_SECRET_{name}"
