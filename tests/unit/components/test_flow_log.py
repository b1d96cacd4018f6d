"""A VPC's flow logs, and the role that writes them."""

from __future__ import annotations

import json

from berth.components.flow_log import FlowLog, FlowLogArgs
from tests.unit.components.build import Built, build


def flow_log() -> Built:
    def make(opts):
        made = FlowLog("shop", FlowLogArgs(vpc_id="vpc-1", retention_days=90, tags={"team": "shop"}), opts)
        return {"group": made.log_group_name}

    return build(make)


def test_all_traffic_of_the_vpc_goes_to_a_log_group_that_ends():
    built = flow_log()
    log = built.inputs("aws:ec2/flowLog:FlowLog")
    assert (log["vpcId"], log["trafficType"]) == ("vpc-1", "ALL")
    assert log["logDestinationType"] == "cloud-watch-logs"
    assert log["logDestination"] == "arn:aws:mock:us-east-1:123456789012:shop-flow"
    assert log["tags"] == {"team": "shop", "Name": "shop"}
    assert built.inputs("aws:cloudwatch/logGroup:LogGroup")["retentionInDays"] == 90


def test_the_role_writes_to_this_group_alone():
    built = flow_log()
    trust = json.loads(built.inputs("aws:iam/role:Role")["assumeRolePolicy"])
    assert trust["Statement"][0]["Principal"] == {"Service": "vpc-flow-logs.amazonaws.com"}
    (statement,) = json.loads(built.inputs("aws:iam/rolePolicy:RolePolicy")["policy"])["Statement"]
    assert statement["Resource"] == ["arn:aws:mock:us-east-1:123456789012:shop-flow:*"]
    assert "logs:CreateLogGroup" not in statement["Action"]
