"""An application on ECS: the shared foundation first, then each service after the ones that it depends on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlparse

import pulumi

from berth.components.aws_access import AwsAccess
from berth.components.image import Image, ImageArgs
from berth.compose.model import Application
from berth.platforms.builds import plan_builds
from berth.platforms.ecs.boundary import bounded
from berth.platforms.ecs.data import create_secrets
from berth.platforms.ecs.deployment import Deployment
from berth.platforms.ecs.foundation import Foundation, lay_foundation
from berth.platforms.ecs.managed.choice import with_names
from berth.platforms.ecs.managed.create import ManagedParts, create_managed, zone_domain
from berth.platforms.ecs.network_ingress import plan_network_routes
from berth.platforms.ecs.outputs import service_outputs, service_urls
from berth.platforms.ecs.plan import plan_application
from berth.platforms.ecs.priorities import ListenerRule, read_rules, settle_priorities
from berth.platforms.ecs.provider import choose_provider
from berth.platforms.ecs.scheduled import create_schedule_group
from berth.platforms.ecs.services import Deployed, deploy_service
from berth.platforms.ecs.shared import shared_output
from berth.platforms.ecs.storage import create_storage
from berth.platforms.ecs.task_outputs import task_outputs
from berth.platforms.ecs.watch import watch
from berth.platforms.outputs import ApplicationOutputs
from berth.platforms.surroundings import ALONE, Surroundings
from berth.platforms.values import Values, read_values
from berth.settings import Settings


class EcsApplication(pulumi.ComponentResource):
    """One Compose application on Amazon ECS.

    ``urls`` maps each published service to where it answers, ``log_groups`` each service to its CloudWatch log group;
    ``tasks`` is what ``python -m berth run`` starts a task with, ``shared`` what other stacks use of this one.

    ``services`` is what other resources of the program refer to. ``rules`` are those on an existing listener, where
    other stacks have some, too; ``around`` is what the program gives it.
    """

    def __init__(
        self,
        name: str,
        application: Application,
        settings: Settings,
        opts: pulumi.ResourceOptions | None = None,
        rules: Sequence[ListenerRule] = (),
        around: Surroundings = ALONE,
    ) -> None:
        super().__init__("berth:platforms:EcsApplication", name, None, bounded(settings, opts))
        if settings.shared:  # on record that this stack needs that one: `berth down` reads it
            stack = settings.shared.stack
            label = f"{name}-{stack}" if around.parent else stack
            pulumi.StackReference(label, stack_name=stack, opts=pulumi.ResourceOptions(parent=self))
        child = pulumi.ResourceOptions(parent=self, provider=choose_provider(self, around, name, settings))
        values = read_values(application, settings)
        everything, application = application, with_names(application, settings, zone_domain(name))
        plans = plan_application(application, settings)
        foundation = lay_foundation(name, application, settings, child)
        secrets = create_secrets(name, everything, values, settings, around, child)
        deployment = Deployment(
            prefix=name,
            application=application,
            settings=settings,
            foundation=foundation,
            values=values,
            secrets=secrets,
            storage=create_storage(name, application, plans, foundation, settings, child),
            images=build_images(name, application, values, foundation, settings, around, child),
            routes=settle_priorities(application, settings, rules, name),
            network_routes=plan_network_routes(application, settings),
            schedule_group=create_schedule_group(name, application, settings, child),
            around=around,
            opts=child,
        )
        managed = create_managed(
            ManagedParts(
                prefix=name,
                application=everything,
                settings=settings,
                values=values,
                secrets=secrets,
                foundation=foundation,
                around=around,
                opts=child,
            )
        )
        earlier = {service: Deployed(started=names, done=names) for service, names in managed.items()}
        deployed: dict[str, Deployed] = {}
        for service, plan in plans.items():
            deployed[service] = deploy_service(deployment, plan, {**earlier, **deployed})
        self.urls = service_urls(application, settings, foundation)
        self.log_groups = {service: parts.log_group for service, parts in deployed.items() if parts.log_group}
        self.tasks = task_outputs(deployment, plans, deployed)
        self.watched = watch(deployment, plans, deployed)
        self.shared = shared_output(application, plans, settings, foundation)
        self.services = service_outputs(everything, deployment, plans, deployed, self.urls)
        self.network, self.cluster_arn = foundation.network, foundation.cluster.arn
        self.register_outputs({"urls": self.urls, "logGroups": self.log_groups, "tasks": self.tasks})


def build_images(
    prefix: str,
    application: Application,
    values: Values,
    foundation: Foundation,
    settings: Settings,
    around: Surroundings,
    opts: pulumi.ResourceOptions,
) -> Mapping[str, Image]:
    """An ECR image for each service with a build; its tag is a hash of all that goes into it."""
    known = {**around.secrets, **values.build_secrets}
    images: dict[str, Image] = {}
    for name, planned in plan_builds(application, settings).items():
        build = application.services[name].build
        assert build is not None, "builds are planned for services that have one"
        images[name] = Image(
            f"{prefix}-{name}",
            ImageArgs(
                context=str(build.context),
                tag=planned.tag,
                dockerfile=build.dockerfile,
                dockerfile_inline=build.dockerfile_inline,
                build_args=planned.args,
                target=build.target,
                secrets={secret: pulumi.Output.secret(known[secret]) for secret in build.secrets},
                additional_contexts=build.additional_contexts,
                platform=planned.platform,
                labels=build.labels,
                builder=settings.image_builder,
                force_delete=not settings.protect_data,
                kms_key_id=settings.kms_key_arn,
                access=foundation.access,
                registry_host=urlparse(settings.aws_endpoint).netloc if settings.aws_endpoint else None,
                tags=settings.tags,
            ),
            opts,
        )
    return images


def deploy(application: Application, settings: Settings, around: Surroundings = ALONE) -> ApplicationOutputs:
    """Create everything."""
    rules: Sequence[ListenerRule] = ()
    if settings.listener_arn:
        rules = read_rules(AwsAccess(region=settings.region, endpoint=settings.aws_endpoint), settings.listener_arn)
    root = EcsApplication(
        f"{application.name}-{pulumi.get_stack()}",
        application,
        settings,
        pulumi.ResourceOptions(parent=around.parent),
        rules=rules,
        around=around,
    )
    return ApplicationOutputs(
        exports={
            "urls": root.urls,
            "logGroups": root.log_groups,
            "tasks": root.tasks,
            "shared": root.shared,
            **root.watched,
        },
        services=root.services,
        urls=root.urls,
        vpc_id=root.network.vpc_id,
        public_subnet_ids=root.network.public_subnet_ids,
        private_subnet_ids=root.network.private_subnet_ids,
        cluster_arn=root.cluster_arn,
    )
