"""The stacks that are compared, each with what its file says and with what it runs. Nothing is asked over a network."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from os import environ
from pathlib import Path
from typing import Any

from berth.compose.model import Application
from berth.diagnostics import BerthError, Diagnostic, PlatformError, errors, warnings
from berth.environments import is_environment
from berth.parity.ecs import EcsStack, ecs_facts
from berth.parity.facts import Facts, one
from berth.parity.file import file_facts
from berth.parity.managed import managed_facts, plan_services
from berth.platforms import rules_for
from berth.platforms.application import read_application
from berth.platforms.builds import PlannedBuild, plan_builds
from berth.platforms.ecs.ingress import plan_routes
from berth.platforms.ecs.managed.choice import containers_only
from berth.platforms.ecs.managed.rules import check_managed, container_support
from berth.platforms.ecs.network_ingress import plan_network_routes
from berth.platforms.ecs.plan import ServicePlan, plan_application
from berth.platforms.values import Values, read_values
from berth.settings import Settings
from berth.stackfile import ENCRYPTED, ROOT, read_stack, stack_names
from berth.untyped import is_list, is_mapping

USUAL = ("local", "dev", "prod")
"""The order in which stacks are shown; others follow by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """``file`` and ``running``: service -> its facts. ``data``: service -> what ``docker compose config`` prints.

    ``without_override`` is ``running`` as it would be without ``x-berth.override``. ``plans`` are empty on Docker
    Compose. ``managed``: service -> what AWS runs in its place. ``findings`` are all warnings of a preview,
    ``adapted`` those of an attribute that the platform cannot honour. ``hidden`` is never to be shown.
    """

    name: str
    settings: Settings
    data: Mapping[str, Mapping[str, Any]]
    file: Mapping[str, Facts]
    running: Mapping[str, Facts]
    without_override: Mapping[str, Facts]
    plans: Mapping[str, ServicePlan]
    managed: Mapping[str, str]
    findings: tuple[Diagnostic, ...]
    adapted: tuple[Diagnostic, ...]
    hidden: frozenset[str]


def usual_order(root: Path = ROOT) -> tuple[str, ...]:
    """Every stack that has a settings file, without those of pull requests, which are made of another's."""
    names = [name for name in stack_names(root) if not is_environment(name)]
    return (*(name for name in USUAL if name in names), *(name for name in names if name not in USUAL))


def read_own(name: str, root: Path = ROOT) -> Settings:
    """A stack's settings in which no encrypted value is taken for equal to another stack's.

    Raises:
        BerthError: see ``read_stack``.
    """
    settings = read_stack(name, root)
    return Settings.model_validate(_own(settings.model_dump(), f"{ENCRYPTED} in {name}"))


def _own(value: Any, encrypted: str) -> Any:
    if is_mapping(value):
        return {key: _own(item, encrypted) for key, item in value.items()}
    if is_list(value):
        return [_own(item, encrypted) for item in value]
    return encrypted if value == ENCRYPTED else value


