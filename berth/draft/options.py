"""The command's options, apart from the rest: every command's parser has them."""

from __future__ import annotations

import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """``EXISTING [--region REGION] [--endpoint URL] [--name NAME] [-s STACK] [--into FOLDER]``"""
    parser.add_argument("existing", metavar="EXISTING", help="CLUSTER/SERVICE as ECS names them, or the service's ARN")
    parser.add_argument("--region", help="by default the ARN's, else AWS_REGION's or the profile's")
    parser.add_argument("--endpoint", metavar="URL", help="an AWS emulator's")
    parser.add_argument("--name", help="the application's; by default the ECS service's")
    parser.add_argument("-s", "--stack", default="prod", help="whose settings to draft; by default prod")
    parser.add_argument(
        "--into", metavar="FOLDER", help="write compose.yaml there, and the stack's settings beside Pulumi.yaml"
    )
