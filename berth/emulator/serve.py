"""Runs the emulator: ``GATEWAY_PORT=… python -m berth.emulator.serve``."""

from __future__ import annotations

import os
import sys

from ministack import app

from berth.emulator import (
    alarms,
    asked,
    blue_green,
    capacity,
    endings,
    faults,
    names,
    retries,
    scaling,
    schedules,
    target_groups,
    tasks,
    updates,
    values,
)

if __name__ == "__main__":
    names.install()
    updates.install()
    capacity.install()
    values.install()
    blue_green.install()
    alarms.install()
    endings.install()
    schedules.install()
    target_groups.install()
    tasks.install(int(os.environ["GATEWAY_PORT"]))
    app.app = asked.noted(faults.disturbed(retries.answer_once(scaling.answer_scaling(app.app))))
    sys.argv[1:] = []
    app.main()
