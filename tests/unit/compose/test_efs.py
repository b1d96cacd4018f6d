"""Which volumes are a file system that exists already."""

from __future__ import annotations

from pathlib import Path

import pytest

from berth.compose.efs import ExistingFileSystem, existing_file_system
from berth.compose.model import Volume
from berth.compose.support import check_support
from tests.unit.compose.files import load

ADDRESS = "fs-0a1.efs.eu-west-1.amazonaws.com"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("fs-0a1", ExistingFileSystem(id="fs-0a1")),
        ("fs-0a1:/shop/data", ExistingFileSystem(id="fs-0a1", path="/shop/data")),
        ("fs-0a1:fsap-0b2", ExistingFileSystem(id="fs-0a1", access_point="fsap-0b2")),
        ("fs-0a1:data", None),
        ("data", None),
        (None, None),
    ],
)
def test_an_external_volume_by_its_id(name: str | None, expected: ExistingFileSystem | None) -> None:
    assert existing_file_system(Volume(name="data", external=True, external_name=name)) == expected


@pytest.mark.parametrize(
    ("options", "path"),
    [
        ({"type": "nfs", "o": f"addr={ADDRESS},rw,nfsvers=4.1", "device": ":/shop"}, "/shop"),
        ({"type": "nfs4", "device": f"{ADDRESS}:/"}, "/"),
        ({"type": "nfs", "o": "addr=10.0.0.9", "device": ":/"}, None),
        ({"type": "nfs", "o": f"addr={ADDRESS}", "device": ":/", "more": "x"}, None),
        ({"type": "tmpfs", "device": "tmpfs"}, None),
        ({}, None),
    ],
)
def test_nfs_at_the_address_of_a_file_system(options: dict[str, str], path: str | None) -> None:
    expected = ExistingFileSystem(id="fs-0a1", path=path, region="eu-west-1") if path else None
    assert existing_file_system(Volume(name="data", driver_opts=options)) == expected


@pytest.mark.parametrize(
    ("rest", "keys"),
    [
        ("volumes: {data: {external: true, name: fs-0a1}}", []),
        ("volumes: {data: {external: true, name: own}}", ["volumes.data.external"]),
        (f"volumes: {{data: {{driver_opts: {{type: nfs, o: 'addr={ADDRESS},rw', device: ':/'}}}}}}", []),
        (
            f"volumes: {{data: {{driver_opts: {{type: nfs, o: 'addr={ADDRESS},ro', device: ':/'}}}}}}",
            ["volumes.data.driver_opts"],
        ),
        ("volumes: {data: }\nnetworks: {default: {external: true, name: sg-0a1}}", []),
        ("volumes: {data: }\nnetworks: {default: {external: true, name: own}}", ["networks.default.external"]),
        ("volumes: {data: }\nconfigs: {c: {external: true, name: own}}", ["configs.c.external"]),
        ("volumes: {data: }\nconfigs: {c: {external: true, name: 'arn:aws:ssm:eu-west-1:1:parameter/c'}}", []),
    ],
)
def test_what_fargate_takes_of_what_exists(tmp_path: Path, rest: str, keys: list[str]) -> None:
    configs = "[{source: c, target: /etc/c/c}]" if "configs" in rest else "[]"
    text = f"services: {{web: {{build: {{dockerfile_inline: FROM scratch}}, volumes: [data:/d], configs: {configs}}}}}"
    found = check_support(load(tmp_path, f"{text}\n{rest}"), "ecs-fargate")
    assert [item.key for item in found] == keys
    assert all(item.severity == "error" and item.advice.endswith(".") for item in found)


def test_an_instance_s_services_join_no_security_group(tmp_path: Path) -> None:
    text = "services: {web: {image: w}}\nnetworks: {default: {external: true, name: sg-0a1}}"
    (finding,) = check_support(load(tmp_path, text), "ecs-ec2")
    assert (finding.key, finding.severity) == ("networks.default.external", "error")
