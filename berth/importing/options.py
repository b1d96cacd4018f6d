"""The command's options, apart from the rest: every command's parser has them."""

from __future__ import annotations

import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """``-s STACK SERVICE CLUSTER/SERVICE [--leave-target-groups]``"""
    parser.add_argument("-s", "--stack", required=True, help="the stack that is to have it")
    parser.add_argument("service", metavar="SERVICE", help="a service of the Compose file")
    parser.add_argument("existing", metavar="EXISTING", help="CLUSTER/SERVICE as ECS names them, or the service's ARN")
    parser.add_argument(
        "--leave-target-groups",
        action="store_true",
        help="take it out of load balancers that berth:targetGroups does not name",
    )
