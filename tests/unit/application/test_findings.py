"""What a component says of arguments that do not fit: its name, the argument, and what to write instead."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pulumi
import pytest

from berth import ComposeApplication, ComposeApplicationArgs
from berth.application.wording import in_arguments
from berth.diagnostics import Diagnostic
from tests.unit.application.conftest import Run

WHO = "ComposeApplication 'orders': "


def refusal(run: Run, name: str = "orders", **args: Any) -> str:
    given: dict[str, Any] = {"platform": "ecs-fargate", "region": "eu-west-1", **args}

    def program(opts: pulumi.ResourceOptions) -> dict[str, Any]:
        ComposeApplication(name, ComposeApplicationArgs(**given), opts)
        return {}

    with pytest.raises(pulumi.RunError) as caught:
        run(program)
    return str(caught.value)


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ({"settings": {"regoin": "x"}}, f"{WHO}settings.regoin: no such setting\n    Did you mean 'region'?"),
        ({"settings": {"region": "x"}}, f"{WHO}settings.region: is an argument of its own, region"),
        ({"settings": {"projectName": "x"}}, f"{WHO}settings.projectName: the project is named after the component"),
        ({"settings": {"natGateways": "two"}}, f"{WHO}settings.natGateways: Input should be 'none', 'one' or 'zone'"),
        ({"settings": {"ingress": "instance"}}, f"{WHO}settings.ingress: ecs-fargate has no instance"),
        ({"domain": "a.example.com"}, f"{WHO}domain: needs hostedZoneId"),
        ({"platform": "kubernetes"}, f"{WHO}platform: Input should be 'compose'"),
        ({"files": "compose.yaml"}, f"{WHO}files: must be a list of files (got 'compose.yaml')"),
        (
            {"files": ["composed.yaml"]},
            "composed.yaml: there is no such Compose file\n    Set files to the file's path from ",
        ),
        ({"region": None}, f"{WHO}region: is not known"),
        ({"secrets": {"db-pasword": "x"}}, f"{WHO}secrets.db-pasword: no service has such a secret"),
        (
            {"environment": {"apis": {"A": "x"}}},
            f"{WHO}environment.apis: no such service\n    Did you mean 'api'? Services: api, worker.",
        ),
        (
            {"environment": {"api": {"A": 3}}},
            f"{WHO}environment.api.A: must be a string, or an output of one (got int)",
        ),
        ({"secrets": {"db-password": None}}, f"{WHO}secrets.db-password: must be a string"),
    ],
)
def test_it_names_the_component_and_the_argument(run: Run, args: dict[str, Any], expected: str) -> None:
    assert expected in refusal(run, **args)


def test_a_secret_of_the_program_that_nobody_reads_is_told(run: Run) -> None:
    said = refusal(run, secrets={"db-pasword": pulumi.Output.secret("x")}, environment={"ap": {"A": "x"}})
    assert "secrets.db-pasword: no service has such a secret\n    Did you mean 'db-password'?" in said
    assert "environment.ap: no such service" in said, "all at once"


@pytest.mark.parametrize("platform", ["compose", "ecs-ec2"])
def test_nothing_is_created_where_something_is_wrong(run: Run, platform: str) -> None:
    made: list[str] = []

    def program(opts: pulumi.ResourceOptions) -> dict[str, Any]:
        args = ComposeApplicationArgs(platform=platform, region="eu-west-1", environment={"apis": {"A": "x"}})  # type: ignore[arg-type]
        see = pulumi.ResourceOptions(transformations=[lambda it: made.append(it.type_)])
        ComposeApplication("orders", args, see)
        return {}

    with pytest.raises(pulumi.RunError):
        run(program)
    assert made == ["berth:index:ComposeApplication"]


def test_what_decides_what_there_is_must_be_known(run: Run) -> None:
    said = refusal(run, settings={"vpcId": pulumi.Output.from_input("vpc-1")})
    assert f"{WHO}settings.vpcId: is an output" in said


def test_a_name_is_a_projects(run: Run) -> None:
    said = refusal(run, name="Orders")
    assert said.startswith("ComposeApplication 'Orders': name: the application has this name with Docker Compose, too")


def test_names_of_aws_have_room_for_the_components_name(run: Run) -> None:
    said = refusal(run, name="orders-of-the-whole-wide-world-of-ours")
    assert "'orders-of-the-whole-wide-world-of-ours-test-worker' has" in said
    assert "Shorten the service's name, the component's name, or the stack's." in said


def test_a_variable_comes_from_one_place(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "compose.yaml"
    file.write_text(file.read_text().replace("x-berth: {", "x-berth: {secret_environment: {KEY: db-password}, "))
    said = refusal(run, environment={"api": {"KEY": pulumi.Output.secret("x")}})
    assert f"{WHO}environment.api.KEY: x-berth.secret_environment in the Compose file gives the service this" in said


def test_a_managed_service_has_no_container_for_variables(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "compose.yaml"
    managed = (
        "  db: {image: 'postgres:17', networks: [back], secrets: [db-password], x-berth: {managed: rds}, "
        "environment: {POSTGRES_PASSWORD_FILE: /run/secrets/db-password}}\nnetworks:"
    )
    file.write_text(file.read_text().replace("networks: {front", managed + " {front"))
    said = refusal(run, environment={"db": {"POSTGRES_DB": "x"}}, secrets={"db-password": pulumi.Output.secret("x")})
    assert f"{WHO}environment.db: AWS runs this service" in said


def test_warnings_are_beside_the_component(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[tuple[str, str]] = []
    monkeypatch.setattr(pulumi.log, "warn", lambda message, about: said.append((message, about._name)))

    def program(opts: pulumi.ResourceOptions) -> dict[str, Any]:
        args = ComposeApplicationArgs(platform="ecs-fargate", region="eu-west-1", protect_data=True)
        ComposeApplication("orders", args, opts)
        return {}

    run(program)
    (finding,) = said
    assert finding[1] == "orders"
    assert "takes this secret from a file of the checkout\n    Give `secrets.db-password`." in finding[0]


@pytest.mark.parametrize(
    ("advice", "expected"),
    [
        ("Set berth:instanceType to a larger one.", "Set settings.instanceType to a larger one."),
        ("Set berth:composeFiles to the path.", "Set files to the path."),
        (
            "Set it with `pulumi config set --path 'berth:variables.PORT'`, or give a default.",
            "Set it with `variables.PORT`, or give a default.",
        ),
        (
            "Run `pulumi config set --path 'berth:instanceAttributes.disk' ssd`.",
            "Give `settings.instanceAttributes.disk`.",
        ),
        ("Correct Pulumi.dev.yaml.", "Correct ComposeApplication 'orders'."),
    ],
)
def test_advice_is_of_arguments(advice: str, expected: str) -> None:
    (finding,) = in_arguments([Diagnostic(message="x", advice=advice)], "orders", stack="dev")
    assert finding.advice == expected
