"""Runs the emulator: ``GATEWAY_PORT=… python -m berth.emulator.serve``."""

from __future__ import annotations

import os
import sys

from ministack import app

from berth.emulator import capacity, endings, faults, names, retries, tasks, values

if __name__ == "__main__":
    names.install()
    capacity.install()
    values.install()
    endings.install()
    tasks.install(int(os.environ["GATEWAY_PORT"]))
    app.app = faults.disturbed(retries.answer_once(app.app))
    sys.argv[1:] = []
    app.main()
