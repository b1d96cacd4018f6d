"""Stacks on another one, read from files alone: what ``check``, ``cost`` and ``parity`` say of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from berth.check.findings import check
from berth.cost.estimate import estimate
from berth.diagnostics import Severity
from berth.parity.stacks import usual_order
from berth.platforms.application import read_application
from berth.stackfile import read_stack
from tests.unit.berth.parity.checkout import Checkout

COMPOSE = """
name: shop
services:
  web:
    image: nginx:1.29
    ports: ["8080:80"]
    deploy: {resources: {limits: {memory: 500M}}}
    x-berth: {ingress: {port: 80}}
"""
DEV = {"platform": "ecs-ec2", "ingress": "alb", "domain": "dev.example.com", "hostedZoneId": "Z1"}
PR = {"platform": "ecs-ec2", "sharedStack": "dev", "subdomain": "pr-1", "managedServices": False}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "compose.yaml").write_text(COMPOSE)
    write(tmp_path, "dev", instanceMaximum=2, **DEV)
    write(tmp_path, "pr-1", **PR)
    return tmp_path


def write(root: Path, stack: str, **settings: Any) -> None:
    config = {f"berth:{name}": value for name, value in settings.items()}
    (root / f"Pulumi.{stack}.yaml").write_text(yaml.safe_dump({"config": config}))


def errors(root: Path) -> list[str]:
    found = check(root, stacks=["pr-1"]).findings
    return [str(item.diagnostic) for item in found if item.diagnostic.severity is Severity.ERROR]


def test_what_the_other_stack_s_file_says_holds(root: Path) -> None:
    write(root, "dev", **{**DEV, "region": "eu-west-1", "instanceMaximum": 2})
    settings = read_stack("pr-1", root)
    assert (settings.region, settings.most_instances, settings.domain) == ("eu-west-1", 2, "pr-1.dev.example.com")
    assert errors(root) == []


def test_memory_is_counted_for_both(root: Path) -> None:
    """564 MiB twice, the proxy's 64 with each, and a t3.micro has 918."""
    write(root, "dev", **DEV)
    (line,) = errors(root)
    assert "need 564 MiB beside the 564 MiB of dev's, but dev's 1 x t3.micro has 918" in line


def test_a_stack_without_a_load_balancer_is_told_before_a_preview(root: Path) -> None:
    write(root, "dev", platform="ecs-ec2", instanceMaximum=2)
    (line, *_) = errors(root)
    assert "dev has no load balancer" in line
    assert "berth:ingress to alb" in line


def test_a_stack_of_another_project_is_taken_to_have_what_is_needed(root: Path) -> None:
    write(root, "pr-1", platform="ecs-fargate", sharedStack="acme/platform/prod", domain="shop.example.com")
    assert errors(root) == []
    assert read_stack("pr-1", root).domain == "shop.example.com"


def test_it_costs_what_it_has_of_its_own(root: Path) -> None:
    dev, environment = (
        [item.what for item in estimate(read_application(read_stack(name, root), root), read_stack(name, root)).items]
        for name in ("dev", "pr-1")
    )
    assert "load balancer" in dev
    assert any("t3.micro" in what for what in dev)
    assert environment == []


def test_parity_explains_it_and_leaves_it_out_unless_it_is_asked_for(root: Path) -> None:
    assert usual_order(root) == ("dev",)
    code, printed = Checkout(root).run("dev", "pr-1")
    assert (code, "0 unexplained" in printed) == (0, True), printed
    assert "pr-1.dev.example.com" in printed


def test_parity_explains_a_port_on_another_stack_s_load_balancer(root: Path) -> None:
    write(root, "dev", platform="ecs-ec2", ingress="alb", instanceMaximum=2)
    write(root, "pr-1", platform="ecs-ec2", sharedStack="dev", listenerPort=20001)
    code, printed = Checkout(root).run("dev", "pr-1")
    assert (code, "0 unexplained" in printed) == (0, True), printed
    assert "20001" in printed
