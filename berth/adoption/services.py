"""What runs, its rights and its ways in: most have names that Pulumi has given them, with a random end.

https://docs.aws.amazon.com/ecs/, https://docs.aws.amazon.com/iam/ and the references of the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from berth.adoption.kinds import Inputs, Item, Kind, by, by_list, field, given, listed, same, single
from berth.untyped import is_list, is_mapping


def _active(_inputs: Inputs, item: Item) -> bool:
    return bool(item["status"] in ("ACTIVE", "PROVISIONING", "CREATE_IN_PROGRESS"))


def _ecs(operation: str, items: str, argument: str, id_: str) -> Kind:
    return Kind(
        service="ecs",
        operation=operation,
        items=items,
        ask=by_list(**{argument: "name"}),
        match=_active,
        id=field(id_),
    )


IAM: Mapping[str, Kind] = {
    "aws:iam/role:Role": single("iam", "get_role", "Role", "RoleName"),
    "aws:iam/instanceProfile:InstanceProfile": single(
        "iam", "get_instance_profile", "InstanceProfile", "InstanceProfileName"
    ),
    "aws:iam/rolePolicy:RolePolicy": Kind(
        service="iam",
        operation="get_role_policy",
        items="PolicyName",
        ask=by(RoleName="role", PolicyName="name"),
        id=lambda inputs, _item: f"{inputs['role']}:{inputs['name']}",
    ),
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": Kind(
        service="iam",
        operation="list_attached_role_policies",
        items="AttachedPolicies",
        ask=by(RoleName="role"),
        match=same(PolicyArn="policyArn"),
        id=lambda inputs, _item: f"{inputs['role']}/{inputs['policyArn']}",
    ),
    "aws:iam/policy:Policy": Kind(
        service="iam",
        operation="list_policies",
        items="Policies",
        ask=lambda _inputs: {"Scope": "Local"},
        match=same(PolicyName="name"),
        id=field("Arn"),
        shared=True,  # its name may be one of the user's choice
    ),
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider": Kind(
        service="iam",
        operation="list_open_id_connect_providers",
        items="OpenIDConnectProviderList",
        ask=lambda _inputs: {},
        match=lambda inputs, item: (
            item["Arn"].partition(":oidc-provider/")[2] == str(inputs["url"]).removeprefix("https://")
        ),
        id=field("Arn"),
        shared=True,  # an account has one for a URL
    ),
}

ECS: Mapping[str, Kind] = {
    "aws:ecs/cluster:Cluster": _ecs("describe_clusters", "clusters", "clusters", "clusterArn"),
    "aws:ecs/capacityProvider:CapacityProvider": _ecs(
        "describe_capacity_providers", "capacityProviders", "capacityProviders", "capacityProviderArn"
    ),
    "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": Kind(
        service="ecs",
        operation="describe_clusters",
        items="clusters",
        ask=by_list(clusters="clusterName"),
        match=lambda inputs, item: set(item.get("capacityProviders") or ()) == set(inputs["capacityProviders"]),
        id=given("clusterName"),
    ),
    "aws:ecs/taskDefinition:TaskDefinition": Kind(
        service="ecs",
        operation="list_task_definitions",
        items="taskDefinitionArns",
        ask=lambda inputs: {"familyPrefix": inputs["family"], "status": "ACTIVE"},
        match=lambda inputs, arn: arn.rpartition(":")[0].rpartition("/")[2] == inputs["family"],
        id=given("family"),
        key=str,
        more=lambda arn: {"arn": arn},
        shared=True,
    ),
    "aws:ecs/service:Service": Kind(
        service="ecs",
        operation="describe_services",
        items="services",
        ask=lambda inputs: {"cluster": inputs["cluster"], "services": [inputs["name"]]},
        match=_active,
        id=field("serviceArn"),
    ),
    "aws:autoscaling/group:Group": listed(
        *("autoscaling", "describe_auto_scaling_groups", "AutoScalingGroups", "AutoScalingGroupNames"),
        "AutoScalingGroupName",
    ),
    "aws:appautoscaling/target:Target": Kind(
        service="application-autoscaling",
        operation="describe_scalable_targets",
        items="ScalableTargets",
        ask=lambda inputs: {"ServiceNamespace": inputs["serviceNamespace"], "ResourceIds": [inputs["resourceId"]]},
        match=same(ResourceId="resourceId", ScalableDimension="scalableDimension"),
        id=given("resourceId"),
    ),
    "aws:appautoscaling/policy:Policy": Kind(
        service="application-autoscaling",
        operation="describe_scaling_policies",
        items="ScalingPolicies",
        ask=by(ServiceNamespace="serviceNamespace", ResourceId="resourceId"),
        match=same(PolicyName="name", ResourceId="resourceId"),
        id=given("name"),
    ),
    "aws:appautoscaling/scheduledAction:ScheduledAction": Kind(
        service="application-autoscaling",
        operation="describe_scheduled_actions",
        items="ScheduledActions",
        ask=by(ServiceNamespace="serviceNamespace", ResourceId="resourceId"),
        match=same(ScheduledActionName="name", ResourceId="resourceId"),
        id=lambda inputs, _item: f"{inputs['name']}-{inputs['serviceNamespace']}-{inputs['resourceId']}",
    ),
    "aws:scheduler/scheduleGroup:ScheduleGroup": single("scheduler", "get_schedule_group", "Name", "Name"),
    "aws:scheduler/schedule:Schedule": Kind(
        service="scheduler",
        operation="get_schedule",
        items="Name",
        ask=by(Name="name", GroupName="groupName"),
        id=lambda inputs, _item: f"{inputs['groupName']}/{inputs['name']}",
    ),
    "aws:servicediscovery/httpNamespace:HttpNamespace": Kind(
        service="servicediscovery",
        operation="list_namespaces",
        items="Namespaces",
        ask=lambda _inputs: {},
        match=lambda inputs, item: item["Name"] == inputs["name"] and item["Type"] == "HTTP",
        id=field("Id"),
    ),
    "aws:ecr/repository:Repository": listed(
        "ecr", "describe_repositories", "repositories", "repositoryNames", "repositoryName"
    ),
}

BALANCERS: Mapping[str, Kind] = {
    "aws:lb/loadBalancer:LoadBalancer": listed(
        "elbv2", "describe_load_balancers", "LoadBalancers", "Names", "LoadBalancerArn"
    ),
    "aws:lb/targetGroup:TargetGroup": listed(
        "elbv2", "describe_target_groups", "TargetGroups", "Names", "TargetGroupArn"
    ),
    "aws:lb/listener:Listener": Kind(
        service="elbv2",
        operation="describe_listeners",
        items="Listeners",
        ask=by(LoadBalancerArn="loadBalancerArn"),
        match=same(Port="port"),
        id=field("ListenerArn"),
    ),
    "aws:lb/listenerRule:ListenerRule": Kind(
        service="elbv2",
        operation="describe_rules",
        items="Rules",
        ask=by(ListenerArn="listenerArn"),
        match=lambda inputs, item: (
            item["Priority"] == str(int(inputs["priority"])) and bool(_targets(inputs) & _targets(item))
        ),
        id=field("RuleArn"),
    ),
}


def _targets(value: Any) -> set[str]:
    """The target groups that a rule names, in its inputs or in AWS's answer."""
    if is_mapping(value):
        return {text for part in value.values() for text in _targets(part)}
    if is_list(value):
        return {text for part in value for text in _targets(part)}
    return {value} if isinstance(value, str) and ":targetgroup/" in value else set()
