"""The options of ``preview`` and ``plan-report``, apart from the rest: every command's parser has them."""

from __future__ import annotations

import argparse

from berth.options import add_base


def add_preview_arguments(parser: argparse.ArgumentParser) -> None:
    """``STACK [--markdown FILE] [--html FILE] [--events FILE] [--commit SHA] [--base STACK]``"""
    parser.add_argument("stack", help="local, dev, prod, or another Pulumi.STACK.yaml's")
    parser.add_argument("--markdown", metavar="FILE", help="write the report for a comment on a pull request")
    parser.add_argument("--html", metavar="FILE", help="write the report as a page with the graph of services")
    parser.add_argument("--events", metavar="FILE", help="keep the engine's event log, for `plan-report`")
    parser.add_argument("--commit", metavar="SHA", default="", help="the commit that the report is of")
    add_base(parser)


def add_plan_arguments(parser: argparse.ArgumentParser) -> None:
    """``EVENTS [-s STACK] [--markdown FILE|-] [--html FILE|-] [--commit SHA]``"""
    parser.add_argument("events", metavar="EVENTS", help="an event log, or what `pulumi preview --json` printed")
    parser.add_argument("-s", "--stack", default="", help="the stack whose files tell more than the log")
    parser.add_argument("--markdown", metavar="FILE", help="write the report for a comment; - prints it alone")
    parser.add_argument(
        "--html", metavar="FILE", help="write it as a page with the graph of services; - prints it alone"
    )
    parser.add_argument("--commit", metavar="SHA", default="", help="the commit that the report is of")
