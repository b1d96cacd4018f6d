"""Names that fit AWS's limits and stay the same from one run to the next."""

from __future__ import annotations

import hashlib

ENVIRONMENT_TAG = "berth:environment"
"""The AWS tag of a pull request's environment, whose value is its stack's name. Of resources that have ids and no names
the role that deploys environments may change those that have it: bootstrap/permissions/environment.py."""

AUTONAME_SUFFIX = 8
"""Characters that Pulumi's autonaming adds to a logical name: a hyphen and seven hexadecimal digits."""


def short_name(name: str, limit: int) -> str:
    """``name`` if it has at most ``limit`` characters; else its start and a hash of all of it.

    The hash keeps apart two long names with the same start.
    """
    if len(name) <= limit:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:6]
    return f"{name[: limit - 7].rstrip('-')}-{digest}"


def autonamed(name: str, limit: int) -> str:
    """A logical name whose autonamed physical name has at most ``limit`` characters.

    Load balancers and target groups allow 32:
    https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html
    """
    return short_name(name, limit - AUTONAME_SUFFIX)
