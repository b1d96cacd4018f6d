"""The command: what to check, in which form to print it, and the exit code."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from berth.check.findings import check
from berth.diagnostics import Severity
from berth.stackfile import ROOT


def run(options: argparse.Namespace, root: Path = ROOT) -> int:
    """Check and print; 1 where there is an error, 0 where there are warnings at most."""
    report = check(root, stacks=options.stack, files=[str(Path(file).absolute()) for file in options.files])
    if options.json:
        from berth.check.as_json import as_json  # each form loads what it needs: a check is run at every save

        print(as_json(report))
    elif options.sarif:
        from berth.check.sarif import as_sarif

        print(as_sarif(report, root))
    else:
        from berth.check.text import print_text

        print_text(report, sys.stdout)
    return int(report.count(Severity.ERROR) > 0)
