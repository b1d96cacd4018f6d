"""The ECS platform's verbs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from berth.components.aws_access import AwsAccess
from berth.compose.model import Application
from berth.diagnostics import Diagnostic, errors
from berth.platforms.ecs import rules
from berth.platforms.ecs.account import check_account
from berth.platforms.ecs.builder import check_builder
from berth.platforms.ecs.deploy import deploy
from berth.platforms.ecs.dual_stack import check_dual_stack
from berth.platforms.ecs.free_room import check_free_room
from berth.platforms.ecs.images import check_images
from berth.platforms.ecs.managed.choice import containers_only
from berth.platforms.ecs.priorities import check_listener, read_rules
from berth.platforms.ecs.shared import complete
from berth.settings import Settings

__all__ = ["check", "complete", "deploy"]


def check(application: Application, settings: Settings, *, stack: str) -> list[Diagnostic]:
    """Every finding about ``application``; AWS and registries are asked only where there is no error yet.

    Raises:
        ToolError: AWS or Docker does not answer, or AWS refuses the credentials.
    """
    findings = rules.check(application, settings, stack=stack)
    application = containers_only(application, settings)
    if not errors(findings):
        check_builder(application)
        with ThreadPoolExecutor() as pool:
            images = pool.submit(check_images, application, settings, stack=stack)
            access = AwsAccess(region=settings.region, endpoint=settings.aws_endpoint)
            check_account(access, stack=stack)
            findings += check_dual_stack(access, settings, stack=stack)
            findings += check_free_room(access, application, settings, stack=stack)
            if settings.listener_arn:
                taken = read_rules(access, settings.listener_arn)
                findings += check_listener(application, settings, taken, f"{application.name}-{stack}")
        findings += images.result()
    return findings
