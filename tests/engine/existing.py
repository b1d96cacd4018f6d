"""An ECS service as a team has it before Berth: made by AWS's API, behind a load balancer, with a role and a secret."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

SERVE = "mkdir -p /www; echo $MODE > /www/index.html; exec httpd -f -p 9000 -h /www"


@dataclass(frozen=True, slots=True, kw_only=True)
class Existing:
    cluster: str
    service: dict[str, Any]
    target_group: str


def make_service(client: Callable[[str], Any], image: str) -> Existing:
    """The service ``web`` in the cluster ``live``, at http://shop.example.com by the load balancer ``old``; two tasks,
    scaled by CPU.
    """
    ec2, elb, ecs = client("ec2"), client("elbv2"), client("ecs")
    vpc = ec2.create_vpc(CidrBlock="10.7.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.7.{index}.0/24", AvailabilityZone=zone)["Subnet"]["SubnetId"]
        for index, zone in enumerate(("us-east-1a", "us-east-1b"))
    ]
    group = ec2.create_security_group(GroupName="old-web", Description="old", VpcId=vpc)["GroupId"]
    balancer = elb.create_load_balancer(Name="old", Subnets=subnets, SecurityGroups=[group])["LoadBalancers"][0]
    target_group = elb.create_target_group(
        **{"Name": "old-web", "Protocol": "HTTP", "Port": 80, "VpcId": vpc, "TargetType": "ip", "HealthCheckPath": "/"}
    )["TargetGroups"][0]["TargetGroupArn"]
    nothing = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}
    listener = elb.create_listener(
        LoadBalancerArn=balancer["LoadBalancerArn"], Protocol="HTTP", Port=80, DefaultActions=[nothing]
    )["Listeners"][0]["ListenerArn"]
    elb.create_rule(
        ListenerArn=listener,
        Priority=10,
        Conditions=[{"Field": "host-header", "HostHeaderConfig": {"Values": ["shop.example.com"]}}],
        Actions=[{"Type": "forward", "TargetGroupArn": target_group}],
    )
    client("logs").create_log_group(logGroupName="/ecs/web")
    role = client("iam").create_role(RoleName="ecsTaskExecutionRole", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    secret = client("secretsmanager").create_secret(Name="web/key", SecretString="twelve bytes")["ARN"]
    awslogs = {"awslogs-group": "/ecs/web", "awslogs-region": "us-east-1", "awslogs-stream-prefix": "web"}
    definition = ecs.register_task_definition(
        family="old-web",
        networkMode="awsvpc",
        requiresCompatibilities=["FARGATE"],
        cpu="256",
        memory="1024",
        executionRoleArn=role,
        containerDefinitions=[
            {
                "name": "web",
                "image": image,
                "command": ["sh", "-c", SERVE],
                "environment": [{"name": "MODE", "value": "before"}],
                "secrets": [{"name": "KEY", "valueFrom": secret}],
                "portMappings": [{"containerPort": 9000}],
                "healthCheck": {"command": ["CMD-SHELL", "wget -qO- http://127.0.0.1:9000/"], "interval": 5},
                "logConfiguration": {"logDriver": "awslogs", "options": awslogs},
            }
        ],
    )["taskDefinition"]["taskDefinitionArn"]
    cluster = ecs.create_cluster(clusterName="live")["cluster"]["clusterArn"]
    network = {"subnets": subnets, "securityGroups": [group], "assignPublicIp": "ENABLED"}
    service = ecs.create_service(
        cluster=cluster,
        serviceName="web",
        taskDefinition=definition,
        desiredCount=2,
        launchType="FARGATE",
        networkConfiguration={"awsvpcConfiguration": network},
        loadBalancers=[{"targetGroupArn": target_group, "containerName": "web", "containerPort": 9000}],
    )["service"]
    scaling, dimension = client("application-autoscaling"), "ecs:service:DesiredCount"
    place = {"ServiceNamespace": "ecs", "ResourceId": "service/live/web", "ScalableDimension": dimension}
    scaling.register_scalable_target(**place, MinCapacity=1, MaxCapacity=3)
    metric = {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"}
    tracking = {"TargetValue": 60.0, "PredefinedMetricSpecification": metric}
    scaling.put_scaling_policy(
        **place,
        PolicyName="by-cpu",
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration=tracking,
    )
    return Existing(cluster=cluster, service=service, target_group=target_group)
