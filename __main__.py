"""Berth: one Compose file, every environment. Run by ``pulumi up`` and ``pulumi preview``."""

import gc

import pulumi

from berth.platforms.program import deploy_application
from berth.reporting import drop_debug_messages, one_clear_error
from berth.settings import project_directory, read_settings

gc.disable()  # the program ends in seconds; collections while the SDK loads took a second of each preview
drop_debug_messages()
with one_clear_error():
    deployed = deploy_application(read_settings(), project_directory(), stack=pulumi.get_stack())
    for name, value in deployed.exports.items():
        pulumi.export(name, value)

gc.freeze()  # else the interpreter looks through all of the SDK once more as it ends: 0.7 s of every preview
