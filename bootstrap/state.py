"""Where Pulumi's state is: a bucket for it, and a key for the secrets in it.

https://www.pulumi.com/docs/iac/concepts/state-and-backends/#aws-s3
https://www.pulumi.com/docs/iac/concepts/secrets/#available-encryption-providers
"""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from berth.components.container_json import canonical
from berth.components.role import Statement

CONTEXT = "stack"
"""The key of the encryption context by which data keys of stacks are told apart, ``…&context_stack=dev`` in the secrets
provider: https://pkg.go.dev/gocloud.dev/secrets/awskms#URLOpener"""

OLD_DAYS = 90
"""Days for which a state that was written over can be brought back."""


class State(pulumi.ComponentResource):
    """The bucket, which only TLS reaches and nobody from outside of the account, and the key."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("berth:bootstrap:State", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        self._key = aws.kms.Key(
            name, description="Pulumi's state and the secrets in it", enable_key_rotation=True, opts=child
        )
        # A bucket with a state in it is not deleted, and then its key is not, either: it depends on that.
        self._bucket = aws.s3.Bucket(name, opts=pulumi.ResourceOptions(parent=self, depends_on=[self._key]))
        bucket = self._bucket.id
        aws.s3.BucketVersioning(
            name,
            bucket=bucket,
            versioning_configuration=aws.s3.BucketVersioningVersioningConfigurationArgs(status="Enabled"),
            opts=child,
        )
        aws.s3.BucketServerSideEncryptionConfiguration(
            name,
            bucket=bucket,
            rules=[
                aws.s3.BucketServerSideEncryptionConfigurationRuleArgs(
                    apply_server_side_encryption_by_default=aws.s3.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgs(
                        sse_algorithm="aws:kms", kms_master_key_id=self._key.arn
                    ),
                    bucket_key_enabled=True,
                )
            ],
            opts=child,
        )
        block = aws.s3.BucketPublicAccessBlock(
            name,
            bucket=bucket,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=child,
        )
        aws.s3.BucketLifecycleConfiguration(
            name,
            bucket=bucket,
            rules=[
                aws.s3.BucketLifecycleConfigurationRuleArgs(
                    id="old",
                    status="Enabled",
                    filter=aws.s3.BucketLifecycleConfigurationRuleFilterArgs(prefix=""),
                    noncurrent_version_expiration=aws.s3.BucketLifecycleConfigurationRuleNoncurrentVersionExpirationArgs(
                        noncurrent_days=OLD_DAYS
                    ),
                )
            ],
            opts=child,
        )
        aws.s3.BucketPolicy(
            name,
            bucket=bucket,
            policy=self._bucket.arn.apply(tls_only),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[block]),  # AWS takes one of the two at a time
        )
        self.register_outputs({})

    def backend_url(self, region: str) -> pulumi.Output[str]:
        """For ``pulumi login``."""
        return pulumi.Output.concat("s3://", self._bucket.id, "?region=", region)

    def secrets_provider(self, region: str) -> pulumi.Output[str]:
        """For ``pulumi stack init --secrets-provider``."""
        return pulumi.Output.concat("awskms://", self._key.key_id, "?region=", region)

    def read_statements(self) -> Sequence[Statement]:
        """A preview writes nothing, and takes no lock."""
        return self._statements(("s3:GetObject",), ("kms:Decrypt",))

    def write_statements(self) -> Sequence[Statement]:
        return self._statements(
            ("s3:DeleteObject", "s3:GetObject", "s3:PutObject"), ("kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey")
        )

    def environment_statements(self, project: str, base: str) -> Sequence[Statement]:
        """Writes what is of stacks ``pr-NUMBER``, and reads the project's states besides: ``pulumi stack ls`` does, and
        so does a StackReference to ``base``. Of the secrets in these it decrypts those of ``base``, by the encryption
        context that its data key was made with, and none of another stack; the bucket's objects have one, too.

        Where Pulumi keeps what: https://github.com/pulumi/pulumi/blob/master/pkg/backend/diy/store.go and lock.go
        https://docs.aws.amazon.com/kms/latest/developerguide/encrypt_context.html
        https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html
        """
        written = (
            f"stacks/{project}/pr-*",
            *(f"{kind}/{project}/pr-*/*" for kind in ("history", "backups")),
            f"locks/organization/{project}/pr-*/*",
        )
        return (
            Statement(actions=("s3:ListBucket",), resources=[self._bucket.arn]),
            Statement(actions=("s3:GetObject",), resources=self._objects("meta.yaml", f"stacks/{project}/*")),
            Statement(actions=("s3:DeleteObject", "s3:GetObject", "s3:PutObject"), resources=self._objects(*written)),
            Statement(
                actions=("kms:Decrypt", "kms:GenerateDataKey"),
                resources=[self._key.arn],
                conditions={"StringEquals": {"kms:EncryptionContext:aws:s3:arn": [self._bucket.arn]}},
            ),
            Statement(
                actions=("kms:Decrypt", "kms:Encrypt"),
                resources=[self._key.arn],
                conditions={"StringEquals": {f"kms:EncryptionContext:{CONTEXT}": [base]}},
            ),
        )

    def _objects(self, *keys: str) -> list[pulumi.Output[str]]:
        return [pulumi.Output.concat(self._bucket.arn, "/.pulumi/", key) for key in keys]

    def _statements(self, objects: Sequence[str], key: Sequence[str]) -> Sequence[Statement]:
        return (
            Statement(actions=("s3:ListBucket",), resources=[self._bucket.arn]),
            Statement(actions=objects, resources=[pulumi.Output.concat(self._bucket.arn, "/*")]),
            Statement(actions=key, resources=[self._key.arn]),
        )


def tls_only(bucket_arn: str) -> str:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html#transit"""
    return canonical(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Sid": "TlsOnly",
                    "Effect": "Deny",
                    "Principal": "*",
                    "Action": "s3:*",
                    "Resource": [bucket_arn, f"{bucket_arn}/*"],
                    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                }
            ],
        }
    )
