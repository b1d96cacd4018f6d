"""The command's options, apart from the rest: every command's parser has them."""

from __future__ import annotations

import argparse

ASSUMED = (
    ("logs_gb", "GB of logs a month"),
    ("efs_gb", "GB on EFS"),
    ("nat_gb", "GB a month through NAT gateways"),
    ("endpoint_gb", "GB a month through interface endpoints"),
    ("out_gb", "GB a month sent to the internet"),
    ("images_gb", "GB of images in ECR"),
    ("lcu", "load balancer capacity units, on average"),
    ("nlcu", "Network Load Balancer capacity units, on average"),
    ("job_minutes", "minutes that a job runs; 5 by default"),
    ("deployments", "deployments a month, for services that run once; 30 by default"),
    ("spot", "share of the full price that Spot costs; 0.4 by default"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """``[-s STACK]... [--json] [--region REGION] [--ASSUMPTION NUMBER]...``"""
    parser.add_argument("-s", "--stack", action="append", default=[], help="a stack; default: all that are on AWS")
    parser.add_argument("--json", action="store_true", help="print JSON: docs/cost.md")
    parser.add_argument("--region", help="another region's prices")
    for name, text in ASSUMED:
        parser.add_argument(f"--{name.replace('_', '-')}", type=_number, metavar="NUMBER", help=text)


def _number(text: str) -> float:
    number = float(text)
    if not 0 <= number < float("inf"):
        raise argparse.ArgumentTypeError(f"must be 0 or more (got {text})")
    return number
