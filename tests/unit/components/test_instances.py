"""The instances: image, boot script, permissions, and how they come and go."""

from __future__ import annotations

import base64
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from berth.components.instances import Instances, InstancesArgs
from berth.components.user_data import user_data
from tests.unit.components.build import Built, build, waits_for
from tests.unit.recorder import Recorder

TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
GROUP = "aws:autoscaling/group:Group"
PROVIDER = "aws:ecs/capacityProvider:CapacityProvider"
EIP = "aws:ec2/eip:Eip"
POLICY = "aws:iam/rolePolicy:RolePolicy"
ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
PROFILE = "aws:iam/instanceProfile:InstanceProfile"


def instances(**args: Any) -> Built:
    recorder = Recorder(
        outputs={
            EIP: {"publicIp": "203.0.113.7", "arn": "arn:aws:ec2:us-east-1:123456789012:elastic-ip/eipalloc-1"},
            TEMPLATE: {"latestVersion": 4},
        }
    )

    def make(opts):
        made = Instances(
            "shop",
            InstancesArgs(
                **{
                    "cluster_name": "shop-1a2b3c4",
                    "subnet_ids": ["subnet-1", "subnet-2"],
                    "security_group_ids": ["sg-1"],
                    **args,
                }
            ),
            opts,
        )
        return {
            "provider": made.capacity_provider_name,
            "public_ip": made.public_ip,
            "role_arn": made.role_arn,
            "provider_waits": waits_for(made.capacity_provider_name),
        }

    return build(make, recorder)


def script(built: Built) -> str:
    return base64.b64decode(built.inputs(TEMPLATE)["userData"]).decode()


@pytest.mark.parametrize(
    ("architecture", "parameter"),
    [
        ("x86_64", "/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id"),
        ("arm64", "/aws/service/ecs/optimized-ami/amazon-linux-2023/arm64/recommended/image_id"),
    ],
)
def test_image_is_read_at_each_launch(architecture: str, parameter: str):
    assert instances(cpu_architecture=architecture).inputs(TEMPLATE)["imageId"] == f"resolve:ssm:{parameter}"


def test_template_of_a_free_tier_instance():
    inputs = instances(tags={"team": "a"}).inputs(TEMPLATE, "shop-instance")
    assert inputs["instanceType"] == "t3.micro"
    assert inputs["iamInstanceProfile"]["arn"].endswith(":shop-instance")
    assert inputs["metadataOptions"] == {
        "httpEndpoint": "enabled",
        "httpTokens": "required",
        "httpPutResponseHopLimit": 1,
    }
    assert inputs["blockDeviceMappings"] == [
        {
            "deviceName": "/dev/xvda",
            "ebs": {"volumeType": "gp3", "volumeSize": 30, "encrypted": "true", "deleteOnTermination": "true"},
        }
    ]
    # Without NAT a public address is the only way to ECS.
    assert inputs["networkInterfaces"] == [
        {"deviceIndex": 0, "associatePublicIpAddress": "true", "securityGroups": ["sg-1"]}
    ]
    assert inputs["tagSpecifications"] == [
        {"resourceType": kind, "tags": {"team": "a", "Name": "shop-instance"}} for kind in ("instance", "volume")
    ]
    assert inputs["updateDefaultVersion"] is True


def test_disk_size_is_gib():
    [mapping] = instances(disk_size=64).inputs(TEMPLATE)["blockDeviceMappings"]
    assert mapping["ebs"]["volumeSize"] == 64


@pytest.mark.parametrize("instance_type", ["t2.micro", "t3.micro", "t3a.small", "t4g.nano"])
def test_burstable_instances_are_not_billed_for_their_bursts(instance_type: str):
    inputs = instances(instance_type=instance_type).inputs(TEMPLATE)
    assert inputs["creditSpecification"] == {"cpuCredits": "standard"}


@pytest.mark.parametrize("instance_type", ["m7i.large", "c7g.medium", "trn1.2xlarge"])
def test_other_instances_have_no_credits_to_set(instance_type: str):
    assert "creditSpecification" not in instances(instance_type=instance_type).inputs(TEMPLATE)


def test_one_instance_goes_before_its_successor_comes():
    inputs = instances().inputs(GROUP, "shop-instances")
    assert (inputs["minSize"], inputs["maxSize"], inputs["desiredCapacity"]) == (1, 1, 1)
    assert inputs["vpcZoneIdentifiers"] == ["subnet-1", "subnet-2"]
    assert inputs["launchTemplate"] == {"id": "shop-instance-id", "version": "4"}
    assert inputs["instanceRefresh"] == {"strategy": "Rolling", "preferences": {"minHealthyPercentage": 0}}
    assert inputs["forceDelete"] is True
    assert inputs["protectFromScaleIn"] is False


@pytest.mark.parametrize(("count", "healthy"), [(2, 50), (3, 66), (10, 90)])
def test_of_several_instances_one_is_replaced_at_a_time(count: int, healthy: int):
    inputs = instances(count=count, elastic_ip=False).inputs(GROUP)
    assert (inputs["minSize"], inputs["maxSize"], inputs["desiredCapacity"]) == (count, count, count)
    assert inputs["instanceRefresh"]["preferences"] == {"minHealthyPercentage": healthy}


