"""Properties that guard something, and which way of changing them guards less."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from berth.report.events import Step
from berth.report.model import Level
from berth.report.values import arrow
from berth.untyped import is_mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """``worse`` says of the value before and after whether less is guarded."""

    label: str
    why: str
    worse: Callable[[Any, Any], bool]
    level: Level = Level.OPEN
    within: str = ""


def _off(before: Any, after: Any) -> bool:
    return before in (True, "true", "ENABLED") and after not in (True, "true", "ENABLED")


def _on(before: Any, after: Any) -> bool:
    return after in (True, "true", "ENABLED") and before not in (True, "true", "ENABLED")


def _gone(before: Any, after: Any) -> bool:
    return bool(before) and not after


def _less(before: Any, after: Any) -> bool:
    return isinstance(before, int | float) and isinstance(after, int | float) and after < before


def _shorter(before: Any, after: Any) -> bool:
    """Of days: 0 keeps for ever in CloudWatch."""
    kept = before in (0, None) and isinstance(after, int | float) and after > 0
    return kept or (_less(before, after) and after != 0)


def _plain(before: Any, after: Any) -> bool:
    return str(before) in ("HTTPS", "TLS") and str(after) in ("HTTP", "TCP")


GUARDS: dict[str, tuple[Guard, ...]] = {
    "encrypted": (Guard(label="encryption at rest off", why="whoever gets the disk can read it", worse=_off),),
    "storageEncrypted": (Guard(label="encryption at rest off", why="whoever gets the disk can read it", worse=_off),),
    "atRestEncryptionEnabled": (Guard(label="encryption at rest off", why="backups can be read", worse=_off),),
    "transitEncryptionEnabled": (Guard(label="TLS off", why="whoever is on the way can read along", worse=_off),),
    "transitEncryptionMode": (
        Guard(
            label="TLS no longer required",
            why="a client may send in the clear",
            worse=lambda before, after: before == "required" and after != "required",
        ),
    ),
    "kmsKeyId": (Guard(label="no key of your own any more", why="AWS's own key encrypts", worse=_gone),),
    "deletionProtection": (Guard(label="deletion protection off", why="AWS deletes it if asked", worse=_off),),
    "enableDeletionProtection": (Guard(label="deletion protection off", why="AWS deletes it if asked", worse=_off),),
    "skipFinalSnapshot": (Guard(label="no snapshot where it is deleted", why="its data is then lost", worse=_on),),
    "deleteAutomatedBackups": (Guard(label="its backups go with it", why="there is no way back", worse=_on),),
    "forceDelete": (Guard(label="deleted with what is in it", why="nothing refuses it any more", worse=_on),),
    "publiclyAccessible": (Guard(label="reachable from the internet", why="anyone can try to log in", worse=_on),),
    "internal": (Guard(label="reachable from the internet", why="it was internal", worse=_off),),
    "assignPublicIp": (
        Guard(
            label="tasks get public addresses",
            why="only their security groups keep the internet out",
            worse=_on,
            level=Level.CARE,
            within="networkConfiguration",
        ),
    ),
    "backupRetentionPeriod": (Guard(label="backups for fewer days", why="older ones are deleted", worse=_less),),
    "snapshotRetentionLimit": (Guard(label="snapshots for fewer days", why="older ones are deleted", worse=_less),),
    "recoveryWindowInDays": (
        Guard(label="a deleted secret is gone sooner", why="there is less time to undo it", worse=_less),
    ),
    "retentionInDays": (
        Guard(label="logs for fewer days", why="older lines are deleted", worse=_shorter, level=Level.CARE),
    ),
    "imageTagMutability": (
        Guard(
            label="tags may be moved",
            why="another image can take a tag's place",
            worse=lambda before, after: before == "IMMUTABLE" and after == "MUTABLE",
        ),
    ),
    "protocol": (Guard(label="no TLS any more", why="requests can be read on their way", worse=_plain),),
    "httpTokens": (
        Guard(
            label="instance metadata without a token",
            why="a request that a program is tricked into can read its role's keys",
            worse=lambda before, after: before == "required" and after != "required",
            within="metadataOptions",
        ),
    ),
    "dropInvalidHeaderFields": (Guard(label="invalid headers pass", why="requests can be smuggled", worse=_off),),
}
"""Property -> how it guards. ``within`` names the property that it lies in."""


def weaker(step: Step) -> Iterator[tuple[Level, str, str]]:
    """Level, what and why, for each property that guards less than before."""
    for key, guards in GUARDS.items():
        for guard in guards:
            before, after = (_value(side or {}, guard.within, key) for side in (step.old, step.new))
            if before != after and guard.worse(before, after):
                yield guard.level, f"{guard.label} ({key} {arrow(before, after)})", guard.why


def _value(side: Any, within: str, key: str) -> Any:
    inner = side.get(within) if within else side
    return inner.get(key) if is_mapping(inner) else None
