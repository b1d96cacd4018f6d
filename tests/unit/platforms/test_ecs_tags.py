"""Labels as tags: which AWS takes, and what is said of the others and of the stack's own."""

from __future__ import annotations

import pytest

from berth.compose.model import Deploy
from berth.diagnostics import Severity
from berth.platforms.ecs.tags import check_tags, tags_of
from berth.settings import Settings
from tests.unit.applications import application, service

FARGATE = Settings(platform="ecs-fargate", tags={"team": "a", "stage": "test"})


def found(labels: dict[str, str], settings: Settings = FARGATE):
    return list(check_tags(application(service("web", deploy=Deploy(labels=labels))), settings, "prod"))


def test_a_label_is_over_the_tag_of_the_stack() -> None:
    assert tags_of(FARGATE, {"team": "b"}) == {"team": "b", "stage": "test"}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("a" * 129, ""),
        ("a", "b" * 257),
        ("", "b"),
        ("aws:a", "b"),
        ("AWS:a", "b"),
        ("a", "b(c)"),
        ("a`", "b"),
        ("a", "#"),
    ],
)
def test_what_is_no_tag_is_left_out_with_a_warning(key: str, value: str) -> None:
    assert tags_of(FARGATE, {key: value}) == FARGATE.tags
    (finding,) = found({key: value})
    assert (finding.severity, finding.service, finding.key) == (Severity.WARNING, "web", "deploy.labels")


@pytest.mark.parametrize(("key", "value"), [("a" * 128, "b" * 256), ("größe", "a b+-=._:/@"), ("com.example/team", "")])
def test_what_is_a_tag_is_set(key: str, value: str) -> None:
    assert tags_of(FARGATE, {key: value})[key] == value
    assert found({key: value}) == []


def test_more_than_aws_takes_on_one_resource_are_an_error() -> None:
    assert found({f"k{number}": "" for number in range(47)}) == [], "47, the stack's two and the name are 50"
    (finding,) = found({f"k{number}": "" for number in range(48)})
    assert finding.severity is Severity.ERROR


def test_a_tag_of_the_stack_that_aws_refuses_is_an_error_of_the_stack() -> None:
    (finding,) = found({}, Settings(platform="ecs-ec2", tags={"owner": "a&b"}))
    assert (finding.severity, finding.file, finding.key) == (Severity.ERROR, "Pulumi.prod.yaml", "berth:tags.owner")
