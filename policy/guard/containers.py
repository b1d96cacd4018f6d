"""What containers and functions are given: images and variables."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from guard.rule import Options, Resource, Rule, blocks, known_mapping, parsed
from guard.secret_words import secret_kind

TASKS = "aws:ecs/taskDefinition:TaskDefinition"
FUNCTIONS = "aws:lambda/function:Function"

RANDOM = re.compile(r"[A-Za-z0-9+/_=-]{24,}")
BITS = 4.3
"""Bits a character. Hexadecimal has 4 at most, so that hashes of commits and images pass; words have 3 to 4."""

DIGEST = re.compile(r"@sha256:[0-9a-f]{64}$")


def variables(resource: Resource) -> Iterator[tuple[str, str, str]]:
    """Container (or function), name and known value of each variable."""
    if resource.type == FUNCTIONS:
        for block in blocks(resource.inputs.get("environment")):
            for name, value in known_mapping(block.get("variables")).items():
                if isinstance(value, str):
                    yield resource.name, name, value
    for container in containers(resource):
        for variable in blocks(container.get("environment")):
            if isinstance(variable.get("value"), str):
                yield str(container.get("name")), str(variable.get("name")), variable["value"]


def containers(resource: Resource) -> list[Mapping[str, Any]]:
    """The container definitions; none where they are not known yet."""
    return blocks(parsed(resource.inputs.get("containerDefinitions")))


def entropy(text: str) -> float:
    """Shannon's bits a character."""
    counts = Counter(text)
    return -sum(count / len(text) * math.log2(count / len(text)) for count in counts.values())


def _instead(resource: Resource) -> str:
    if resource.type == FUNCTIONS:
        return "keep it in Secrets Manager and give the function its ARN"
    return "write it under the container's `secrets`, with an ARN of Secrets Manager or SSM (Compose: `secrets`)"


def _plain_secrets(resource: Resource, options: Options) -> Iterator[str]:
    allowed = set(options.get("variables", ()))
    for container, name, value in variables(resource):
        kind = secret_kind(name, value)
        if kind and name not in allowed:
            yield f"{container}: the value of {name} is {kind} in plain text: {_instead(resource)}."


def _random_values(resource: Resource, options: Options) -> Iterator[str]:
    allowed = set(options.get("variables", ()))
    for container, name, value in variables(resource):
        if name not in allowed and RANDOM.fullmatch(value) and entropy(value) >= BITS:
            yield f"{container}: the value of {name} looks random, like a key: if it is one, {_instead(resource)}."


def _tags(resource: Resource, options: Options) -> Iterator[str]:
    for container in containers(resource):
        image = str(container.get("image"))
        if not DIGEST.search(image):
            yield (
                f"{container.get('name')}: the image {image} is named by a tag, which may be moved: write "
                f"{image.partition('@')[0]}@sha256:…, as `docker buildx imagetools inspect {image}` prints it."
            )


NAMES: Mapping[str, Any] = {
    "type": "array",
    "items": {"type": "string"},
    "default": [],
    "description": "Variables that hold no secret.",
}

RULES = (
    Rule(
        name="no-plain-secrets",
        description="No variable has a secret in plain text.",
        types=frozenset({TASKS, FUNCTIONS}),
        check=_plain_secrets,
        url="https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html#ecs-8",
        options={"variables": NAMES},
    ),
    Rule(
        name="no-random-values",
        description="No variable has a value that looks like a key.",
        types=frozenset({TASKS, FUNCTIONS}),
        check=_random_values,
        level="advisory",
        url="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security-tasks-containers.html",
        options={"variables": NAMES},
    ),
    Rule(
        name="images-by-digest",
        description="Containers' images are named by digest.",
        types=frozenset({TASKS}),
        check=_tags,
        level="advisory",
        url="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security-tasks-containers.html",
    ),
)
