"""Differences that a stack's settings make; each names its setting."""

from __future__ import annotations

import pytest

from tests.unit.berth.parity.checkout import DEV, LOCAL, PROD, Checkout, difference


def only_setting(comparison, aspect: str, item: str = "", service: str = "web") -> str:
    found = difference(comparison, aspect, item, service)
    assert found.kind == "by setting"
    (setting,) = {cause.setting for cause in found.causes if cause.kind == "by setting"}
    return setting


def test_a_service_without_differences(checkout: Checkout) -> None:
    found = checkout.web(environment={"A": "1", "B": "2"}, mem_reservation="64m").compare(local=LOCAL, dev=DEV)
    assert found.differences == ()
    assert found.equal["web"]["variables"] == 2
    code, said = checkout.run()
    assert code == 0
    (line,) = [line for line in said.splitlines() if line.startswith("web")]
    assert line.startswith("web  the same: image, architecture, command, entrypoint, variables (2), ports, names")


def test_variables(checkout: Checkout) -> None:
    checkout.web(environment={"MODE": "${MODE}", "SAME": "1"})
    found = checkout.compare(dev={**DEV, "variables": {"MODE": "fast"}}, prod={**PROD, "variables": {"MODE": "safe"}})
    assert only_setting(found, "variables", "MODE") == "berth:variables"
    assert difference(found, "variables", "MODE").values == {"dev": "fast", "prod": "safe"}
    assert found.equal["web"]["variables"] == 1


def test_a_file_that_one_stack_adds(checkout: Checkout) -> None:
    checkout.web().write("more.yaml", "services: {web: {user: '7', command: [serve, 'a b']}}")
    found = checkout.compare(local={"composeFiles": ["compose.yaml", "more.yaml"]}, dev=DEV)
    assert only_setting(found, "user") == "berth:composeFiles"
    assert difference(found, "command").values == {"local": "serve 'a b'", "dev": "the image's own"}


def test_a_service_of_a_profile(checkout: Checkout) -> None:
    checkout.services(web={"image": "nginx:1.29"}, mail={"image": "mail:1", "profiles": ["debug"]})
    found = checkout.compare(local={"profiles": ["debug"]}, dev=DEV)
    assert only_setting(found, "service", service="mail") == "berth:profiles"
    assert difference(found, "service", service="mail").values == {"local": "yes", "dev": None}
    assert len(found.of("mail")) == 1  # of what is there once, there is nothing to compare


@pytest.fixture
def built(checkout: Checkout) -> Checkout:
    checkout.write("app/Dockerfile", "ARG BASE=busybox\nFROM $BASE\nEXPOSE 80\n")
    return checkout.web(image=None, build="./app")


def test_an_image_s_content_is_compared(built: Checkout) -> None:
    assert built.compare(local=LOCAL, dev=DEV, prod=PROD).equal["web"]["image"] == 1


def test_build_arguments(built: Checkout) -> None:
    found = built.compare(local=LOCAL, dev={**DEV, "buildArgs": {"BASE": "alpine"}})
    assert only_setting(found, "image") == "berth:buildArgs"


def test_of_several_settings_the_one_that_does_it(built: Checkout) -> None:
    settings = {**DEV, "buildArgs": {"BASE": "alpine"}, "variables": {"X": "1"}, "profiles": ["x"]}
    assert only_setting(built.compare(local=LOCAL, dev=settings), "image") == "berth:buildArgs"


def test_a_processor(built: Checkout) -> None:
    arm = {**PROD, "cpuArchitecture": "arm64"}
    found = built.compare(dev=DEV, prod=arm)
    assert only_setting(found, "architecture") == "berth:cpuArchitecture"
    assert difference(found, "architecture").values == {"dev": "linux/amd64", "prod": "linux/arm64"}
    assert only_setting(found, "image") == "berth:cpuArchitecture"


def test_where_volumes_are_kept(checkout: Checkout) -> None:
    checkout.services({"volumes": {"data": {}}}, web={"image": "nginx:1.29", "volumes": ["data:/data"]})
    found = checkout.compare(local=LOCAL, dev={**DEV, "volumeStorage": "instance"}, prod=PROD)
    kept = difference(found, "volumes", "/data, kept on")
    assert kept.values == {"local": "Docker's disk", "dev": "the instance's disk", "prod": "EFS"}
    assert [(cause.stack, cause.kind, cause.setting) for cause in kept.causes] == [
        ("dev", "by setting", "berth:volumeStorage"),
        ("prod", "by platform", ""),
    ]
    assert found.equal["web"]["volumes"] == 1


def test_a_domain_brings_tls(checkout: Checkout) -> None:
    checkout.web(ports=["8080:80"], **{"x-berth": {"ingress": {"path": "/app"}}})
    found = checkout.compare(local=LOCAL, prod={**PROD, "domain": "a.example", "hostedZoneId": "Z1"})
    assert only_setting(found, "published", "80/tcp") == "berth:domain"
    assert difference(found, "published", "80/tcp").values["prod"] == "443, path /app"


SECRET = {"secrets": {"key": {"file": "./key"}}}


def test_secrets_of_the_same_file_are_equal(checkout: Checkout) -> None:
    checkout.services(SECRET, web={"image": "nginx:1.29", "secrets": ["key"]}).write("key", "opensesame")
    assert checkout.compare(local=LOCAL, prod=PROD).equal["web"]["secrets"] == 1


@pytest.mark.parametrize("mine", ["another-value", {"secure": "v1:abc"}])
def test_a_secret_of_a_stack_s_own(checkout: Checkout, mine: object) -> None:
    checkout.services(SECRET, web={"image": "nginx:1.29", "secrets": ["key"]}).write("key", "opensesame")
    found = checkout.compare(local=LOCAL, prod={**PROD, "secrets": {"key": mine}})
    assert only_setting(found, "secrets", "/run/secrets/key, content") == "berth:secrets"
    assert difference(found, "secrets", "/run/secrets/key, content").values["prod"] == "[sensitive]"


@pytest.mark.parametrize("setting", ["secrets", "variables"])
def test_two_encrypted_values_are_never_taken_for_equal(checkout: Checkout, setting: str) -> None:
    web = {"image": "nginx:1.29", "secrets": ["key"], "environment": {"KEY": "${key-}"}}
    checkout.services(SECRET, web=web).write("key", "opensesame")
    encrypted = {setting: {"key": {"secure": "v1:abc"}}}
    found = checkout.compare(dev={**DEV, **encrypted}, prod={**PROD, **encrypted})
    place = ("secrets", "/run/secrets/key, content") if setting == "secrets" else ("variables", "KEY")
    assert only_setting(found, *place) == f"berth:{setting}"
    assert "encrypted" in difference(found, *place).causes[-1].text
