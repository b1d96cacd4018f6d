"""The EC2 instances of an ECS cluster: an Auto Scaling group of fixed size behind a capacity provider."""

from __future__ import annotations

import base64
import json
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import pulumi
import pulumi_aws as aws

from components.role import Role, RoleArgs, Statement

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
LOG_DRIVERS = ("json-file", "syslog", "awslogs", "fluentd", "none")
"""What the agent offers where nothing is said:
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-agent-config.html"""
BURSTABLE = ("t2.", "t3.", "t3a.", "t4g.")


@dataclass(frozen=True, slots=True, kw_only=True)
class InstancesSpec:
    """``count`` instances over ``subnet_ids``, which are public ones; ``disk_size`` is GiB, at least the AMI's 30.

    ``elastic_ip`` gives the one instance an address that outlives it. ``gpus`` takes the AMI with NVIDIA's driver, with
    which the agent offers the GPUs that the instance type has. ``attributes`` are what placement constraints ask for;
    ``log_drivers`` are those that the agent offers beside its own.

    Raises:
        ValueError: no instance, an Elastic IP for more than one, or GPUs on arm64.
    """

    subnet_ids: Sequence[pulumi.Input[str]]
    security_group_ids: Sequence[pulumi.Input[str]]
    instance_type: str = "t3.micro"
    count: int = 1
    disk_size: int = 30
    cpu_architecture: Literal["x86_64", "arm64"] = "x86_64"
    gpus: bool = False
    attributes: Mapping[str, str] = field(default_factory=dict)
    log_drivers: Sequence[str] = ()
    elastic_ip: bool = True
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.count < 1:
            raise ValueError(f"count must be 1 or more (got {self.count})")
        if self.gpus and self.cpu_architecture != "x86_64":
            raise ValueError(
                f"gpus needs x86_64 (got {self.cpu_architecture}): the AMI with the driver is for it alone"
            )
        if self.elastic_ip and self.count > 1:
            raise ValueError(f"elastic_ip needs count 1 (got {self.count}): one address serves one instance")


@dataclass(frozen=True, slots=True, kw_only=True)
class InstancesArgs(InstancesSpec):
    """``cluster_name`` is the cluster that the instances join."""

    cluster_name: pulumi.Input[str]


class Instances(pulumi.ComponentResource):
    """``capacity_provider_name`` is what a service asks for; ``public_ip`` is the Elastic IP's."""

    capacity_provider_name: pulumi.Output[str]
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
        provider = self._capacity_provider(group)
        self.capacity_provider_name = provider.name
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
            max_size=args.count,
            desired_capacity=args.count,
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
                ),
            ),
            tags=[
                aws.autoscaling.GroupTagArgs(key=key, value=value, propagate_at_launch=key == ECS_TAG)
                for key, value in sorted({**self._tags(), ECS_TAG: "true"}.items())
            ],
            # An instance that starts before its permissions joins no cluster.
            opts=self._child(depends_on=[role]),
        )

    def _capacity_provider(self, group: aws.autoscaling.Group) -> aws.ecs.CapacityProvider:
        return aws.ecs.CapacityProvider(
            f"capacity-{self._name}",  # AWS refuses names that begin with aws, ecs or fargate
            auto_scaling_group_provider=aws.ecs.CapacityProviderAutoScalingGroupProviderArgs(
                auto_scaling_group_arn=group.arn,
                managed_scaling=aws.ecs.CapacityProviderAutoScalingGroupProviderManagedScalingArgs(status="DISABLED"),
                managed_termination_protection="DISABLED",
                managed_draining="ENABLED",
            ),
            tags=dict(self._args.tags),
            opts=self._child(),
        )

    def _child(self, **options: object) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(parent=self, **options)

    def _tags(self) -> dict[str, str]:
        return {**self._args.tags, "Name": f"{self._name}-instance"}


def user_data(
    *,
    cluster_name: str,
    allocation_id: str | None,
    attributes: Mapping[str, str] | None = None,
    log_drivers: Sequence[str] = (),
) -> str:
    """The script that cloud-init runs before the ECS agent starts: join the cluster, take the Elastic IP.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/bootstrap_container_instance.html
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-agent-config.html
    """
    lines = ["#!/bin/bash", f"echo ECS_CLUSTER={cluster_name} >> /etc/ecs/ecs.config"]
    if attributes:
        line = f"ECS_INSTANCE_ATTRIBUTES={json.dumps(dict(sorted(attributes.items())))}"
        lines.append(f"echo {shlex.quote(line)} >> /etc/ecs/ecs.config")
    if log_drivers:
        line = f"ECS_AVAILABLE_LOGGING_DRIVERS={json.dumps([*LOG_DRIVERS, *log_drivers])}"
        lines.append(f"echo {shlex.quote(line)} >> /etc/ecs/ecs.config")
    if allocation_id is not None:
        lines += [
            # The ECS-optimized AMI is made from the minimal AL2023, which has no AWS CLI.
            "command -v aws || dnf install -y awscli-2",
            "metadata=http://169.254.169.254/latest",
            "token=$(curl -sfX PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 600' $metadata/api/token)",
            'fetch() { curl -sf -H "X-aws-ec2-metadata-token: $token" "$metadata/meta-data/$1"; }',
            # A predecessor may still hold the address, and permissions take seconds to spread.
            "for attempt in {1..30}; do",
            '  aws ec2 associate-address --region "$(fetch placement/region)" --instance-id "$(fetch instance-id)" \\',
            f"    --allocation-id {allocation_id} --allow-reassociation && break",
            "  sleep 10",
            "done",
        ]
    return "\n".join(lines) + "\n"


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
