"""What keeps data, answers to names, and watches: found by names, or by what they belong to.

The operations are those of each service's own reference, like https://docs.aws.amazon.com/efs/latest/ug/api-reference.html
"""

from __future__ import annotations

from collections.abc import Mapping

from berth.adoption.kinds import Inputs, Item, Kind, both, by, called, field, listed, same, single, tagged
from berth.untyped import inside

DATA: Mapping[str, Kind] = {
    "aws:cloudwatch/logGroup:LogGroup": Kind(
        service="logs",
        operation="describe_log_groups",
        items="logGroups",
        ask=lambda inputs: {"logGroupNamePrefix": inputs.get("name") or inputs["namePrefix"]},
        match=called("logGroupName"),
        id=field("logGroupName"),
        shared=True,
    ),
    "aws:secretsmanager/secret:Secret": Kind(
        service="secretsmanager",
        operation="list_secrets",
        items="SecretList",
        ask=lambda inputs: {"Filters": [{"Key": "name", "Values": [inputs.get("name") or inputs["namePrefix"]]}]},
        match=called("Name"),
        id=field("ARN"),
        shared=True,
    ),
    "aws:efs/fileSystem:FileSystem": Kind(
        service="efs",
        operation="describe_file_systems",
        items="FileSystems",
        ask=lambda _inputs: {},
        match=both(tagged, lambda _inputs, item: item["NumberOfMountTargets"] == 0),
        id=field("FileSystemId"),
        shared=True,
    ),
    "aws:efs/mountTarget:MountTarget": Kind(
        service="efs",
        operation="describe_mount_targets",
        items="MountTargets",
        ask=by(FileSystemId="fileSystemId"),
        match=same(SubnetId="subnetId"),
        id=field("MountTargetId"),
    ),
    "aws:efs/accessPoint:AccessPoint": Kind(
        service="efs",
        operation="describe_access_points",
        items="AccessPoints",
        ask=by(FileSystemId="fileSystemId"),
        match=tagged,
        id=field("AccessPointId"),
    ),
    "aws:rds/instance:Instance": Kind(
        service="rds",
        operation="describe_db_instances",
        items="DBInstances",
        ask=lambda _inputs: {},
        match=both(
            called("DBInstanceIdentifier", "identifier", "identifierPrefix"),
            lambda inputs, item: inside(item, "DBSubnetGroup").get("DBSubnetGroupName") == inputs["dbSubnetGroupName"],
        ),
        id=field("DbiResourceId"),
        more=lambda item: {"identifier": item["DBInstanceIdentifier"]},
    ),
    "aws:rds/subnetGroup:SubnetGroup": Kind(
        service="rds",
        operation="describe_db_subnet_groups",
        items="DBSubnetGroups",
        ask=lambda _inputs: {},
        match=both(
            called("DBSubnetGroupName"),
            lambda inputs, item: {part["SubnetIdentifier"] for part in item["Subnets"]} == set(inputs["subnetIds"]),
        ),
        id=field("DBSubnetGroupName"),
        shared=True,
    ),
    "aws:rds/parameterGroup:ParameterGroup": Kind(
        service="rds",
        operation="describe_db_parameter_groups",
        items="DBParameterGroups",
        ask=lambda _inputs: {},
        match=both(called("DBParameterGroupName"), same(DBParameterGroupFamily="family")),
        id=field("DBParameterGroupName"),
        shared=True,
    ),
    "aws:elasticache/subnetGroup:SubnetGroup": single(
        "elasticache", "describe_cache_subnet_groups", "CacheSubnetGroups", "CacheSubnetGroupName"
    ),
    "aws:elasticache/parameterGroup:ParameterGroup": single(
        "elasticache", "describe_cache_parameter_groups", "CacheParameterGroups", "CacheParameterGroupName"
    ),
    "aws:elasticache/replicationGroup:ReplicationGroup": single(
        *("elasticache", "describe_replication_groups", "ReplicationGroups", "ReplicationGroupId"),
        "replicationGroupId",
    ),
}

DNS: Mapping[str, Kind] = {
    "aws:route53/zone:Zone": Kind(
        service="route53",
        operation="list_hosted_zones_by_name",
        items="HostedZones",
        ask=lambda inputs: {"DNSName": inputs["name"]},
        match=lambda inputs, item: (
            item["Name"].rstrip(".") == inputs["name"] and inside(item, "Config").get("Comment") == inputs["comment"]
        ),
        id=lambda _inputs, item: item["Id"].rpartition("/")[2],
        shared=True,
    ),
    "aws:route53/record:Record": Kind(
        service="route53",
        operation="list_resource_record_sets",
        items="ResourceRecordSets",
        ask=by(HostedZoneId="zoneId"),
        match=lambda inputs, item: (
            item["Type"] == inputs["type"] and _is_name(inputs["name"], item["Name"]) and _answers(inputs, item)
        ),
        id=lambda inputs, _item: f"{inputs['zoneId']}_{inputs['name'].lower()}_{inputs['type']}",
    ),
    "aws:acm/certificate:Certificate": Kind(
        service="acm",
        operation="list_certificates",
        items="CertificateSummaryList",
        ask=lambda _inputs: {},
        match=lambda inputs, item: item["DomainName"] == inputs["domainName"] and not item.get("InUse"),
        id=field("CertificateArn"),
        shared=True,
    ),
}


def _is_name(name: str, found: str) -> bool:
    """A record's name may leave its zone's out."""
    found = found.rstrip(".").lower()
    return found == name.rstrip(".").lower() or found.startswith(f"{name.rstrip('.').lower()}.")


def _answers(inputs: Inputs, item: Item) -> bool:
    values = [record["Value"] for record in item.get("ResourceRecords") or ()]
    if inputs.get("records"):
        return sorted(values) == sorted(inputs["records"])
    alias = str(inside(item, "AliasTarget").get("DNSName", "")).rstrip(".").removeprefix("dualstack.")
    return any(alias == str(one["name"]).lower().removeprefix("dualstack.") for one in inputs.get("aliases") or ())


WATCH: Mapping[str, Kind] = {
    "aws:cloudwatch/metricAlarm:MetricAlarm": listed(
        "cloudwatch", "describe_alarms", "MetricAlarms", "AlarmNames", "AlarmName"
    ),
    "aws:cloudwatch/dashboard:Dashboard": single(
        "cloudwatch", "get_dashboard", "DashboardName", "DashboardName", "dashboardName"
    ),
    "aws:cloudwatch/eventRule:EventRule": single("events", "describe_rule", "Name", "Name"),
    "aws:cloudwatch/eventTarget:EventTarget": Kind(
        service="events",
        operation="list_targets_by_rule",
        items="Targets",
        ask=by(Rule="rule"),
        match=same(Id="targetId"),
        id=lambda inputs, _item: f"{inputs['rule']}-{inputs['targetId']}",
    ),
    "aws:sns/topic:Topic": Kind(
        service="sns",
        operation="list_topics",
        items="Topics",
        ask=lambda _inputs: {},
        match=lambda inputs, item: item["TopicArn"].rpartition(":")[2] == inputs["name"],
        id=field("TopicArn"),
    ),
    "aws:budgets/budget:Budget": Kind(
        service="budgets",
        operation="describe_budget",
        items="Budget",
        ask=by(AccountId="accountId", BudgetName="name"),
        id=lambda inputs, _item: f"{inputs['accountId']}:{inputs['name']}",
    ),
}
