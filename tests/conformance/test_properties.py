"""Whatever a valid file asks for is refused with a reason, or becomes what ECS registers; and secrets stay secret."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings

from berth.compose.loader import load_application
from berth.compose.model import Application
from berth.diagnostics import errors
from berth.platforms.ecs.rules import check
from berth.settings import Settings
from tests.conformance.case import PLATFORMS, PROJECT
from tests.conformance.generate import Generated, compose_files, reordered
from tests.conformance.limits import violations
from tests.conformance.plan import MARK, Planned, plan

EXAMPLES = 16
TWICE = 4
"""Each file costs a second: the real ``docker compose``, and the whole graph under mocks."""

# Without shrinking: a failure prints its file, and to make it smaller would take minutes.
OPTIONS: Mapping[str, Any] = {
    "derandomize": True,
    "deadline": None,
    "database": None,
    "phases": (Phase.generate,),
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
}


def load(generated: Generated, data: Mapping[str, Any]) -> Application:
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder)
        (directory / "compose.yaml").write_text(json.dumps(data, ensure_ascii=False))
        for name, text in generated.files.items():
            (directory / name).write_text(text)
        return load_application(
            files=["compose.yaml"],
            directory=directory,
            project_name=PROJECT,
            variables=generated.variables,
            secret_names=list(generated.variables),
            strict_variables=True,
        )


def stack(platform: str) -> Settings:
    """A stack with room, so that most files fit."""
    return Settings(platform=platform, instance_type="t3.xlarge")


def in_plain_text(value: Any) -> Iterator[str]:
    """Every text of a resource's inputs that is not marked as a secret, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        if MARK not in value:
            for key, item in value.items():
                yield key
                yield from in_plain_text(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from in_plain_text(item)


def leaks(planned: Planned, generated: Generated) -> list[str]:
    """Where a secret's value can be read."""
    return [
        f"{resource.type} {resource.name}: {secret}"
        for resource in planned.built.recorder.resources
        for text in in_plain_text(resource.inputs)
        for secret in generated.secrets
        if secret in text
    ]


def changed(planned: Planned, generated: Generated) -> list[str]:
    """What does not arrive in the container as the file has it, less Compose's escape of a dollar sign."""
    found = []
    for name, service in generated.data["services"].items():
        container = planned.subject(f"container {name}")
        command = [word.replace("$$", "$") for word in service.get("command", ())]
        labels = {key: value.replace("$$", "$") for key, value in service.get("labels", {}).items()}
        if (container.get("command", []), container.get("dockerLabels", {})) != (command, labels):
            found.append(f"{name}: {command} {labels}")
    return found


def test_a_file_is_refused_or_becomes_what_ecs_registers() -> None:
    deployed: Counter[str] = Counter()

    @settings(max_examples=EXAMPLES, **OPTIONS)
    @given(compose_files())
    def holds(generated: Generated) -> None:
        application = load(generated, generated.data)
        for platform in PLATFORMS:
            found = errors(check(application, stack(platform), stack="test"))
            if found:
                assert all(finding.message and finding.key for finding in found)
                continue
            planned = plan(application, stack(platform))
            assert planned.tasks.keys() == generated.data["services"].keys()
            assert [line for task in planned.tasks.values() for line in violations(task, platform)] == []
            assert leaks(planned, generated) == []
            assert changed(planned, generated) == []
            deployed[platform] += 1

    holds()
    for platform in PLATFORMS:
        assert deployed[platform] > EXAMPLES // 4, "most files are refused, so that little was tried"


def test_the_same_file_gives_the_same_bytes() -> None:
    compared: Counter[str] = Counter()

    @settings(max_examples=TWICE, **OPTIONS)
    @given(compose_files())
    def holds(generated: Generated) -> None:
        first, second = load(generated, generated.data), load(generated, reordered(generated.data))
        for platform in PLATFORMS:
            if not errors(check(first, stack(platform), stack="test")):
                assert definitions(first, platform) == definitions(second, platform)
                compared[platform] += 1

    holds()
    assert all(compared[platform] for platform in PLATFORMS)


def definitions(application: Application, platform: str) -> dict[str, str]:
    tasks = plan(application, stack(platform)).tasks
    return {name: task["containerDefinitions"] for name, task in sorted(tasks.items())}


def test_a_secret_in_plain_text_would_be_found() -> None:
    secret = {MARK: "1b47061264138c4ac30d75fd1eb44270", "value": "hunter"}
    assert "hunter" not in list(in_plain_text({"a": [secret], "b": json.dumps({"c": 1})}))
    assert "hunter" in list(in_plain_text({"a": [{"b": "hunter"}]}))
