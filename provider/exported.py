"""Which components other languages have, and what of them they do not."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi

from berth.application import ComposeApplication
from berth.components.alarms import Alarms
from berth.components.budget import Budget
from berth.components.cache import Cache
from berth.components.certificate import Certificate
from berth.components.cluster import Cluster
from berth.components.compose_project import ComposeProject
from berth.components.compose_up import ComposeUpProvider
from berth.components.dashboard import Dashboard
from berth.components.database import Database
from berth.components.dynamic_resource import ResourceProvider
from berth.components.error_alarm import ErrorAlarm
from berth.components.file_system import FileSystem
from berth.components.flow_log import FlowLog
from berth.components.github_role import GitHubRole
from berth.components.image import Image
from berth.components.instances import Instances
from berth.components.job import Job
from berth.components.listener_on_port import ListenerOnPort
from berth.components.load_balancer import LoadBalancer
from berth.components.logs import LogGroup
from berth.components.network import Network
from berth.components.network_load_balancer import NetworkLoadBalancer
from berth.components.network_route import NetworkRoute
from berth.components.private_names import PrivateNames
from berth.components.private_zone import PrivateZone
from berth.components.role import Role
from berth.components.rollout import RolloutProvider
from berth.components.route import Route
from berth.components.run_once import RunOnceProvider
from berth.components.scaling import Scaling
from berth.components.schedule import Schedule
from berth.components.secret import Secret
from berth.components.security_group import SecurityGroup
from berth.components.service import Service
from berth.components.task import TaskDefinition
from berth.components.task_events import TaskEvents
from berth.components.topic import Topic

COMPONENTS: tuple[type[pulumi.ComponentResource], ...] = (
    Alarms,
    Budget,
    Cache,
    Certificate,
    Cluster,
    ComposeApplication,
    ComposeProject,
    Dashboard,
    Database,
    ErrorAlarm,
    FileSystem,
    FlowLog,
    GitHubRole,
    Image,
    Instances,
    Job,
    ListenerOnPort,
    LoadBalancer,
    LogGroup,
    Network,
    NetworkLoadBalancer,
    NetworkRoute,
    PrivateNames,
    PrivateZone,
    Role,
    Route,
    Scaling,
    Schedule,
    Secret,
    SecurityGroup,
    Service,
    TaskDefinition,
    TaskEvents,
    Topic,
)
"""Every component that the package has. A new one stands here, and nothing else of it is written down."""

NOT_EXPORTED: Mapping[str, str] = {
    "ComposeService": "a row of a preview, made by ComposeProject; alone it does nothing",
}

DEPENDS_ON = "what to wait for; other languages depend on the component itself, which waits for all that is in it"
LEFT_OUT: Mapping[str, str] = {
    "Cluster.ready": DEPENDS_ON,
    "FileSystem.mount_targets": DEPENDS_ON,
    "Job.run": DEPENDS_ON,
    "NetworkRoute.listener": DEPENDS_ON,
    "PrivateZone.ready": DEPENDS_ON,
    "Route.rule": DEPENDS_ON,
    "Schedule.schedule": DEPENDS_ON,
    "Service.rollout": DEPENDS_ON,
    "Service.service": DEPENDS_ON,
}
"""Attributes that are resources, which have no value to send, and why nobody misses them."""

DYNAMIC: Mapping[str, type[ResourceProvider]] = {
    "ComposeUp": ComposeUpProvider,
    "Rollout": RolloutProvider,
    "RunOnce": RunOnceProvider,
}
"""Resources whose create, update and delete are Python, by the names of their classes."""
