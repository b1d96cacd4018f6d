"""An application run by Docker Compose on this machine."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pulumi

from berth.components.compose_up import ComposeUp, ComposeUpArgs, Goal


@dataclass(frozen=True, slots=True, kw_only=True)
class ComposeProjectArgs:
    """What to run. Paths are relative to the Pulumi program's folder.

    Attributes:
        project_name: The Compose project's name; another name replaces the project.
        files: The Compose files.
        directory: The folder that relative paths inside of the files start from.
        profiles: The Compose profiles that are on.
        definition: Service -> its resolved attributes, without nulls. Docker Compose itself reads ``files``; this is
            what a preview compares. A sensitive value is given as a secret output.
        shared: What the services share (networks, volumes, configs, …), to compare too.
        environment: Variables for the files' ``${…}``, over the shell's and those of ``.env``. Kept secret.
        secrets: Compose secret -> value, over the source that the files give. Kept secret.
        content_hashes: Service -> a hash of the content of its secrets, configs and sensitive variables; another one
            recreates its containers. Kept secret.
        build_hashes: Service -> a hash of what its image is built from.
        override: A Compose file's content that is merged over ``files``.
        remove_volumes: Whether destroying the project removes its named volumes.
        timeout: Seconds until every service must be healthy, or have completed where another waits for that.
    """

    project_name: str
    files: Sequence[str]
    directory: str
    profiles: Sequence[str] = ()
    definition: Mapping[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])
    shared: Mapping[str, Any] = field(default_factory=dict[str, Any])
    environment: pulumi.Input[Mapping[str, pulumi.Input[str]]] = field(default_factory=dict[str, pulumi.Input[str]])
    secrets: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    content_hashes: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    build_hashes: Mapping[str, str] = field(default_factory=dict[str, str])
    override: Mapping[str, Any] = field(default_factory=dict[str, Any])
    remove_volumes: bool = False
    timeout: int = 900


class ComposeService(pulumi.ComponentResource):
    """One service of a project. It only carries the attributes, so that a preview shows each service's own changes."""

    def __init__(self, name: str, attributes: Mapping[str, Any], opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("berth:components:ComposeService", name, dict(attributes), opts)
        self.register_outputs({})


class ComposeProject(pulumi.ComponentResource):
    """Services of Compose files, all of them up and healthy once this component is.

    Attributes:
        published: Service -> container port -> host port, for each published TCP port, as Docker gave them.
    """

    published: pulumi.Output[Mapping[str, Mapping[str, int]]]

    def __init__(self, name: str, args: ComposeProjectArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("berth:components:ComposeProject", name, dict(args.shared), opts)
        for service, attributes in args.definition.items():
            build = {"build_hash": args.build_hashes[service]} if service in args.build_hashes else {}
            ComposeService(f"{name}-{service}", {**attributes, **build}, pulumi.ResourceOptions(parent=self))
        up = ComposeUp(
            name,
            ComposeUpArgs(
                project_name=args.project_name,
                files=args.files,
                directory=args.directory,
                profiles=args.profiles,
                environment=args.environment,
                secrets=args.secrets,
                override=args.override,
                definition_hashes={
                    service: visible_hash(attributes) for service, attributes in args.definition.items()
                },
                shared_hash=visible_hash(args.shared),
                build_hashes=args.build_hashes,
                content_hashes=args.content_hashes,
                goals=service_goals(args.definition),
                remove_volumes=args.remove_volumes,
                timeout=args.timeout,
            ),
            pulumi.ResourceOptions(parent=self),
        )
        self.published = up.published
        self.register_outputs({"published": up.published})


def service_goals(definition: Mapping[str, Mapping[str, Any]]) -> dict[str, Goal]:
    """What each service that has containers must come to: to complete where another waits for that, else to run."""
    awaited = {
        name
        for attributes in definition.values()
        for name, dependency in attributes.get("depends_on", {}).items()
        if dependency["condition"] == "service_completed_successfully"
    }
    return {
        name: "completed" if name in awaited else "running"
        for name, attributes in definition.items()
        if attributes.get("scale", attributes.get("deploy", {}).get("replicas", 1)) > 0
    }


def visible_hash(attributes: Mapping[str, Any]) -> str:
    """A hash of what is not secret: of a secret, none may stand in plain text."""
    text = json.dumps(attributes, sort_keys=True, default=lambda _: "[secret]")
    return hashlib.sha256(text.encode()).hexdigest()[:12]
