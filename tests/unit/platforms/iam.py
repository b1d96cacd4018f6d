"""Every permission that a deployment's roles have, in the words of docs/iam.md."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from pulumi.runtime import MockResourceArgs

from berth.compose.model import Application
from berth.platforms.ecs.deploy import EcsApplication
from berth.settings import Settings
from tests.unit.components.build import Built, build
from tests.unit.hooks import accept_hooks
from tests.unit.recorder import MADE_BY_AWS, Recorder

PAGE = Path(__file__).parents[3] / "docs" / "iam.md"
ARN = "arn:aws:ec2:us-east-1:123456789012:"
PREFIX = "shop-test"


@dataclass(frozen=True, slots=True, order=True)
class Permission:
    """``only_if`` is the statement's condition; empty without one."""

    role: str
    action: str
    resource: str
    only_if: str = ""

    def row(self, why: str = "…") -> str:
        cells = (f"`{self.role}`", f"`{self.action}`", f"`{self.resource}`", self.only_if and f"`{self.only_if}`", why)
        return re.sub(r"\|  \|", "| |", f"| {' | '.join(cells)} |")


class Typed(Recorder):
    """ARNs that name the resource's type: ``arn:aws:ec2:…:LogGroup/shop-test-web``."""

    def new_resource(self, args: MockResourceArgs) -> tuple[str, dict[str, Any]]:
        id_, state = super().new_resource(args)
        return id_, {**state, "arn": f"{ARN}{args.typ.rpartition(':')[2]}/{args.name}"}


def permissions(application: Application, names: dict[str, str], **settings: Any) -> set[Permission]:
    """What all roles of one deployment may do; ``names`` puts words for text of the Compose file."""
    recorder = Typed(
        calls={
            "aws:ecr/getAuthorizationToken:getAuthorizationToken": {"userName": "AWS", "password": "login"},
            "aws:index/getAvailabilityZones:getAvailabilityZones": {"names": ["us-east-1a", "us-east-1b"]},
        },
        outputs=dict(MADE_BY_AWS),
    )

    def make(opts: Any) -> dict[str, Any]:
        accept_hooks()
        EcsApplication(PREFIX, application, Settings(**settings), opts)
        return {}

    services = sorted(application.services, key=len, reverse=True)
    return {
        Permission(*(_words(part, services, names) for part in (item.role, item.action, item.resource, item.only_if)))
        for item in _permissions(build(make, recorder))
    }


def _permissions(built: Built) -> Iterator[Permission]:
    roles = built.recorder.of("aws:iam/role:Role")
    for role in roles:
        assert "inlinePolicies" not in role.inputs, "a policy is a resource of its own"
        for statement in json.loads(role.inputs["assumeRolePolicy"])["Statement"]:
            for principal in _list(statement["Principal"]["Service"]):
                for condition in _conditions(statement):
                    yield Permission(role.name, "sts:AssumeRole", principal, condition)
    known = {role.name for role in roles}
    for policy in built.recorder.of("aws:iam/rolePolicy:RolePolicy"):
        assert policy.inputs["role"] in known
        for statement in json.loads(policy.inputs["policy"])["Statement"]:
            for action in _list(statement["Action"]):
                for resource in _list(statement["Resource"]):
                    for condition in _conditions(statement):
                        yield Permission(policy.inputs["role"], action, resource, condition)
    for attachment in built.recorder.of("aws:iam/rolePolicyAttachment:RolePolicyAttachment"):
        yield Permission(attachment.inputs["role"], "managed policy", attachment.inputs["policyArn"])


def _conditions(statement: dict[str, Any]) -> list[str]:
    """Each way to meet a statement's condition: any of a key's values, but every key."""
    keys = [
        [f"{key} is {value}" for value in _list(values)]
        for named in statement.get("Condition", {}).values()
        for key, values in named.items()
    ]
    return [", ".join(way) for way in product(*keys)]


def _list(value: Any) -> list[str]:
    return list(value) if isinstance(value, list) else [value]


def _words(text: str, services: list[str], names: dict[str, str]) -> str:
    """``LogGroup/shop-test-web:*`` -> ``LogGroup SERVICE:*``."""
    for literal, word in names.items():
        text = text.replace(literal, word)
    text = re.sub(re.escape(ARN) + r"(\w+)/(?=shop)", r"\1 ", text).replace(ARN, "arn:aws:ec2:REGION:ACCOUNT:")
    text = re.sub(rf"(Secret|AccessPoint) {PREFIX}-(?!\S+-environment)\S+", r"\1 STACK-NAME", text)
    text = re.sub(rf"{PREFIX}-({'|'.join(map(re.escape, services))})\b", "SERVICE", text)
    return text.replace(PREFIX, "STACK")


def table() -> dict[Permission, str]:
    """The page's rows with the reason of each."""
    rows = {}
    for line in PAGE.read_text().splitlines():
        if line.startswith("| `"):
            role, action, resource, only_if, why = (cell.strip().strip("`") for cell in _five(line))
            permission = Permission(role, action, resource, only_if)
            assert permission not in rows, f"two rows for {permission}"
            rows[permission] = why
    return rows


def _five(line: str) -> list[str]:
    cells = line.strip().removeprefix("|").removesuffix("|").split("|")
    assert len(cells) == 5, f"{PAGE.name}: a row has five cells: {line}"
    return cells
