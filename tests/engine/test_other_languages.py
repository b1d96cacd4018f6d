"""The programs of examples/yaml and examples/typescript as their readers run them, beside each other.

Emulated is AWS; the engine, both language hosts, the generated SDK and the AWS provider are the real ones.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from berth.emulator.process import Emulator
from berth.rehearsal.workspace import ROOT

PLUGIN = ROOT / "tools" / "provider" / "pulumi-resource-berth"
PASSWORD = "correct-horse-battery"
LANGUAGES = ("yaml", "typescript")


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A copy of an example, and the environment of a reader's shell."""

    directory: Path
    environment: Mapping[str, str]

    def run(self, *command: str | Path) -> str:
        done = subprocess.run(command, cwd=self.directory, env=self.environment, capture_output=True, text=True)
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def up(self) -> None:
        self.run("pulumi", "up", "--yes", "--skip-preview")

    def state(self) -> list[dict[str, Any]]:
        return json.loads(self.run("pulumi", "stack", "export"))["deployment"].get("resources", [])


@pytest.fixture(scope="module")
def programs(
    aws: Emulator, variables: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, Program]:
    PLUGIN.touch()  # the engine keeps a plugin's schema until the plugin is newer
    made = {language: tmp_path_factory.mktemp(language) / "program" for language in LANGUAGES}
    return {
        language: prepare(language, directory, aws, variables.get("BUSYBOX_IMAGE", "busybox:1.37"))
        for language, directory in made.items()
    }


def prepare(language: str, directory: Path, aws: Emulator, image: str) -> Program:
    shutil.copytree(ROOT / "examples" / language, directory, ignore=shutil.ignore_patterns("node_modules", "sdks"))
    (directory.parent / "state").mkdir()
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith(("PULUMI_OPTION_", "AWS_"))},
        "PATH": f"{PLUGIN.parent}{os.pathsep}{os.environ['PATH']}",
        "PULUMI_BACKEND_URL": f"file://{directory.parent / 'state'}",
        "PULUMI_CONFIG_PASSPHRASE": "test",
        "AWS_ENDPOINT_URL": aws.endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }
    program = Program(directory=directory, environment=environment)
    program.run("pulumi", "stack", "init", language)
    program.run("pulumi", "config", "set", "aws:region", aws.region)
    program.run("pulumi", "config", "set", "image", image)
    program.run("pulumi", "config", "set", "--secret", "password", PASSWORD)
    return program


def container(aws: Emulator, service: str) -> dict[str, Any]:
    """The container that the tasks of a service run, as ECS has it, once they do."""
    client = aws.client("ecs")
    found = client.describe_services(cluster=service.split("/")[1], services=[service])["services"][0]
    assert found["runningCount"] == found["desiredCount"] == 1
    definition = client.describe_task_definition(taskDefinition=found["taskDefinition"])["taskDefinition"]
    return dict(definition["containerDefinitions"][0])


def lifecycle(program: Program, aws: Emulator) -> None:
    program.run("pulumi", "package", "add", PLUGIN)
    program.up()
    program.run("pulumi", "preview", "--expect-no-changes")

    service = json.loads(program.run("pulumi", "stack", "output", "--json"))["service"]
    ran = container(aws, service)
    assert ran["environment"] == [{"name": "GREETING", "value": "Hello"}]
    assert [secret["name"] for secret in ran["secrets"]] == ["PASSWORD"]

    state = program.state()
    assert PASSWORD not in json.dumps(state)
    kinds = {item["type"] for item in state}
    assert {"berth:index:Service", "berth:index:Rollout", "berth:index:Network"} <= kinds
    assert not {kind for kind in kinds if kind.startswith("pulumi-python:")}

    program.run("pulumi", "config", "set", "greeting", "Goodbye")
    program.up()
    assert container(aws, service)["environment"] == [{"name": "GREETING", "value": "Goodbye"}]

    program.run("pulumi", "destroy", "--yes", "--skip-preview")
    assert program.state() == []


def test_the_examples_deploy_change_and_leave_nothing(programs: Mapping[str, Program], aws: Emulator) -> None:
    with ThreadPoolExecutor() as pool:
        runs = [pool.submit(lifecycle, program, aws) for program in programs.values()]
    for run in runs:
        run.result()
    ecs = aws.client("ecs")
    assert [
        item["status"] for item in ecs.describe_clusters(clusters=ecs.list_clusters()["clusterArns"])["clusters"]
    ] == []
    assert aws.client("secretsmanager").list_secrets()["SecretList"] == []


def test_what_is_wrong_is_one_error_with_component_and_key(programs: Mapping[str, Program]) -> None:
    program = programs["yaml"]
    program.run("pulumi", "package", "add", PLUGIN)
    file = program.directory / "Pulumi.yaml"
    text = file.read_text()
    file.write_text(text.replace("type: berth:Cluster\n", "type: berth:Cluster\n    properties: {spot: 200}\n"))
    try:
        done = subprocess.run(
            ["pulumi", "preview"], cwd=program.directory, env=program.environment, capture_output=True, text=True
        )
    finally:
        file.write_text(text)
    assert done.returncode != 0
    assert "Cluster cannot be made:" in done.stdout
    assert "spot: spot must be 0 to 100 (got 200)" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_a_whole_compose_file_is_one_resource(programs: Mapping[str, Program], aws: Emulator) -> None:
    """Of a file with a build, a job and a secret: as far as the preview, as what it makes is what Python makes."""
    program = programs["yaml"]
    program.run("pulumi", "package", "add", PLUGIN)
    file = program.directory / "Pulumi.yaml"
    text = file.read_text()
    site = program.directory / "app" / "site"
    site.mkdir(parents=True)
    (site / "Dockerfile").write_text("FROM scratch\n")
    (site.parent / "compose.yaml").write_text("""
services:
  web:
    build: ./site
    ports: ["8080:8080"]
    secrets: [key]
    depends_on: {job: {condition: service_completed_successfully}}
  job: {image: scratch}
secrets: {key: {external: true}}
""")
    application = {
        "type": "berth:ComposeApplication",
        "properties": {
            "platform": "ecs-ec2",
            "directory": "app",
            "secrets": {"key": "${password}"},
            "settings": {"awsEndpoint": aws.endpoint},
        },
    }
    try:
        outputs = {"role": '${shop.services["web"].taskRoleArn}'}
        whole = {**yaml.safe_load(text), "resources": {"shop": application}, "outputs": outputs}
        file.write_text(yaml.safe_dump(whole))
        planned = json.loads(program.run("pulumi", "preview", "--json"))
    finally:
        file.write_text(text)
    made = {(step["op"], step["newState"]["type"], step["urn"].rpartition("::")[2]) for step in planned["steps"]}
    assert {
        ("create", "berth:index:ComposeApplication", "shop"),
        ("create", "aws:ecs/service:Service", "shop-yaml-web"),
        ("create", "docker-build:index:Image", "shop-yaml-web"),
        ("create", "berth:index:RunOnce", "shop-yaml-job"),
        ("create", "aws:secretsmanager/secretVersion:SecretVersion", "shop-yaml-key-value"),
    } <= made
    assert PASSWORD not in json.dumps(planned)
