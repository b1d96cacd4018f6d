"""The sample on this machine, by the README's commands and by Pulumi's own.

In one file, as one after the other: of two builds of the same layers at once, each would take the other's for a change.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from berth.rehearsal.workspace import ROOT, Workspace
from tests.e2e.workspace import containers, copy_checkout, copy_shop, free_port, get, post, posts, volumes, wait_for

pytestmark = pytest.mark.e2e

OWN = re.compile(
    "AWS_.*|MAKE.*|PULUMI_(BACKEND_URL|CONFIG_PASSPHRASE|CONFIG_PASSPHRASE_FILE)|VIRTUAL_ENV|BERTH_OUTER_PATH"
)
"""Variables of the running tests that a new user's shell has not. Its PATH has the tests' Pulumi: without that, set-up
would look for one for minutes."""

Make = Callable[..., str]
MakeWorkspace = Callable[..., Workspace]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout of its own with this one's virtual environment, which ``make`` then finds complete."""
    directory = copy_checkout(tmp_path / "checkout")
    (directory / ".venv").symlink_to(ROOT / ".venv")
    return directory


@pytest.fixture
def shell(checkout: Path) -> dict[str, str]:
    """The variables of a new user's shell."""
    return {
        **{name: value for name, value in os.environ.items() if not OWN.fullmatch(name)},
        "SHOP_PORT": str(free_port()),
        # No login to Pulumi, and no account of AWS.
        "PULUMI_CREDENTIALS_PATH": str(checkout),
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


@pytest.fixture
def make(checkout: Path, project: str, shell: dict[str, str]) -> Make:
    """Runs ``make`` in the checkout as another Compose project; all that it prints."""
    settings = checkout / "Pulumi.local.yaml"
    text = yaml.safe_load(settings.read_text())
    text.pop("encryptionsalt", None)  # of this checkout's passphrase, after a `make up` in it
    text["config"] |= {"berth:projectName": project, "berth:removeVolumes": True}
    settings.write_text(yaml.safe_dump(text))

    def run(*arguments: str, code: int = 0) -> str:
        result = subprocess.run(
            ["make", *arguments],
            cwd=checkout,
            env=shell,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=600,
            check=False,
        )
        assert result.returncode == code, result.stdout
        assert "Traceback" not in result.stdout
        return result.stdout

    return run


def test_the_readmes_commands(make: Make, checkout: Path, project: str) -> None:
    said = make("up")
    found = re.search(r"^web +(http://localhost:\d+) +answers 200$", said, re.MULTILINE)
    assert found, said
    url = found[1]
    assert "<h1>The corner shop</h1>" in get(url)
    post(url, "two words")
    wait_for([("two words", 2)], lambda: posts(url))
    assert (checkout / ".pulumi" / "passphrase").stat().st_mode & 0o077 == 0

    assert "db_password" in make("run", "SERVICE=api", "CMD=ls /run/secrets")
    make("run", "SERVICE=api", "CMD=false", code=2)  # make's own code for any but 0

    file = checkout / "examples" / "shop" / "compose.yaml"
    file.write_text(file.read_text().replace("memory: 96M", "memory: 112M"))
    said = make("preview")
    assert '"100663296" => "117440512"' in said
    assert "compose-web" not in said
    make("up")
    assert posts(url) == [("two words", 2)]
    assert url in make("outputs")

    make("down")
    assert containers(project) == {}
    assert volumes(project) == []


def test_the_shop_from_its_first_deployment_to_its_last(tmp_path: Path, project: str, workspace: MakeWorkspace) -> None:
    file, port = copy_shop(tmp_path), free_port()
    shop = workspace(
        composeFiles=["shop/compose.yaml"], projectName=project, variables={"SHOP_PORT": str(port)}, deployTimeout=120
    )
    url = shop.up()["urls"]["web"]
    assert url == f"http://localhost:{port}"
    assert "<h1>The corner shop</h1>" in get(url)
    post(url, "three short words")
    wait_for([("three short words", 3)], lambda: posts(url))
    assert shop.changes() == {}

    before = containers(project)
    file.write_text(file.read_text().replace("memory: 96M", "memory: 112M"))
    assert shop.changes() == {"ComposeService compose-api": "update", "ComposeUp compose": "update"}
    assert '"100663296" => "117440512"' in shop.run("preview", "--diff").stdout
    shop.up()
    after = containers(project)
    assert {service for service in after if after[service] != before[service]} == {"api"}
    assert posts(url) == [("three short words", 3)]
    assert shop.changes() == {}

    shop.run("destroy", "--yes", "--skip-preview")
    assert containers(project) == {}
    assert volumes(project) == [f"{project}_db-data"]

    shop.run("config", "set", "removeVolumes", "true")
    assert shop.up()["urls"]["web"] == url
    assert posts(url) == [("three short words", 3)]
    shop.run("destroy", "--yes", "--skip-preview")
    assert containers(project) == {}
    assert volumes(project) == []


def test_another_stacks_name_is_one_clear_error(make: Make) -> None:
    said = make("up", "STACK=prd", code=2)
    assert "Pulumi.prd.yaml: no such environment" in said
    assert "dev, local, prod" in said


def test_a_port_in_use_is_one_clear_error(make: Make, shell: dict[str, str], project: str) -> None:
    with socket.create_server(("", int(shell["SHOP_PORT"]))):
        said = make("preview", code=2)
    assert f"service 'web': ports: port {shell['SHOP_PORT']} of this machine is in use by another program" in said
    assert containers(project) == {}


def test_a_cloud_stack_without_credentials_is_one_clear_error(make: Make) -> None:
    said = make("preview", "STACK=prod", code=2)
    assert "no AWS credentials" in said
    assert "AWS_PROFILE" in said