class Reader:
    """Reads stacks of one folder. The same files, profiles and variables are loaded once."""

    def __init__(self, root: Path = ROOT) -> None:
        self.root = root
        self._applications: dict[str, tuple[bool, Application]] = {}
        self._builds: dict[str, dict[str, PlannedBuild]] = {}

    def stacks(self, names: Sequence[str]) -> list[Stack]:
        """These stacks, in this order.

        Raises:
            BerthError: a stack is unknown, its settings or its Compose file are wrong, or do not fit its platform.
        """
        settings = {name: read_own(name, self.root) for name in names}
        for _, item in sorted(settings.items(), key=lambda pair: pair[1].platform == "compose"):
            self.application(item)  # the strict ones first: they serve the others as well
        found: list[Stack] = []
        wrong: list[Diagnostic] = []
        for name in names:
            try:
                found.append(self._stack(name, settings[name]))
            except PlatformError as error:
                wrong += [replace(item, file=_prefixed(name, item.file)) for item in error.diagnostics]
        if wrong:
            raise BerthError(*wrong)
        return found

    def application(self, settings: Settings) -> Application:
        """The stack's application, as the deployment loads it."""
        key, strict = _loading(settings), settings.platform != "compose"
        known = self._applications.get(key)
        if known is None or (strict and not known[0]):
            known = (strict, read_application(settings, self.root))
            self._applications[key] = known
        return known[1]

    def file_facts(self, settings: Settings) -> dict[str, Facts]:
        """What the stack's file says, with the values and build arguments of its settings."""
        application, values = self.application(settings), self._values(settings)
        builds = self._plan_builds(settings)
        return {
            name: file_facts(application, values, builds, name, settings.docker_platform)
            for name in application.services
        }

    def _values(self, settings: Settings) -> Values:
        return read_values(self.application(settings), settings)

    def _plan_builds(self, settings: Settings) -> dict[str, PlannedBuild]:
        key = _loading(settings) + json.dumps([dict(settings.build_args), settings.cpu_architecture])
        if key not in self._builds:
            self._builds[key] = plan_builds(self.application(settings), settings)
        return self._builds[key]

    def _stack(self, name: str, settings: Settings) -> Stack:
        application, values = self.application(settings), self._values(settings)
        findings = rules_for(settings).check(application, settings, stack=name)
        if errors(findings):
            raise PlatformError(*errors(findings))
        file = self.file_facts(settings)
        plans: dict[str, ServicePlan] = {}
        without: dict[str, Facts] = {}
        managed = plan_services(application, settings)
        if settings.platform == "compose":
            running = {
                service: {
                    **facts,
                    "architecture": one(application.raw["services"][service].get("platform") or machine()),
                    **({"schedule": {}, "replicas": one(0)} if application.services[service].schedule else {}),
                }
                for service, facts in file.items()
            }
        else:
            containers = containers_only(application, settings)
            plans = plan_application(containers, settings)
            planned = EcsStack(
                application=containers,
                settings=settings,
                values=values,
                builds=self._plan_builds(settings),
                plans=plans,
                routes=plan_routes(containers, settings),
                managed=managed,
                network_routes=plan_network_routes(containers, settings),
            )
            running = {service: ecs_facts(planned, service) for service in plans}
            running |= {service: managed_facts(plan) for service, plan in managed.items()}
            bare = replace(planned, plans={service: _without_override(plan) for service, plan in plans.items()})
            without |= {service: ecs_facts(bare, service) for service in plans if _overrides(plans[service])}
        return Stack(
            name=name,
            settings=settings,
            data=application.raw["services"],
            file=file,
            running=running,
            without_override={**running, **without},
            plans=plans,
            managed={service: str(plan.product) for service, plan in managed.items()},
            findings=warnings(findings),
            adapted=warnings(
                [
                    *container_support(application, settings),
                    *check_managed(application, settings, values, stack=name),
                ]
            ),
            hidden=_hidden(application, settings, values),
        )


def _prefixed(stack: str, file: str) -> str:
    return file if file == f"Pulumi.{stack}.yaml" else f"{stack}: {file}" if file else stack


def _overrides(plan: ServicePlan) -> bool:
    return bool(plan.service.extension.override)


def _without_override(plan: ServicePlan) -> ServicePlan:
    extension = plan.service.extension.model_copy(update={"override": {}})
    return replace(plan, service=plan.service.model_copy(update={"extension": extension}))


def machine() -> str:
    """What Docker Compose builds for and pulls, where the file names no ``platform``.

    https://docs.docker.com/reference/cli/docker/#environment-variables
    """
    processor = platform.machine().lower()
    named = {"x86_64": "amd64", "aarch64": "arm64"}.get(processor, processor)
    return environ.get("DOCKER_DEFAULT_PLATFORM") or f"linux/{named}"


def _loading(settings: Settings) -> str:
    """All that decides what a Compose file is read as."""
    variables, secrets = dict(settings.variables), sorted(settings.secrets)
    return json.dumps([settings.compose_files, settings.profiles, settings.project_name, variables, secrets])


def _hidden(application: Application, settings: Settings, values: Values) -> frozenset[str]:
    sensitive = {
        item.value
        for service in application.services.values()
        for item in service.environment.values()
        if item.sensitive
    }
    secrets = {*values.secrets.values(), *values.build_secrets.values(), *settings.secrets.values()}
    return frozenset(text.strip() for text in sensitive | secrets if text.strip())
