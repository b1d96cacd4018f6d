"""What a rehearsal changes of a stack's settings, and what it leaves."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from berth.answer import Address
from berth.diagnostics import BerthError
from berth.rehearsal.plan import RehearsalPlan, plan_rehearsal

ENDPOINT = "http://localhost:5000"


def plan(tmp_path: Path, images: dict[str, str] | None = None, **settings: object) -> RehearsalPlan:
    file = tmp_path / "Pulumi.prod.yaml"
    config = {f"berth:{key}": value for key, value in {"platform": "ecs-fargate", **settings}.items()}
    file.write_text(yaml.safe_dump({"config": {**config, "aws:region": "eu-west-1"}, "encryptionsalt": "v1:x"}))
    return plan_rehearsal(file, endpoint=ENDPOINT, images=images or {})


def test_the_application_stays_and_the_account_goes(tmp_path: Path) -> None:
    made = plan(
        tmp_path, composeFiles=["a.yaml"], natGateways="zone", domain="shop.example", protectData=True, flowLogs=True
    )
    assert made.settings == {
        "platform": "ecs-fargate",
        "composeFiles": ["a.yaml"],
        "natGateways": "zone",
        "awsEndpoint": ENDPOINT,
        "protectData": False,
        "managedServices": False,
        "flowLogs": False,
        "deployTimeout": 180,
        "variables": {},
    }
    assert [note.partition(":")[0] for note in made.notes] == ["domain", "protectData", "flowLogs"]


def test_secrets_of_another_passphrase_are_invented(tmp_path: Path) -> None:
    made = plan(tmp_path, secrets={"key": {"secure": "v1:abc"}, "plain": "x"})
    assert made.settings["secrets"] == {"key": "rehearsal-of-key", "plain": "x"}
    assert made.notes == ("invented values for the secrets key",)


def test_base_images_are_variables_and_the_init_image(tmp_path: Path) -> None:
    made = plan(tmp_path, {"BUSYBOX_IMAGE": "localhost:5000/b:1"}, variables={"SHOP_PORT": "80"})
    assert made.settings["variables"] == {"SHOP_PORT": "80", "BUSYBOX_IMAGE": "localhost:5000/b:1"}
    assert made.settings["initImage"] == "localhost:5000/b:1"


def test_a_load_balancer_is_asked_by_host_and_an_instance_on_this_machine(tmp_path: Path) -> None:
    prod = plan(tmp_path)
    assert prod.address("http://lb-1.elb.amazonaws.com/shop", {80: 8081}) == Address(
        url="http://localhost:5000/shop", host="lb-1.elb.amazonaws.com"
    )
    dev = plan(tmp_path, platform="ecs-ec2")
    assert dev.address("http://192.0.2.1:8080/", {}) == Address(url="http://localhost:8080/")
    assert dev.address("http://192.0.2.1/", {80: 8081}) == Address(url="http://localhost:8081/")
    assert plan(tmp_path, platform="ecs-ec2", ingress="alb").address("http://lb-1/", {}).host == "lb-1"


@pytest.mark.parametrize(("name", "text"), [("nope", None), ("local", "config: {}"), ("local", "")])
def test_there_must_be_something_to_rehearse(tmp_path: Path, name: str, text: str | None) -> None:
    file = tmp_path / f"Pulumi.{name}.yaml"
    if text is not None:
        file.write_text(text)
    with pytest.raises(BerthError) as caught:
        plan_rehearsal(file, endpoint=ENDPOINT, images={})
    assert file.name in str(caught.value)
    assert "dev or prod" in str(caught.value)
