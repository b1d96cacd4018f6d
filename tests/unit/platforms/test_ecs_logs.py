"""Where logs go, from the Compose file to the task definition and its permissions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from berth.compose.loader import load_application
from berth.platforms.ecs.deploy import EcsApplication
from berth.platforms.ecs.plan import plan_service
from berth.settings import Settings
from tests.unit.components.build import Built, build
from tests.unit.compose.files import load
from tests.unit.hooks import accept_hooks
from tests.unit.recorder import Recorder

OUTPUTS = {
    "aws:ec2/eip:Eip": {"publicIp": "192.0.2.1"},
    "aws:secretsmanager/secretVersion:SecretVersion": {"versionId": "v1"},
}
CALLS = {"aws:index/getAvailabilityZones:getAvailabilityZones": {"names": ["eu-west-1a", "eu-west-1b"]}}
TASK = "aws:ecs/taskDefinition:TaskDefinition"


def deployed(directory: Path, logging: str, platform: str = "ecs-ec2") -> Built:
    (directory / "compose.yaml").write_text(f"services: {{web: {{image: w, logging: {logging}}}}}\n")
    app = load_application(files=["compose.yaml"], directory=directory, project_name="shop")

    def make(opts: Any) -> dict[str, Any]:
        accept_hooks()
        root = EcsApplication("shop-test", app, Settings(platform=platform, region="eu-west-1"), opts)
        return {"log_groups": root.log_groups}

    return build(make, Recorder(calls=CALLS, outputs=OUTPUTS))


def containers(built: Built) -> dict[str, dict[str, Any]]:
    return {item["name"]: item for item in json.loads(built.inputs(TASK, "shop-test-web")["containerDefinitions"])}


def allowed(built: Built, action: str) -> list[str]:
    policy = json.loads(built.inputs("aws:iam/rolePolicy:RolePolicy", "shop-test-web-execution-policy")["policy"])
    return [resource for item in policy["Statement"] if action in item["Action"] for resource in item["Resource"]]


def test_options_of_awslogs_go_over_berth_s_own(tmp_path: Path) -> None:
    built = deployed(tmp_path, "{driver: awslogs, options: {awslogs-group: /own, awslogs-create-group: 'true'}}")
    log = containers(built)["web"]["logConfiguration"]
    assert log["options"]["awslogs-group"] == "/own"
    assert log["options"]["awslogs-stream-prefix"] == "shop-test-web"
    assert built.values["log_groups"] == {"web": "/own"}
    assert "arn:aws:logs:eu-west-1:*:log-group:/own:*" in allowed(built, "logs:PutLogEvents")
    assert allowed(built, "logs:CreateLogGroup") == ["arn:aws:logs:eu-west-1:*:log-group:/own"]


def test_without_a_group_of_its_own_nothing_more_is_allowed(tmp_path: Path) -> None:
    built = deployed(tmp_path, "{driver: awslogs, options: {mode: non-blocking}}")
    assert containers(built)["web"]["logConfiguration"]["options"]["mode"] == "non-blocking"
    assert len(allowed(built, "logs:PutLogEvents")) == 1
    assert allowed(built, "logs:CreateLogGroup") == []


def test_splunk_s_token_is_a_secret_and_the_instance_offers_its_driver(tmp_path: Path) -> None:
    built = deployed(tmp_path, "{driver: splunk, options: {splunk-url: 'https://s', splunk-token: hunter2}}")
    text = built.inputs(TASK, "shop-test-web")["containerDefinitions"]
    assert "hunter2" not in text
    log = containers(built)["web"]["logConfiguration"]
    assert (log["logDriver"], log["options"]) == ("splunk", {"splunk-url": "https://s"})
    (secret,) = log["secretOptions"]
    assert secret["name"] == "splunk-token"
    assert secret["valueFrom"].endswith(":logging-splunk-token::v1")
    assert len(allowed(built, "secretsmanager:GetSecretValue")) == 1
    assert "secrets" not in containers(built)["web"]


def test_a_router_takes_the_log(tmp_path: Path) -> None:
    """https://docs.aws.amazon.com/AmazonECS/latest/developerguide/firelens-taskdef.html"""
    logging = "{driver: awsfirelens, options: {Name: http, Host: logs.example.com}}"
    found = containers(deployed(tmp_path, logging, "ecs-fargate"))
    assert found["web"]["logConfiguration"] == {
        "logDriver": "awsfirelens",
        "options": {"Name": "http", "Host": "logs.example.com"},
    }
    assert found["web"]["dependsOn"] == [{"containerName": "web-log", "condition": "START"}]
    assert found["web-log"]["firelensConfiguration"] == {"type": "fluentbit"}
    assert found["web-log"]["logConfiguration"]["logDriver"] == "awslogs"
    assert found["web-log"]["essential"] is True


def test_a_router_s_keys_are_secrets(tmp_path: Path) -> None:
    built = deployed(tmp_path, "{driver: awsfirelens, options: {Name: datadog, apikey: hunter2, dd_service: shop}}")
    assert "hunter2" not in built.inputs(TASK, "shop-test-web")["containerDefinitions"]
    log = containers(built)["web"]["logConfiguration"]
    assert log["options"] == {"Name": "datadog", "dd_service": "shop"}
    assert [item["name"] for item in log["secretOptions"]] == ["apikey"]


def test_a_router_needs_memory_of_an_instance(tmp_path: Path) -> None:
    ec2 = Settings(platform="ecs-ec2")
    plain = plan_service(load(tmp_path, "services: {web: {image: w}}"), "web", ec2)
    routed = plan_service(load(tmp_path, "services: {web: {image: w, logging: {driver: awsfirelens}}}"), "web", ec2)
    assert routed.reserved_memory == plain.reserved_memory + 50
