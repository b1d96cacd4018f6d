"""``ComposeApplication``: a Compose application in somebody's own Pulumi program."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

import pulumi

from berth.application.args import ComposeApplicationArgs
from berth.application.reading import program_region, read_args, surround
from berth.application.wording import in_arguments
from berth.diagnostics import Diagnostic
from berth.platforms.outputs import ServiceOutputs
from berth.platforms.program import deploy_application
from berth.reporting import one_clear_error, report
from berth.settings import project_directory


class ComposeApplication(pulumi.ComponentResource):
    """All that a Compose file asks for, on this machine or on Amazon ECS, by the steps that Berth's own program takes.

    ``name`` is the application's: resources are ``NAME-STACK-…``, and on this machine it is the Compose project.

    Attributes:
        services: By name of the Compose file; what the program's other resources refer to.
        urls: Service -> where it answers.
        vpc_id: The network that tasks run in; None on this machine, as all of the following.
        public_subnet_ids: Its subnets with a route to the internet.
        private_subnet_ids: Its subnets without; none where tasks need no such.
        cluster_arn: The ECS cluster's ARN.
        exports: What Berth's own program would export, ``shared`` among it, which other stacks' ``sharedStack`` reads.

    Raises:
        pulumi.RunError: the arguments or the files do not fit, or AWS or Docker does not answer; every finding is in
            the message, and nothing was created.
    """

    services: Mapping[str, ServiceOutputs]
    urls: Mapping[str, pulumi.Output[str]]
    vpc_id: pulumi.Output[str] | None
    public_subnet_ids: Sequence[pulumi.Output[str]]
    private_subnet_ids: Sequence[pulumi.Output[str]]
    cluster_arn: pulumi.Output[str] | None
    exports: Mapping[str, pulumi.Input[object]]

    def __init__(self, name: str, args: ComposeApplicationArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("berth:index:ComposeApplication", name, None, opts)
        stack = pulumi.get_stack()
        region = program_region(pulumi.Config("aws").get("region"), os.environ)

        def worded(findings: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
            return in_arguments(findings, name, stack=stack)

        with one_clear_error(worded):
            deployed = deploy_application(
                read_args(name, args, stack=stack, region=region),
                project_directory(),
                stack=stack,
                around=surround(name, args, self, region=region),
                report=lambda findings: report(worded(findings), self),
            )
        self.services, self.urls, self.exports = deployed.services, deployed.urls, deployed.exports
        self.vpc_id, self.cluster_arn = deployed.vpc_id, deployed.cluster_arn
        self.public_subnet_ids, self.private_subnet_ids = deployed.public_subnet_ids, deployed.private_subnet_ids
        self.register_outputs(
            {
                "urls": self.urls,
                "services": {service: _plain(outputs) for service, outputs in self.services.items()},
                "vpc_id": self.vpc_id,
                "public_subnet_ids": self.public_subnet_ids,
                "private_subnet_ids": self.private_subnet_ids,
                "cluster_arn": self.cluster_arn,
            }
        )


def _plain(outputs: ServiceOutputs) -> dict[str, Any]:
    return {field.name: getattr(outputs, field.name) for field in fields(outputs)}
