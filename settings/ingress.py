"""How requests from outside come in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from berth.settings.group import Group


class IngressSettings(Group):
    """How requests from outside come in."""

    ingress: Literal["alb", "instance"] | None = None
    domain: str | None = None
    hosted_zone_id: str | None = None
    certificate_arn: str | None = None
    access_log_bucket: str | None = None
    listener_arn: str | None = None
    target_groups: Mapping[str, tuple[str, ...]] = {}
    web_acl_arn: str | None = None