def test_the_tag_that_ecs_sets_is_there_from_the_first_instance_on():
    tags = {tag["key"]: tag for tag in instances(tags={"team": "a"}).inputs(GROUP)["tags"]}
    assert sorted(tags) == ["AmazonECSManaged", "Name", "team"]
    assert tags["AmazonECSManaged"]["propagateAtLaunch"] is True
    assert tags["team"] == {"key": "team", "value": "a", "propagateAtLaunch": False}


def test_capacity_provider_leaves_the_size_alone_and_drains():
    built = instances()
    provider = built.inputs(PROVIDER)["autoScalingGroupProvider"]
    assert provider["autoScalingGroupArn"].endswith(":shop-instances")
    assert provider["managedScaling"] == {"status": "DISABLED"}
    assert provider["managedTerminationProtection"] == "DISABLED"
    assert provider["managedDraining"] == "ENABLED"
    assert built.values["provider"] == "capacity-shop"
    assert built.values["provider_waits"] == ["CapacityProvider capacity-shop"]


def test_instances_that_ecs_adds_and_removes():
    """https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-auto-scaling.html"""
    built = instances(count=2, maximum=5, elastic_ip=False)
    group = built.inputs(GROUP, "shop-instances")
    assert (group["minSize"], group["maxSize"]) == (2, 5)
    assert "desiredCapacity" not in group  # ECS's from now on
    assert group["instanceRefresh"]["preferences"] == {"minHealthyPercentage": 100, "maxHealthyPercentage": 110}
    provider = built.inputs(PROVIDER)["autoScalingGroupProvider"]
    assert provider["managedScaling"] == {
        "status": "ENABLED",
        "targetCapacity": 100,
        "minimumScalingStepSize": 1,
        "maximumScalingStepSize": 10,
        "instanceWarmupPeriod": 300,
    }
    assert provider["managedTerminationProtection"] == "DISABLED"  # an instance that is protected stops no stack's end
    assert group["forceDelete"] is True


def test_spot_instances_are_a_group_of_their_own_that_starts_empty(tmp_path: Path):
    """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstancesDistribution.html"""
    built = instances(maximum=2, spot_maximum=3, spot_types=["t3a.micro", "t3.micro"], elastic_ip=False)
    group = built.inputs(GROUP, "shop-spot")
    assert (group["minSize"], group["maxSize"], group["forceDelete"]) == (0, 3, True)
    policy = group["mixedInstancesPolicy"]
    assert policy["instancesDistribution"] == {
        "onDemandBaseCapacity": 0,
        "onDemandPercentageAboveBaseCapacity": 0,
        "spotAllocationStrategy": "price-capacity-optimized",
    }
    overrides = policy["launchTemplate"]["overrides"]
    assert [item["instanceType"] for item in overrides] == ["t3.micro", "t3a.micro"]
    assert policy["launchTemplate"]["launchTemplateSpecification"] == {
        "launchTemplateId": "shop-instance-id",
        "version": "4",
    }
    assert built.names(PROVIDER) == ["capacity-shop", "capacity-shop-spot"]
    assert "ECS_ENABLE_SPOT_INSTANCE_DRAINING=true" in script(built)
    assert "SPOT" not in script(instances())


def test_a_maximum_below_the_count_is_refused():
    with pytest.raises(ValueError, match=r"3 or more, as count is \(got 2\)"):
        InstancesArgs(cluster_name="c", subnet_ids=[], security_group_ids=[], count=3, maximum=2, elastic_ip=False)


@pytest.mark.parametrize("name", ["aws-shop", "ecs-shop", "fargate-shop"])
def test_capacity_provider_has_a_name_that_aws_takes(name: str):
    def make(opts):
        Instances(name, InstancesArgs(cluster_name="c", subnet_ids=["s"], security_group_ids=["g"]), opts)
        return {}

    assert build(make).names(PROVIDER) == [f"capacity-{name}"]


def test_no_instance_starts_before_its_permissions():
    built = instances()
    [role] = built.options[GROUP, "shop-instances"].depends_on
    assert type(role).__name__ == "Role"
    assert built.inputs(PROFILE)["role"] == "shop-instance"
    assert sorted(attachment.inputs["policyArn"] for attachment in built.recorder.of(ATTACHMENT)) == [
        "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",
        "arn:aws:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role",
    ]
    assume = json.loads(built.inputs("aws:iam/role:Role")["assumeRolePolicy"])
    assert assume["Statement"][0]["Principal"] == {"Service": "ec2.amazonaws.com"}


def test_the_role_may_take_its_own_elastic_ip_and_no_other():
    built = instances()
    assert built.inputs(EIP, "shop-instance")["domain"] == "vpc"
    [statement] = json.loads(built.inputs(POLICY)["policy"])["Statement"]
    assert statement["Action"] == ["ec2:AssociateAddress"]
    assert statement["Resource"] == [
        "arn:aws:ec2:us-east-1:123456789012:elastic-ip/eipalloc-1",
        "arn:aws:ec2:us-east-1:123456789012:instance/*",
        "arn:aws:ec2:us-east-1:123456789012:network-interface/*",
    ]
    assert built.values["public_ip"] == "203.0.113.7"
    assert "--allocation-id shop-instance-id " in script(built)


