"""Environments of pull requests: a settings file ``Pulumi.pr-NUMBER.yaml`` that is made from another stack's.

The file is generated: it is not committed, and goes with its environment.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic.alias_generators import to_camel

from berth.components.naming import ENVIRONMENT_TAG
from berth.diagnostics import Diagnostic, ToolError
from berth.settings import Settings
from berth.settings.sharing import OF_THE_PLATFORM
from berth.stackfile import PREFIX, read_stack
from berth.untyped import inside, is_list, is_mapping, mapping

NAME = re.compile(r"pr-([1-9][0-9]*)")
PORTS = range(20_000, 50_000)
"""Ports of load balancers, below those that systems take for outgoing connections of their own."""

OWN = (
    *(to_camel(name) for name in OF_THE_PLATFORM),
    *("sharedStack", "subdomain", "listenerPort", "domain", "hostedZoneId", "ingress", "volumeStorage"),
    *("alarms", "alarmEmails", "alarmTopicArn", "alarmThresholds", "dashboard", "monthlyBudget", "budgetTag"),
    *("deploymentAlarms", "protectData", "retainVolumes", "backup", "secretRotation", "managedServices"),
    *("privateZoneId", "environmentsBoundaryArn"),
)
"""What an environment does not take from the other stack: what that one shares, whom it tells, and what it keeps."""

HEADER = "# Made by `berth up` from Pulumi.{base}.yaml, removed by `berth down`: docs/environments.md\n"


def is_environment(stack: str) -> bool:
    """Whether a stack is that of a pull request, by its name: ``pr-123``."""
    return NAME.fullmatch(stack) is not None


def settings_of(stack: str, base: str, owner: Settings) -> dict[str, Any]:
    """What the environment's file has beside what it takes from ``base``, whose settings are ``owner``.

    Raises:
        ToolError: the environment has no place there.
    """
    match = NAME.fullmatch(stack)
    assert match is not None, "the name is an environment's"
    if owner.platform == "compose":
        raise _problem(
            base,
            "runs on this machine, and an environment of a pull request on another stack's cluster",
            f"Name one on AWS: `python -m berth up {stack} --base dev`.",
        )
    found: dict[str, Any] = {
        "sharedStack": owner.shared_stack or base,
        "managedServices": False,
        "tags": {**owner.tags, ENVIRONMENT_TAG: stack},
    }
    if owner.environments_boundary_arn:
        found["permissionsBoundaryArn"] = owner.environments_boundary_arn
    domain = owner.shared.domain if owner.shared else owner.domain
    if domain:
        return {**found, "subdomain": stack}
    port = PORTS[0] + int(match[1])
    if port not in PORTS:
        raise _problem(
            base,
            f"has no domain, and there is no port for {stack}: without one each has its own, from {PORTS[0]} on",
            f"Set berth:domain in Pulumi.{base}.yaml.",
        )
    return {**found, "listenerPort": port}


def make_file(
    stack: str, base: str, root: Path, run: Callable[..., int], ready: Callable[[str], None]
) -> tuple[str, ...]:
    """Write ``Pulumi.STACK.yaml``; what it is, in lines for the user.

    Encrypted values are encrypted anew for the stack by Pulumi, whichever its secrets provider: ``run`` runs the CLI,
    ``ready`` makes the stack.

    Raises:
        BerthError: there is no such base, its settings are wrong, or Pulumi cannot read its secrets.
    """
    owner = read_stack(base, root)
    own = settings_of(stack, base, owner)
    source = mapping(yaml.safe_load((root / f"Pulumi.{base}.yaml").read_bytes()))
    config = inside(source, "config")
    kept = {key: value for key, value in config.items() if key.removeprefix(PREFIX) not in OWN}
    file = root / f"Pulumi.{stack}.yaml"
    added = {f"{PREFIX}{name}": value for name, value in own.items()}
    provider = {key: source[key] for key in ("secretsprovider",) if key in source}
    plain = {key: value for key, value in kept.items() if not _is_encrypted(value)}
    _write(file, base, {**provider, "config": {**plain, **added}})
    if len(plain) < len(kept):
        ready(stack)
        if run("config", "cp", "--stack", base, "--dest", stack):
            file.unlink()
            raise _problem(base, "has encrypted values that Pulumi cannot copy; its message is above", "")
        copied = yaml.safe_load(file.read_bytes())
        taken = {key: value for key, value in copied["config"].items() if key in kept}
        _write(file, base, {**copied, "config": {**taken, **added}})
    left = sorted(key.removeprefix(PREFIX) for key in config if key not in kept)
    platform = f"{own['sharedStack']}'s network, cluster and load balancer"
    where = f"on port {own['listenerPort']}" if "listenerPort" in own else f"as {stack} below the domain"
    return (
        f"wrote {file.name} from Pulumi.{base}.yaml: on {platform}, {where}",
        *([f"not taken from {base}: {', '.join(left)}"] if left else []),
    )


def _is_encrypted(value: Any) -> bool:
    if is_mapping(value):
        return set(value) == {"secure"} or any(_is_encrypted(item) for item in value.values())
    return is_list(value) and any(_is_encrypted(item) for item in value)


def _write(file: Path, base: str, content: Mapping[str, Any]) -> None:
    file.write_text(HEADER.format(base=base) + yaml.safe_dump(dict(content), sort_keys=False))


def _problem(base: str, message: str, advice: str) -> ToolError:
    return ToolError(Diagnostic(file=f"Pulumi.{base}.yaml", message=message, advice=advice))
