"""What AWS runs in place of a container: databases and caches."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from berth.settings.group import Group


class ManagedSettings(Group):
    """Services with ``x-berth.managed``: whether AWS runs them, and how large. ``database_storage`` is GiB.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html#gp3-storage
    https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html
    """

    managed_services: bool = True
    database_class: str = Field(default="db.t4g.micro", pattern=r"^db\.[a-z0-9-]+\.[a-z0-9-]+$")
    database_storage: int = Field(default=20, ge=20, le=65536)
    database_multi_zone: bool = False
    database_backup_days: int = Field(default=7, ge=0, le=35)
    database_insights: bool = False
    cache_node_type: str = Field(default="cache.t4g.micro", pattern=r"^cache\.[a-z0-9-]+\.[a-z0-9-]+$")
    cache_replicas: int = Field(default=0, ge=0, le=5)
    cache_tls: Literal["preferred", "required"] = "preferred"
    private_zone_id: str | None = None
