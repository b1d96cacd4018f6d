"""Every action that a preview, a look for drift and an update ask of AWS, by resource, with the resources it is for.

Recorded, of what the AWS provider sent an emulator for both platforms with most settings on; completed by the Service
Authorization Reference for what only changes of single properties ask, and for what AWS checks of the caller by itself:
https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html
"""

from bootstrap.permissions import compute, data, network, watch

GRANTS = (*network.GRANTS, *compute.GRANTS, *data.GRANTS, *watch.GRANTS)

__all__ = ["GRANTS"]
