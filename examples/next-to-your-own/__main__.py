"""A Compose application next to resources of one's own: each refers to the other's."""

import pulumi
import pulumi_aws as aws

from berth import ComposeApplication, ComposeApplicationArgs

POSTGRES = 5432

config = pulumi.Config()


def keep_logs_for_a_year(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult | None:
    """A rule of the house, for every log group of the application."""
    if args.type_ != "aws:cloudwatch/logGroup:LogGroup":
        return None
    return pulumi.ResourceTransformResult(props={**args.props, "retentionInDays": 365}, opts=args.opts)


reports = aws.s3.Bucket("reports", force_destroy=True)

orders = ComposeApplication(
    "orders",
    ComposeApplicationArgs(
        platform="ecs-ec2",
        secrets={"db_password": config.require_secret("databasePassword")},
        environment={"api": {"REPORTS": reports.bucket}},
        settings=config.get_object("settings") or {},
    ),
    pulumi.ResourceOptions(transforms=[keep_logs_for_a_year]),
)
api = orders.services["api"]

# The bucket lets in the api's role, and nobody else.
aws.s3.BucketPolicy(
    "reports",
    bucket=reports.bucket,
    policy=pulumi.Output.json_dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"AWS": api.task_role_arn},
                    "Action": ["s3:GetObject", "s3:PutObject"],
                    "Resource": pulumi.Output.concat(reports.arn, "/*"),
                }
            ],
        }
    ),
)

# The role itself may do more than the Compose file says.
aws.iam.RolePolicy(
    "list-reports",
    role=api.task_role_name,
    policy=pulumi.Output.json_dumps(
        {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": reports.arn}],
        }
    ),
)

# The database's group takes what comes from the api's.
database = aws.ec2.SecurityGroup("database", vpc_id=orders.vpc_id, description="The database of the orders")
for index, group in enumerate(api.security_group_ids):
    aws.vpc.SecurityGroupIngressRule(
        f"database-from-api-{index}",
        security_group_id=database.id,
        referenced_security_group_id=group,
        ip_protocol="tcp",
        from_port=POSTGRES,
        to_port=POSTGRES,
    )

pulumi.export("url", orders.urls["api"])
