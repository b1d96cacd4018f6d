"""A permissions boundary on every role of a stack, so that who deploys it can give none more than that."""

from __future__ import annotations

import pulumi

from berth.settings import Settings

ROLE = "aws:iam/role:Role"


def bounded(settings: Settings, opts: pulumi.ResourceOptions | None) -> pulumi.ResourceOptions | None:
    """``opts`` by which all roles below get the settings' boundary; a role of a component to come, too.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
    """
    arn = settings.permissions_boundary_arn
    if arn is None:
        return opts

    def limit(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        if args.type_ != ROLE:
            return None
        return pulumi.ResourceTransformationResult(props={**args.props, "permissions_boundary": arn}, opts=args.opts)

    return pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(transformations=[limit]))
