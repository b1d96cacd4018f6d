"""An image of another CPU architecture is found before it is deployed."""

from __future__ import annotations

from pathlib import Path

import pytest

from berth.compose.model import Build
from berth.platforms.ecs.images import check_images, registry_platforms
from berth.settings import Settings
from tests.unit.applications import application, service

BOTH = frozenset({"linux/amd64", "linux/arm64"})
INTEL = frozenset({"linux/amd64"})
APPLICATION = application(
    service("web", image="acme/web:1"),
    service("db", image="postgres:17"),
    service("api", image=None, build=Build(context=Path("/app"))),
)


def test_the_service_and_what_it_has_are_named() -> None:
    settings = Settings(platform="ecs-fargate", cpu_architecture="arm64")
    answers = {"acme/web:1": INTEL, "postgres:17": BOTH, settings.init_image: BOTH}
    (finding,) = check_images(APPLICATION, settings, stack="prod", ask=answers.__getitem__)
    assert (finding.file, finding.service, finding.key) == ("compose.yaml", "web", "image")
    assert finding.message == "acme/web:1 is for linux/amd64, but the stack runs linux/arm64"
    assert "berth:cpuArchitecture" in finding.advice


def test_the_helpers_image_is_a_setting() -> None:
    settings = Settings(platform="ecs-fargate", cpu_architecture="arm64", init_image="acme/init:1")
    answers = {"acme/web:1": BOTH, "postgres:17": BOTH, "acme/init:1": INTEL}
    (finding,) = check_images(APPLICATION, settings, stack="prod", ask=answers.__getitem__)
    assert (finding.file, finding.key) == ("Pulumi.prod.yaml", "berth:initImage")


@pytest.mark.parametrize("platforms", [BOTH, INTEL, frozenset()])
def test_what_fits_or_cannot_be_learnt_is_no_finding(platforms: frozenset[str]) -> None:
    settings = Settings(platform="ecs-fargate")
    assert check_images(APPLICATION, settings, stack="prod", ask=lambda _: platforms) == []


def test_without_docker_nothing_is_learnt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
    assert registry_platforms("postgres:17") == frozenset()
