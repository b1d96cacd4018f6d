"""What every service of one deployment is made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from berth.components.image import Image
from berth.compose.model import Application
from berth.platforms.ecs.data import SecretReference
from berth.platforms.ecs.foundation import Foundation
from berth.platforms.ecs.ingress import PlannedRoute
from berth.platforms.ecs.network_ingress import PlannedNetworkRoute
from berth.platforms.ecs.storage import Storage
from berth.platforms.surroundings import Surroundings
from berth.platforms.values import Values
from berth.settings import Settings


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
    around: Surroundings
    opts: pulumi.ResourceOptions
