"""What is printed, and what never is; wrong input."""

from __future__ import annotations

import json

import pytest

from berth.__main__ import main
from berth.diagnostics import BerthError, SettingsError
from berth.parity import stacks
from tests.unit.berth.parity.checkout import DEV, LOCAL, PROD, Checkout, difference

SECRETS = ("hunter2-file", "hunter2-shell", "hunter2-env-file", "hunter2-setting", "hunter2-build", "tiny")


@pytest.fixture
def secretive(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    """Sensitive values wherever there can be some, and next to each something that differs."""
    monkeypatch.setenv("FROM_SHELL", "hunter2-shell")
    checkout.write("key", "hunter2-file\n").write("build-key", "hunter2-build").write("env", "TOKEN=hunter2-env-file\n")
    checkout.write("env-local", "TOKEN=hunter2-env-file-2\n").write("pin", "tiny\n")
    checkout.write("local.yaml", "services: {web: {env_file: env-local, command: [serve, --pin, tiny]}}")
    checkout.write("app/Dockerfile", "FROM busybox\n")
    more = {"secrets": {name: {"file": f"./{name}"} for name in ("key", "build-key", "pin")}}
    web = {
        "build": {"context": "./app", "secrets": ["build-key"], "args": {"A": "1"}},
        "environment": {"FROM_SHELL": None, "URL": "https://x:${password-}@db", "OPEN": "said-hunter2-file"},
        "env_file": "env",
        "command": ["serve", "--token", "hunter2-env-file"],
        "secrets": ["key", "pin"],
    }
    setting = {"secrets": {"key": "hunter2-setting"}, "variables": {"password": "hunter2-setting"}}
    checkout.services(more, web=web)
    checkout.stack("local", {"composeFiles": ["compose.yaml", "local.yaml"]}).stack("prod", {**PROD, **setting})
    return checkout


@pytest.mark.parametrize("as_json", [False, True])
def test_a_sensitive_value_never_shows(secretive: Checkout, as_json: bool) -> None:
    code, said = secretive.run(json=as_json)
    assert code == 0, said
    assert [secret for secret in SECRETS if secret in said] == []
    for text in ("TOKEN", "/run/secrets/key, content", "serve --token [sensitive]", "serve --pin [sensitive]"):
        assert text in said  # all of which differ


def test_a_sensitive_value_is_found_in_quotes(checkout: Checkout) -> None:
    checkout.write("env", "TOKEN=it's me\n").write("more.yaml", 'services: {web: {command: [serve, "--key=it\'s me"]}}')
    checkout.web(env_file="env").stack("dev", DEV).stack("local", {"composeFiles": ["compose.yaml", "more.yaml"]})
    _, said = checkout.run()
    assert "command:  local serve '--key=[sensitive]'" in said


def test_a_sensitive_value_of_one_stack_hides_the_others(checkout: Checkout) -> None:
    checkout.write("env", "TOKEN=secretly").write("local.yaml", "services: {web: {env_file: env}}")
    checkout.services(web={"image": "nginx:1.29"}).write("dev.yaml", "services: {web: {environment: {TOKEN: plain}}}")
    found = checkout.compare(
        local={"composeFiles": ["compose.yaml", "local.yaml"]},
        dev={**DEV, "composeFiles": ["compose.yaml", "dev.yaml"]},
    )
    assert difference(found, "variables", "TOKEN").values == {"local": "[sensitive]", "dev": "[sensitive]"}


def test_the_json(checkout: Checkout) -> None:
    checkout.web(environment={"A": "1"}, cpu_shares=512, ports=["8080:80"]).stack("local", LOCAL).stack("dev", DEV)
    found = json.loads(checkout.run(json=True)[1])
    assert set(found) == {"version", "stacks", "summary", "services", "shared"}
    assert (found["version"], found["shared"]) == (1, [])
    assert found["stacks"] == [{"name": "local", "platform": "compose"}, {"name": "dev", "platform": "ecs-ec2"}]
    assert found["summary"] == {"equal": 19, "by platform": 2, "by setting": 0, "unexplained": 0}
    web = found["services"]["web"]
    assert (web["equal"]["variables"], web["equal"]["published"], web["equal"]["volumes"]) == (1, 1, 0)
    assert web["differences"][0] == {
        "aspect": "resources",
        "item": "memory reserved",
        "kind": "by platform",
        "values": {"local": None, "dev": "128 MiB"},
        "file": None,
        "causes": [
            {
                "kind": "by platform",
                "stack": "dev",
                "text": "an instance reserves 128 MiB for a container of which the file names no memory",
                "setting": "",
            }
        ],
    }


def test_stacks_in_the_order_that_is_asked_for_or_their_usual_one(checkout: Checkout) -> None:
    checkout.web()
    for name in ("another", "prod", "dev", "local"):
        checkout.stack(name, DEV)
    assert "Compared: local (ecs-ec2), dev (ecs-ec2), prod (ecs-ec2), another (ecs-ec2)" in checkout.run()[1]
    assert "Compared: prod (ecs-ec2), local (ecs-ec2)\n" in checkout.run("prod", "local", "prod")[1]


def test_equal_inputs_are_loaded_once(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded, real = [], stacks.read_application
    monkeypatch.setattr(stacks, "read_application", lambda *given: loaded.append(given[0]) or real(*given))
    checkout.web().compare(local=LOCAL, dev=DEV, prod=PROD)
    assert [settings.platform for settings in loaded] == ["ecs-ec2"]  # which is strict, as local need not be


def test_an_unknown_stack(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["parity", "local", "prd"]) == 1
    said = capsys.readouterr().out
    assert said.startswith("Pulumi.prd.yaml: no such environment\n")
    assert "Traceback" not in said


def test_a_file_that_does_not_load(checkout: Checkout) -> None:
    checkout.write("compose.yaml", "services: {web: {imag: nginx}}").stack("local", LOCAL)
    with pytest.raises(BerthError, match=r"compose.yaml:1: service 'web': imag"):
        checkout.run()


def test_a_setting_that_is_wrong(checkout: Checkout) -> None:
    checkout.web().stack("prod", {"platform": "fargate"})
    with pytest.raises(SettingsError, match=r"Pulumi.prod.yaml: berth:platform"):
        checkout.run()


def test_what_could_not_be_deployed_is_told_for_each_stack_at_once(checkout: Checkout) -> None:
    checkout.web(privileged=True, pid="host").stack("dev", DEV).stack("prod", PROD)
    checkout.stack("local", {"secrets": {"nokey": "x"}})
    with pytest.raises(BerthError) as caught:
        checkout.run()
    said = [str(item).partition("\n")[0] for item in caught.value.diagnostics]
    assert said[0] == "Pulumi.local.yaml: berth:secrets.nokey: compose.yaml declares no such secret"
    assert [line.split(": ")[0] for line in said[1:]] == ["dev", "prod", "prod"]
    assert any("Fargate runs no privileged containers" in line for line in said)


def test_an_override_that_is_not_in_aws_s_words(checkout: Checkout) -> None:
    checkout.web(**{"x-berth": {"override": {"environment": {"A": "1"}}}}).stack("dev", DEV)
    with pytest.raises(
        BerthError, match=r"dev: compose.yaml: service 'web': x-berth.override: (?s:.*)ContainerDefinition"
    ):
        checkout.run()


def test_a_variable_that_the_cloud_needs_is_needed_beside_a_local_stack(checkout: Checkout) -> None:
    checkout.web(environment={"A": "${NOT_SET_ANYWHERE}"}).stack("local", LOCAL)
    assert checkout.run()[0] == 0
    checkout.stack("dev", DEV)
    with pytest.raises(BerthError, match="NOT_SET_ANYWHERE"):
        checkout.run()
