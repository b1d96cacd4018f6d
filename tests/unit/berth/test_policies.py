"""Which policy packs a run has."""

from __future__ import annotations

from pathlib import Path

from berth.policies import CONFIG_VARIABLE, PACK, PACK_VARIABLE, with_policies

NONE = Path("/nonexistent/policy-config.json")


def test_a_stack_on_aws_has_the_pack_and_one_on_this_machine_none() -> None:
    assert with_policies({"A": "b"}, platform="ecs-fargate", config=NONE) == {"A": "b", PACK_VARIABLE: str(PACK)}
    assert with_policies({PACK_VARIABLE: str(PACK)}, platform="compose", config=NONE) == {}


def test_the_teams_own_configuration_goes_with_the_pack(tmp_path: Path) -> None:
    config = tmp_path / "policy-config.json"
    config.write_text("{}")
    assert with_policies({}, platform="ecs-ec2", config=config)[CONFIG_VARIABLE] == str(config)


def test_packs_that_the_user_has_chosen_stay() -> None:
    chosen = {PACK_VARIABLE: "a,b", CONFIG_VARIABLE: "a.json,b.json"}
    assert with_policies(chosen, platform="ecs-ec2") == chosen
    assert with_policies(chosen, platform="compose") == chosen
