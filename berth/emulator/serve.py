"""Runs the emulator: ``GATEWAY_PORT=… python -m berth.emulator.serve``."""

from __future__ import annotations

import os
import sys

from ministack.app import main

from berth.emulator import names, tasks

if __name__ == "__main__":
    names.install()
    tasks.install(int(os.environ["GATEWAY_PORT"]))
    sys.argv[1:] = []
    main()
