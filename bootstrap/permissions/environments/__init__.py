"""What the role for pull requests' environments asks of AWS: less than the role that deploys, and nothing of ``prod``.

``{name}`` is the start of the names of the environments' resources, ``{base}`` of those of the stack that they run on.
What has an id and no name it may change where that has the environments' tag, and tag as it makes it:
https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html
Which action knows which condition: https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html
"""

from bootstrap.permissions.environments import boundary, compute, data, network

GRANTS = (*network.GRANTS, *compute.GRANTS, *data.GRANTS)

BOUNDARY = boundary.GRANTS

__all__ = ["BOUNDARY", "GRANTS"]
