"""The sample over all environments of this checkout."""

from __future__ import annotations

import subprocess
import sys

import pytest

from berth.__main__ import main
from berth.parity.compare import Comparison, compare
from berth.parity.stacks import Reader
from berth.stackfile import ROOT
from tests.unit.berth.parity.checkout import difference

STACKS = ("local", "dev", "prod")


@pytest.fixture(scope="module")
def shop() -> Comparison:
    reader = Reader()
    return compare(reader.stacks(STACKS), reader.file_facts)


def test_nothing_is_unexplained(shop: Comparison) -> None:
    assert shop.stacks == STACKS
    assert set(shop.equal) == {"web", "api", "worker", "migrate", "db"}
    assert [item for item in shop.differences if item.kind == "unexplained"] == []
    assert shop.count("by platform") > 0


def test_images_variables_and_files_are_equal_and_not_for_want_of_any(shop: Comparison) -> None:
    for service, equal in shop.equal.items():
        for aspect in ("image", "variables", "ports", "secrets", "configs", "healthcheck", "depends_on"):
            assert not [item for item in shop.of(service) if item.aspect == aspect], (service, aspect)
        assert equal["image"] == equal["secrets"] == 1, service
    assert {service: equal["variables"] for service, equal in shop.equal.items()} == {
        **{"web": 0, "api": 1, "worker": 1, "migrate": 1},
        "db": 4,
    }
    assert [shop.equal[service]["ports"] for service in ("web", "api", "db")] == [1, 1, 1]
    assert (shop.equal["web"]["configs"], shop.equal["api"]["healthcheck"]) == (1, 5)


def test_names_are_equal_where_there_is_a_port_to_reach(shop: Comparison) -> None:
    assert {service: shop.equal[service].get("names") for service in shop.equal} == {
        **{"web": 1, "api": 1, "worker": None, "migrate": None},
        "db": 2,  # its alias as well
    }


def test_what_the_platforms_change(shop: Comparison) -> None:
    port = difference(shop, "published", "8000/tcp")
    assert port.values == {"local": "8080", "dev": "8080", "prod": "80"}
    task = difference(shop, "resources", "task memory", service="db")
    assert task.values == {"local": None, "dev": None, "prod": "512 MiB"}
    assert task.causes[0].text.endswith("run as Fargate's 0.25 vCPU with 512 MiB")
    kept = difference(shop, "volumes", "/var/lib/postgresql/data, kept on", service="db")
    assert kept.values == {"local": "Docker's disk", "dev": "EFS", "prod": "EFS"}
    assert difference(shop, "networks", service="").values["dev"] == "adapted"


def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["parity", *STACKS]) == 0
    said = capsys.readouterr().out
    assert "Compared: local (compose), dev (ecs-ec2), prod (ecs-fargate)" in said
    assert said.splitlines()[-1].endswith("0 by setting, 0 unexplained")


def test_it_loads_no_sdk_and_asks_no_daemon() -> None:
    program = (
        "import sys; from berth.__main__ import main; import berth.parity.run; "
        "assert 'docker' not in sys.modules; assert main(['parity', 'local', 'dev', 'prod']) == 0; "
        "sys.exit(', '.join({'boto3', 'botocore', 'pulumi', 'pulumi_aws'} & set(sys.modules)) or 0)"
    )
    result = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
