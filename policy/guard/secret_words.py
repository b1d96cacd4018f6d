"""Which variables have a secret, by name or by value. Berth's own rules ask here, too, before there is a plan."""

from __future__ import annotations

import re

SECRET_NAME = re.compile(
    r"(_PWD|(^|_)(PASSWORD|PASSWD|PASSPHRASE|SECRET(_?KEY)?|TOKEN|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY|AUTH_?KEY|"
    r"SIGNING_?KEY|ENCRYPTION_?KEY|SESSION_?KEY|CREDENTIALS?))(_BASE|_BASE64)?$",
    re.IGNORECASE,
)
"""Names whose value is a secret; DB_PASSWORD_FILE, SECRET_NAME and TOKEN_TTL end otherwise."""

SECRET_VALUES = {
    "an AWS access key": re.compile(r"\b(AKIA|ASIA)[0-9A-Z]{16}\b"),
    "a GitHub token": re.compile(r"\b(gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{60,})"),
    "a GitLab token": re.compile(r"\bglpat-[\w-]{20,}"),
    "a Slack token": re.compile(r"\bxox[abprs]-[\w-]{10,}"),
    "a Stripe key": re.compile(r"\b[rs]k_(live|test)_[A-Za-z0-9]{16,}"),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "a JSON web token": re.compile(r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}"),
    "a URL with a password": re.compile(r"\b[a-z][a-z0-9+.-]*://[^\s/:@]*:[^\s/@]+@", re.IGNORECASE),
}

NO_SECRETS = re.compile(r"|true|false|yes|no|on|off|none|null|[01]", re.IGNORECASE)
"""What stands in a variable with a secret's name, and is none."""


def secret_kind(name: str, value: str) -> str | None:
    """What a variable's value is, as a message says it; None where it is no secret."""
    kind = next((kind for kind, pattern in SECRET_VALUES.items() if pattern.search(value)), None)
    if kind is None and SECRET_NAME.search(name) and not NO_SECRETS.fullmatch(value):
        kind = "a secret by its name"
    return kind
