"""The EC2 instances of an ECS cluster: an Auto Scaling group behind a capacity provider, and one more for Spot."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import pulumi
import pulumi_aws as aws

from berth.components.role import Role, RoleArgs, Statement
from berth.components.spot import spot_group
from berth.components.user_data import user_data

IMAGES = {
    "x86_64": "/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id",
    "arm64": "/aws/service/ecs/optimized-ami/amazon-linux-2023/arm64/recommended/image_id",
}
GPU_IMAGE = "/aws/service/ecs/optimized-ami/amazon-linux-2023/gpu/recommended/image_id"
"""The public parameters that name the newest ECS-optimized AMIs; that with NVIDIA's driver is for x86_64 alone:
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/retrieve-ecs-optimized_AMI.html"""
MANAGED_POLICIES = (
    "arn:aws:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role",
    "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",
)
ECS_TAG = "AmazonECSManaged"
"""ECS tags the group of a capacity provider so, too late for the first instance, and a refresh would undo it:
https://github.com/hashicorp/terraform-provider-aws/issues/12582"""
BURSTABLE = ("t2.", "t3.", "t3a.", "t4g.")


@dataclass(frozen=True, slots=True, kw_only=True)
class InstancesSpec:
    """``count`` instances over ``subnet_ids``, which are public ones; ``disk_size`` is GiB, at least the AMI's 30.

    With ``maximum`` above ``count`` ECS itself adds instances for tasks that have no place, and removes those that are
    not needed; with ``spot_maximum`` another group of up to so many Spot instances, of ``instance_type`` or one of
    ``spot_types``, comes beside it, and starts empty.
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-auto-scaling.html

    ``elastic_ip`` gives the one instance an address that outlives it. ``gpus`` takes the AMI with NVIDIA's driver, with
    which the agent offers the GPUs that the instance type has. ``attributes`` are what placement constraints ask for;
    ``log_drivers`` are those that the agent offers beside its own. ``ipv6`` adds an
    address of the subnet's range.

    Raises:
        ValueError: no instance, a maximum below it, an Elastic IP for more than one, or GPUs on arm64.
    """

    subnet_ids: Sequence[pulumi.Input[str]]
    security_group_ids: Sequence[pulumi.Input[str]]
    instance_type: str = "t3.micro"
    count: int = 1
    maximum: int | None = None
    spot_maximum: int = 0
    spot_types: Sequence[str] = ()
    disk_size: int = 30
    cpu_architecture: Literal["x86_64", "arm64"] = "x86_64"
    gpus: bool = False
    attributes: Mapping[str, str] = field(default_factory=dict[str, str])
    log_drivers: Sequence[str] = ()
    elastic_ip: bool = True
    ipv6: bool = False
    tags: Mapping[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        if self.count < 1:
            raise ValueError(f"count must be 1 or more (got {self.count})")
        if self.gpus and self.cpu_architecture != "x86_64":
            raise ValueError(
                f"gpus needs x86_64 (got {self.cpu_architecture}): the AMI with the driver is for it alone"
            )
        if self.maximum is not None and self.maximum < self.count:
            raise ValueError(f"maximum must be {self.count} or more, as count is (got {self.maximum})")
        most = max(self.count, self.maximum or 0) + self.spot_maximum
        if self.elastic_ip and most > 1:
            raise ValueError(f"elastic_ip needs count 1 (got {most}): one address serves one instance")

    @property
    def grows(self) -> bool:
        """Whether ECS decides how many instances there are."""
        return (self.maximum or 0) > self.count or self.spot_maximum > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class InstancesArgs(InstancesSpec):
    """``cluster_name`` is the cluster that the instances join."""

    cluster_name: pulumi.Input[str]


class Instances(pulumi.ComponentResource):
    """``capacity_provider_name`` is what a service asks for, or the Spot one; ``public_ip`` is the Elastic IP's."""

    capacity_provider_name: pulumi.Output[str]
    spot_provider_name: pulumi.Output[str] | None
    public_ip: pulumi.Output[str] | None
    role_arn: pulumi.Output[str]

    def __init__(self, name: str, args: InstancesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("berth:components:Instances", name, None, opts)
        self._name = name
        self._args = args
        address = None
        if args.elastic_ip:
            address = aws.ec2.Eip(f"{name}-instance", domain="vpc", tags=self._tags(), opts=self._child())
        role = Role(
            f"{name}-instance",
            RoleArgs(
                service="ec2.amazonaws.com",
                statements=[_associate(address)] if address else [],
                managed_policy_arns=MANAGED_POLICIES,
                description="Instances of an ECS cluster",
                tags=args.tags,
            ),
            self._child(),
        )
        template = self._template(role, address)
        group = self._group(template, role)
        # AWS refuses names that begin with aws, ecs or fargate.
        self.capacity_provider_name = self._capacity_provider(f"capacity-{name}", group).name
        self.spot_provider_name = None
        if args.spot_maximum:
            spot = spot_group(f"{name}-spot", args, template, self._group_tags(), self._child(depends_on=[role]))
            self.spot_provider_name = self._capacity_provider(f"capacity-{name}-spot", spot).name
        self.public_ip = address.public_ip if address else None
        self.role_arn = role.arn
        self.register_outputs(
            {
                "capacity_provider_name": self.capacity_provider_name,
                "public_ip": self.public_ip,
                "role_arn": self.role_arn,
            }
        )

    def _template(self, role: Role, address: aws.ec2.Eip | None) -> aws.ec2.LaunchTemplate:
        args = self._args
        profile = aws.iam.InstanceProfile(
            f"{self._name}-instance", role=role.name, tags=dict(args.tags), opts=self._child()
        )
        script = pulumi.Output.all(args.cluster_name, address.id if address else None).apply(
            lambda known: _encoded(
                user_data(
                    cluster_name=known[0],
                    allocation_id=known[1],
                    attributes=args.attributes,
                    log_drivers=args.log_drivers,
                    drain_spot=args.spot_maximum > 0,
                )
            )
        )
        credits_ = None
        if args.instance_type.startswith(BURSTABLE):
            # T3 and T4g are "unlimited" by default: steady load is billed beyond the instance's price.
            # https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-performance-instances-unlimited-mode.html
            credits_ = aws.ec2.LaunchTemplateCreditSpecificationArgs(cpu_credits="standard")
        return aws.ec2.LaunchTemplate(
            f"{self._name}-instance",
            # Auto Scaling reads the parameter at each launch, so that a new instance has the newest AMI:
            # https://docs.aws.amazon.com/autoscaling/ec2/userguide/using-systems-manager-parameters.html
            image_id=f"resolve:ssm:{GPU_IMAGE if args.gpus else IMAGES[args.cpu_architecture]}",
            instance_type=args.instance_type,
            iam_instance_profile=aws.ec2.LaunchTemplateIamInstanceProfileArgs(arn=profile.arn),
            user_data=script,
            credit_specification=credits_,
            metadata_options=aws.ec2.LaunchTemplateMetadataOptionsArgs(
                http_endpoint="enabled",
                http_tokens="required",
                # A container on the Docker bridge is one hop further: it gets its own task role, never the instance's.
                # The ECS agent runs in the host's network.
                http_put_response_hop_limit=1,
            ),
            block_device_mappings=[
                aws.ec2.LaunchTemplateBlockDeviceMappingArgs(
                    device_name="/dev/xvda",  # the AMI's root
                    ebs=aws.ec2.LaunchTemplateBlockDeviceMappingEbsArgs(
                        volume_type="gp3", volume_size=args.disk_size, encrypted="true", delete_on_termination="true"
                    ),
                )
            ],
            network_interfaces=[
                aws.ec2.LaunchTemplateNetworkInterfaceArgs(
                    device_index=0,
                    associate_public_ip_address="true",
                    ipv6_address_count=1 if args.ipv6 else None,
                    # It ends with the instance, AWS's default: https://github.com/hashicorp/terraform-provider-aws/issues/6080
                    security_groups=args.security_group_ids,
                )
            ],
            tag_specifications=[
                aws.ec2.LaunchTemplateTagSpecificationArgs(resource_type=kind, tags=self._tags())
                for kind in ("instance", "volume")
            ],
            update_default_version=True,
            tags=dict(args.tags),
            opts=self._child(),
        )

    def _group(self, template: aws.ec2.LaunchTemplate, role: Role) -> aws.autoscaling.Group:
        args = self._args
        return aws.autoscaling.Group(
            f"{self._name}-instances",
            min_size=args.count,
            max_size=args.maximum or args.count,
            desired_capacity=None if args.grows else args.count,
            vpc_zone_identifiers=args.subnet_ids,
            health_check_type="EC2",
            protect_from_scale_in=False,
            force_delete=True,  # a task that does not stop must not hold up the stack's end
            launch_template=aws.autoscaling.GroupLaunchTemplateArgs(
                id=template.id,
                version=template.latest_version.apply(str),  # "$Latest" would hide the change that starts the refresh
            ),
            instance_refresh=aws.autoscaling.GroupInstanceRefreshArgs(
                strategy="Rolling",
                preferences=aws.autoscaling.GroupInstanceRefreshPreferencesArgs(
                    # One at a time; the only one of all goes before its successor comes.
                    min_healthy_percentage=100 * (args.count - 1) // args.count,
                )
                if not args.grows
                else aws.autoscaling.GroupInstanceRefreshPreferencesArgs(
                    min_healthy_percentage=100,
                    max_healthy_percentage=110,  # nobody knows how many there are: successors first
                ),
            ),
            tags=self._group_tags(),
            # An instance that starts before its permissions joins no cluster.
            opts=self._child(depends_on=[role]),
        )

    def _capacity_provider(self, name: str, group: aws.autoscaling.Group) -> aws.ecs.CapacityProvider:
        scaling = aws.ecs.CapacityProviderAutoScalingGroupProviderManagedScalingArgs(status="DISABLED")
        if self._args.grows:
            scaling = aws.ecs.CapacityProviderAutoScalingGroupProviderManagedScalingArgs(
                status="ENABLED",
                target_capacity=100,
                minimum_scaling_step_size=1,
                maximum_scaling_step_size=10,
                instance_warmup_period=300,  # AWS's default, of which the provider makes 0 where it is not given
            )
        return aws.ecs.CapacityProvider(
            name,
            auto_scaling_group_provider=aws.ecs.CapacityProviderAutoScalingGroupProviderArgs(
                auto_scaling_group_arn=group.arn,
                managed_scaling=scaling,
                # Protected instances would hold up the group's end; the draining moves a removed one's tasks.
                managed_termination_protection="DISABLED",
                managed_draining="ENABLED",
            ),
            tags=dict(self._args.tags),
            opts=self._child(),
        )

    def _group_tags(self) -> list[aws.autoscaling.GroupTagArgs]:
        return [
            aws.autoscaling.GroupTagArgs(key=key, value=value, propagate_at_launch=key == ECS_TAG)
            for key, value in sorted({**self._tags(), ECS_TAG: "true"}.items())
        ]

    def _child(self, depends_on: Sequence[pulumi.Resource] | None = None) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(parent=self, depends_on=depends_on)

    def _tags(self) -> dict[str, str]:
        return {**self._args.tags, "Name": f"{self._name}-instance"}


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _associate(address: aws.ec2.Eip) -> Statement:
    """Only this address; the instance and its interface have ids that nobody knows before the launch.

    https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
    """
    account = address.arn.apply(lambda arn: arn.rpartition(":")[0])
    return Statement(
        actions=["ec2:AssociateAddress"],
        resources=[
            address.arn,
            pulumi.Output.concat(account, ":instance/*"),
            pulumi.Output.concat(account, ":network-interface/*"),
        ],
    )