def test_without_an_elastic_ip_there_is_nothing_to_allow():
    built = instances(elastic_ip=False)
    assert built.names(EIP) == built.names(POLICY) == []
    assert built.values["public_ip"] is None
    assert script(built) == "#!/bin/bash\necho ECS_CLUSTER=shop-1a2b3c4 >> /etc/ecs/ecs.config\n"


@pytest.mark.parametrize(("count", "message"), [(0, "1 or more"), (2, "elastic_ip needs count 1")])
def test_a_count_that_does_not_fit_is_refused(count: int, message: str):
    with pytest.raises(ValueError, match=message):
        InstancesArgs(cluster_name="c", subnet_ids=[], security_group_ids=[], count=count)


def stand_in(folder: Path, name: str, body: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/bash\n{body}\n")
    path.chmod(0o755)


@pytest.mark.parametrize("refusals", [0, 2])
def test_the_boot_script_joins_the_cluster_first_and_tries_for_the_address_until_it_has_it(
    tmp_path: Path, refusals: int
):
    # The script runs for real; the instance's metadata, dnf, the AWS CLI and sleep are stand-ins.
    tools, calls, tries = tmp_path / "tools", tmp_path / "calls", tmp_path / "tries"
    tools.mkdir()
    config = tmp_path / "ecs.config"
    answers = (
        'case "$*" in *PUT*/api/token) echo T;; *T*/instance-id) echo i-1;; *T*/placement/region) echo eu-west-1;;'
    )
    stand_in(tools, "curl", f"{answers} *) exit 22;; esac")
    # The CLI is there only once dnf has installed it, and the cluster's name must be known by then.
    aws_cli = f'echo "aws $*" >> {calls}; echo >> {tries}; [ $(wc -l < {tries}) -gt {refusals} ]'
    (tmp_path / "aws").write_text(f"#!/bin/bash\n{aws_cli}\n")
    (tmp_path / "aws").chmod(0o755)
    stand_in(
        tools, "dnf", f'grep -q ECS_CLUSTER=shop {config} && echo "dnf $*" >> {calls} && cp {tmp_path}/aws {tools}'
    )
    stand_in(tools, "sleep", f'echo "sleep $*" >> {calls}')
    text = user_data(cluster_name="shop", allocation_id="eipalloc-1").replace("/etc/ecs/ecs.config", str(config))
    for tool in ("wc", "grep", "cp"):
        os.symlink(f"/usr/bin/{tool}", tools / tool)

    subprocess.run(["/bin/bash", "-c", text], check=True, env={"PATH": str(tools)}, timeout=20)

    assert config.read_text() == "ECS_CLUSTER=shop\n"
    target = "--instance-id i-1 --allocation-id eipalloc-1 --allow-reassociation"
    associate = f"aws ec2 associate-address --region eu-west-1 {target}"
    assert calls.read_text().splitlines() == [
        "dnf install -y awscli-2",
        *[associate, "sleep 10"] * refusals,
        associate,
    ]


def test_gpus_need_the_image_with_their_driver() -> None:
    """https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-gpu.html"""
    image = instances(gpus=True, instance_type="g4dn.xlarge").inputs(TEMPLATE)["imageId"]
    assert image == "resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2023/gpu/recommended/image_id"
    with pytest.raises(ValueError, match="x86_64"):
        instances(gpus=True, cpu_architecture="arm64")


def test_attributes_are_the_agent_s(tmp_path: Path) -> None:
    """https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-agent-config.html"""
    config = tmp_path / "ecs.config"
    text = user_data(cluster_name="shop", allocation_id=None, attributes={"disk": "ssd", "a": "it's"})
    subprocess.run(["bash", "-e"], input=text.replace("/etc/ecs/ecs.config", str(config)), text=True, check=True)
    name, _, value = config.read_text().splitlines()[1].partition("=")
    assert (name, json.loads(value)) == ("ECS_INSTANCE_ATTRIBUTES", {"disk": "ssd", "a": "it's"})


def test_log_drivers_are_offered_beside_the_agent_s_own(tmp_path: Path) -> None:
    config = tmp_path / "ecs.config"
    text = user_data(cluster_name="shop", allocation_id=None, log_drivers=["splunk"])
    subprocess.run(["bash", "-e"], input=text.replace("/etc/ecs/ecs.config", str(config)), text=True, check=True)
    name, _, value = config.read_text().splitlines()[1].partition("=")
    assert name == "ECS_AVAILABLE_LOGGING_DRIVERS"
    assert json.loads(value) == ["json-file", "syslog", "awslogs", "fluentd", "none", "splunk"]


def test_an_instance_has_an_address_of_ipv6_where_it_is_asked_for():
    assert instances(ipv6=True).inputs(TEMPLATE)["networkInterfaces"][0]["ipv6AddressCount"] == 1
    assert "ipv6AddressCount" not in instances().inputs(TEMPLATE)["networkInterfaces"][0]
