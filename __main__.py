"""Berth: one Compose file, every environment. Run by ``pulumi up`` and ``pulumi preview``."""

import gc

import pulumi

from berth.compose.locate import with_lines
from berth.platforms import platform_for
from berth.platforms.application import read_application
from berth.reporting import drop_debug_messages, one_clear_error, report
from berth.settings import project_directory, read_settings

gc.disable()  # the program ends in seconds; collections while the SDK loads took a second of each preview
drop_debug_messages()
with one_clear_error():
    settings = read_settings()
    application = read_application(settings, project_directory())
    platform = platform_for(settings)
    settings = platform.complete(settings, stack=pulumi.get_stack())
    findings = platform.check(application, settings, stack=pulumi.get_stack())
    report(with_lines(findings, application.files, project_directory()))
    for name, value in platform.deploy(application, settings).items():
        pulumi.export(name, value)

gc.freeze()  # else the interpreter looks through all of the SDK once more as it ends: 0.7 s of every preview
