"""Stacks on another one's network, cluster and load balancer: environments of pull requests by the command line, and a
stack that names each of these by its id. All use them and leave them as they were.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from berth.answer import Address
from berth.emulator.process import Emulator
from berth.policies import with_policies
from berth.rehearsal.leftovers import resources
from berth.rehearsal.workspace import Workspace
from bootstrap.permissions.environments import GRANTS
from tests.engine.command import berth
from tests.engine.conftest import Stack, granted
from tests.engine.lifecycle import page

pytestmark = pytest.mark.engine

ONE = """
name: small
services:
  web:
    image: ${BUSYBOX_IMAGE:-busybox:1.37}
    command: [sh, -c, "mkdir /www && echo of-dev > /www/index.html && exec httpd -f -p 9000 -h /www"]
    expose: ["9000"]
    x-berth: {ingress: {}}
"""
BY_IDS = ONE.replace("of-dev", "of-shop").replace(
    "ingress: {}", "ingress: [{host: shop.example.com}, {host: shop.example.com, path: /more, priority: 7}]"
)
DOMAIN = "dev.example.com"
OF_DEV = ("ingress", "domain", "certificateArn", "instanceMaximum")
CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/00000000-0000-4000-8000-000000000000"


@dataclass(frozen=True, slots=True)
class Environments:
    """The stack ``dev`` and the command line beside it."""

    dev: Stack

    def berth(self, *arguments: str, code: int = 0) -> str:
        return berth(self.dev.workspace, *arguments, code=code)

    def of(self, name: str) -> Workspace:
        workspace = self.dev.workspace
        environment = {**with_policies(workspace.environment, platform="compose"), "PULUMI_STACK": name}
        return Workspace(directory=workspace.directory, stack=name, environment=environment)

    def says(self, host: str, wanted: str = "") -> str:
        """The page at a host, through the one load balancer; ``wanted`` is waited for, else the host's own."""
        (balancer,) = self.dev.aws.client("elbv2").describe_load_balancers()["LoadBalancers"]
        url = f"{self.dev.aws.endpoint}/_alb/{balancer['LoadBalancerName']}"
        return page(Address(url=url, host=f"{host}:443"), wanted or f"of-{host.partition('.')[0]}")[0]

    def services(self) -> list[dict[str, Any]]:
        """Those on the one cluster."""
        ecs = self.dev.aws.client("ecs")
        (cluster,) = ecs.list_clusters()["clusterArns"]
        arns = ecs.list_services(cluster=cluster)["serviceArns"]
        return list(ecs.describe_services(cluster=cluster, services=arns)["services"])


@pytest.fixture
def environments(stack: Callable[..., Stack]) -> Environments:
    settings = {"platform": "ecs-ec2", "ingress": "alb", "domain": DOMAIN, "certificateArn": CERTIFICATE}
    return Environments(stack(text=ONE, name="dev", instanceMaximum=2, **settings))


def test_pull_requests_have_environments_on_another_stack(environments: Environments, aws: Emulator) -> None:
    before = resources(aws.client)
    dev, workspace = environments.dev, environments.of("dev")
    workspace.run("config", "set", "--secret", "--path", "berth:secrets.key", "of dev's passphrase")
    workspace.up()
    alone = resources(aws.client)
    before_them = aws.asked()
    for name, last in (("pr-1", "dev"), ("pr-2", "pr-1")):
        dev.replace("compose.yaml", f"of-{last}", f"of-{name}")
        said = environments.berth("up", name)
        assert f"https://{name}.{DOMAIN}/" in said
    assert environments.of("pr-2").changes() == {}
    assert_granted(aws.asked() - before_them)
    dev.replace("compose.yaml", "of-pr-2", "of-dev")
    assert workspace.changes() == {}, "whoever shares is as it was"
    assert [environments.says(f"{name}.{DOMAIN}") for name in ("pr-1", "pr-2")] == ["of-pr-1", "of-pr-2"]
    assert environments.says(DOMAIN) == "of-dev"

    (provider,) = {item["capacityProviderStrategy"][0]["capacityProvider"] for item in environments.services()}
    assert provider.startswith("capacity-small-dev")
    named_by_ids(environments)

    assert "pr-1, pr-2 use the network" in environments.berth("down", "dev", code=1)
    before_the_end = aws.asked()
    environments.berth("down", "pr-1")
    assert_granted(aws.asked() - before_the_end)
    folder = workspace.directory
    assert sorted(path.name for path in folder.glob("Pulumi.pr-*.yaml")) == ["Pulumi.pr-2.yaml"]
    assert [environments.says(host) for host in (f"pr-2.{DOMAIN}", DOMAIN)] == ["of-pr-2", "of-dev"]

    (folder / "Pulumi.pr-2.yaml").unlink()  # as in another checkout
    assert "pull request 2 is not open" in environments.berth("sweep", "--open", "1,3")
    assert resources(aws.client) == alone
    workspace.run("destroy", "--yes", "--skip-preview")
    assert sorted(resources(aws.client) - before) == []


def assert_granted(asked: Counter[str]) -> None:
    """To the role that workflows take for pull requests' environments."""
    assert "ecs:DescribeServices" in asked
    beyond = sorted(set(asked) - granted(GRANTS))
    assert not beyond, f"bootstrap/permissions/environments lacks {', '.join(beyond)}"


def named_by_ids(environments: Environments) -> None:
    """On Fargate, by settings that name what exists."""
    aws, dev = environments.dev.aws.client, environments.dev
    shared = environments.of("dev").outputs()["shared"]
    before, rules = resources(aws), {"ListenerArn": shared["listenerArn"]}
    present = {rule["Priority"] for rule in aws("elbv2").describe_rules(**rules)["Rules"]}
    (dev.directory / "shop.yaml").write_text(BY_IDS)
    shop = environments.of("shop")
    shop.configure(
        {
            **{name: value for name, value in dev.plan.settings.items() if name not in OF_DEV},
            **{name: shared[name] for name in ("vpcId", "vpcCidr", "publicSubnetIds", "listenerArn", "clusterArn")},
            "platform": "ecs-fargate",
            "composeFiles": ["application/shop.yaml"],
        }
    )
    shop.run("stack", "init", "shop")
    shop.up()
    assert shop.outputs()["urls"] == {"web": "https://shop.example.com/"}
    assert environments.says("shop.example.com") == "of-shop"
    assert environments.says("www.example.com", "of-dev") == "of-dev", "the rule is for its own host"
    assert shop.changes() == {}
    added = {rule["Priority"] for rule in aws("elbv2").describe_rules(**rules)["Rules"]} - present
    assert len(added) == 2
    assert "7" in added
    assert [item.get("launchType") for item in environments.services()].count("FARGATE") == 1
    shop.run("destroy", "--yes", "--skip-preview")
    assert resources(aws) == before
    assert {rule["Priority"] for rule in aws("elbv2").describe_rules(**rules)["Rules"]} == present
