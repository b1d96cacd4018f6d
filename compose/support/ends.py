"""What a service loses that ends by itself: it runs once a deployment, or by a schedule. No others reach it, and no
deployment replaces it.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/standalone-tasks.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from berth.compose.support.rule import HONOURED, Rule
from berth.untyped import inside, mapping


def check_ends(service: Mapping[str, Any], ends: str) -> Iterator[tuple[str, Rule]]:
    """Every finding about one service, as a key and its rule. ``ends`` is how it runs: once, or by a schedule."""
    how, deploy = f"a service that runs {ends}", inside(service, "deploy")
    if service.get("ports"):
        yield "ports", Rule("adapted", f"{how} takes no requests; its ports are not published")
    if service.get("expose"):
        yield "expose", Rule("adapted", f"{how} takes no requests: no other reaches it")
    for network, attachment in sorted(inside(service, "networks").items()):
        if mapping(attachment).get("aliases"):
            yield f"networks.{network}.aliases", Rule("adapted", f"{how} takes no requests, and has no names")
    if _checked(service.get("healthcheck") or {}):
        waits = "its end is waited for" if ends == "once" else "nothing waits for it"
        yield "healthcheck", Rule("adapted", f"ECS shows the health of {how} and does nothing about it: {waits}")
    for key in ("failure_action", "order"):
        if inside(deploy, "update_config").get(key):
            yield f"deploy.update_config.{key}", Rule("adapted", f"{how} has no old tasks that new ones would replace")
    replicas = deploy.get("replicas", service.get("scale", 1))
    if ends == "once" and replicas != 1:
        yield "deploy.replicas", Rule("adapted", f"it runs once a deployment, not {replicas} times")


def restart(policy: str | None, ends: str) -> Rule:
    """Of ``restart``, or of ``deploy.restart_policy.condition``."""
    if policy in (None, "no", "none"):
        return HONOURED
    if ends == "once":
        return Rule("adapted", "it runs once a deployment, and where it fails, so does the deployment")
    return Rule("adapted", "what a schedule has started is not started again before its next time")


def _checked(check: Mapping[str, Any]) -> bool:
    return bool(check) and not check.get("disable") and check.get("test") != ["NONE"]
