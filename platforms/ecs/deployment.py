"""What every service of one deployment is made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.image import Image
from compose.model import Application
from platforms.ecs.data import SecretReference
from platforms.ecs.foundation import Foundation
from platforms.ecs.ingress import PlannedRoute
from platforms.ecs.network_ingress import PlannedNetworkRoute
from platforms.ecs.storage import Storage
from platforms.values import Values
from settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """What every service of one deployment is made from."""

    prefix: str
    application: Application
    settings: Settings
    foundation: Foundation
    values: Values
    secrets: Mapping[str, SecretReference]
    storage: Storage
    images: Mapping[str, Image]
    routes: tuple[PlannedRoute, ...]
    network_routes: tuple[PlannedNetworkRoute, ...]
    schedule_group: aws.scheduler.ScheduleGroup | None
    opts: pulumi.ResourceOptions
