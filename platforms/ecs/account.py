"""Whether AWS answers with the credentials at hand, asked before anything is created."""

from __future__ import annotations

from berth.components.aws_access import AwsAccess
from berth.diagnostics import Diagnostic, ToolError

EXPIRED = ("ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired")


def check_account(access: AwsAccess, *, stack: str) -> None:
    """Ask AWS who we are: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html

    Raises:
        ToolError: no credentials, credentials that AWS refuses, or no way to AWS.
    """
    from botocore import exceptions  # slow to load

    try:
        access.client("sts").get_caller_identity()
    except (exceptions.NoCredentialsError, exceptions.PartialCredentialsError) as error:
        raise _problem(
            f"no AWS credentials: {error}",
            "Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; `aws configure sso` makes a profile.",
        ) from error
    except (exceptions.TokenRetrievalError, exceptions.SSOError, exceptions.ProfileNotFound) as error:
        raise _problem(f"no AWS credentials: {error}", "Run `aws sso login`, or correct AWS_PROFILE.") from error
    except exceptions.ClientError as error:
        code = error.response["Error"]["Code"]
        advice = "Log in again (`aws sso login`)." if code in EXPIRED else "Check AWS_PROFILE and the access keys."
        raise _problem(f"AWS refuses the credentials ({code}): {error.response['Error']['Message']}", advice) from error
    except exceptions.BotoCoreError as error:
        where = f"Pulumi.{stack}.yaml: berth:awsEndpoint" if access.endpoint else "the network and berth:region"
        raise _problem(f"AWS does not answer: {error}", f"Check {where}.") from error


def _problem(message: str, advice: str) -> ToolError:
    return ToolError(Diagnostic(message=message, advice=advice))
