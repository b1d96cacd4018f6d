"""The ECS platform's two verbs."""

from platforms.ecs.deploy import deploy
from platforms.ecs.rules import check

__all__ = ["check", "deploy"]
