"""The policy pack in every run: the variables by which Pulumi's CLI takes it, as if by ``--policy-pack``.

Each flag of the CLI has such a variable: https://www.pulumi.com/docs/iac/cli/environment-variables/
``tools/environment`` sets the same for whoever types ``pulumi`` there.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACK = ROOT / "tools" / "policy"
"""How Berth starts the pack in policy/."""

CONFIG = ROOT / "policy-config.json"
"""Levels and exceptions of a team's own; without the file the pack is as it comes."""

PACK_VARIABLE = "PULUMI_OPTION_POLICY_PACK"
CONFIG_VARIABLE = "PULUMI_OPTION_POLICY_PACK_CONFIG"


def with_policies(environment: Mapping[str, str], *, platform: str, config: Path = CONFIG) -> dict[str, str]:
    """``environment`` with the pack, where the user has not chosen packs, and without it on this machine.

    The pack's rules are about AWS: a stack of Docker Compose has nothing that they look at, and starts faster.
    """
    chosen = environment.get(PACK_VARIABLE)
    if chosen and chosen != str(PACK):
        return dict(environment)
    plain = {name: value for name, value in environment.items() if name not in (PACK_VARIABLE, CONFIG_VARIABLE)}
    if platform == "compose":
        return plain
    own = {CONFIG_VARIABLE: str(config)} if config.exists() else {}
    return {**plain, PACK_VARIABLE: str(PACK), **own}
