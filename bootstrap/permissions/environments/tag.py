"""Conditions on the environments' tag."""

from __future__ import annotations

from berth.components.naming import ENVIRONMENT_TAG

STACKS = "pr-*"
"""Their stacks' names, which are the tag's values."""

OWN = {"StringLike": {f"aws:ResourceTag/{ENVIRONMENT_TAG}": [STACKS]}}
"""Of what is there already."""

NEW = {"StringLike": {f"aws:RequestTag/{ENVIRONMENT_TAG}": [STACKS]}}
"""Of what is being made."""
