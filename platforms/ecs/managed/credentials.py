"""A database's user, its name and where its password is, by the variables of the engine's own image.

https://hub.docker.com/_/postgres, https://hub.docker.com/_/mysql, https://hub.docker.com/_/mariadb
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from berth.compose.model import Service

PREFIXES = {"postgres": ("POSTGRES",), "mysql": ("MYSQL",), "mariadb": ("MARIADB", "MYSQL")}
"""What the variables begin with; MariaDB's image knows MySQL's too."""

PASSWORD = re.compile(r"[!-~]{8,}")
FORBIDDEN = frozenset("/@\" '")
LONGEST = {"postgres": 128, "mysql": 41, "mariadb": 41}
"""A master password's characters: printable ASCII, 8 or more, without these.
https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html"""

USER = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
LONGEST_USER = {"postgres": 63, "mysql": 32, "mariadb": 32}
RESERVED = {
    "postgres": {"admin", "rdsadmin", "rds_superuser", "public"},
    "mysql": {"rdsadmin"},
    "mariadb": {"rdsadmin"},
}
"""User names that RDS keeps for itself:
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.MasterAccounts.html"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Password:
    """One of them: ``secret`` is the key of the Compose file's secret, ``variable`` the variable with the value."""

    secret: str | None = None
    variable: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """``database`` None: the engine makes none of itself. ``lost`` are passwords that no user has on RDS."""

    user: str
    database: str | None
    password: Password | None
    lost: tuple[str, ...] = ()


def credentials(service: Service, engine: str) -> Credentials:
    """What the file says; the image's own defaults for the rest."""
    if engine == "postgres":
        user = _value(service, engine, "USER") or "postgres"
        database = _value(service, engine, "DB") or user
        return Credentials(
            user=user,
            database=None if database == "postgres" else database,  # which RDS has in any case
            password=_password(service, engine, "PASSWORD"),
        )
    user, database = _value(service, engine, "USER"), _value(service, engine, "DATABASE")
    root = _password(service, engine, "ROOT_PASSWORD")
    if user is None:
        return Credentials(user="root", database=database, password=root)
    return Credentials(
        user=user,
        database=database,
        password=_password(service, engine, "PASSWORD"),
        lost=tuple(_given(service, engine, "ROOT_PASSWORD")) if root else (),
    )


def password_variable(engine: str) -> str:
    """The variable to write where the file has none."""
    return f"{PREFIXES[engine][0]}_PASSWORD{'' if engine == 'postgres' else ' or _ROOT_PASSWORD'}"


def known_variables(engine: str) -> set[str]:
    """Variables of the image that RDS answers to, or needs not."""
    names = ("USER", "DB", "DATABASE", "PASSWORD", "ROOT_PASSWORD", "PASSWORD_FILE", "ROOT_PASSWORD_FILE", "USER_FILE")
    more = ("DB_FILE", "DATABASE_FILE", "RANDOM_ROOT_PASSWORD", "ROOT_HOST", "ALLOW_EMPTY_PASSWORD")
    more = (*more, "HOST_AUTH_METHOD", "ALLOW_EMPTY_ROOT_PASSWORD")
    return {f"{prefix}_{name}" for prefix in PREFIXES[engine] for name in (*names, *more)} | {"PGDATA"}


def password_problem(value: str, engine: str) -> str | None:
    """Why RDS would not take ``value``, without a word of it."""
    if not PASSWORD.fullmatch(value) or FORBIDDEN & set(value):
        return "RDS takes 8 or more printable ASCII characters, none of them / @ \" ' or a blank"
    if len(value) > LONGEST[engine]:
        return f"RDS takes {LONGEST[engine]} characters at most"
    return None


def user_problem(user: str, engine: str) -> str | None:
    """Why RDS would not make this user."""
    if not USER.fullmatch(user) or len(user) > LONGEST_USER[engine]:
        return f"must be a letter, then letters, digits and underscores, {LONGEST_USER[engine]} at most (got {user!r})"
    return f"RDS keeps the user {user!r} for itself" if user.lower() in RESERVED[engine] else None


def _value(service: Service, engine: str, name: str) -> str | None:
    for prefix in PREFIXES[engine]:
        variable = service.environment.get(f"{prefix}_{name}")
        if variable and variable.value:
            return variable.value
    return None


def _password(service: Service, engine: str, name: str) -> Password | None:
    """As the image takes it: by a variable, by a granted file, or by a secret that is a variable on AWS."""
    files = {grant.target: grant.source for grant in service.secrets}
    for variable in (f"{prefix}_{name}" for prefix in PREFIXES[engine]):
        secret = service.extension.secret_environment.get(variable)
        path = service.environment.get(f"{variable}_FILE")
        if secret or (path and path.value in files):
            return Password(secret=secret or files[path.value])  # type: ignore[union-attr]
        plain = service.environment.get(variable)
        if plain and plain.value:
            return Password(variable=variable)
    return None


def _given(service: Service, engine: str, name: str) -> Iterator[str]:
    for prefix in PREFIXES[engine]:
        for variable in (f"{prefix}_{name}", f"{prefix}_{name}_FILE"):
            if variable in service.environment or variable in service.extension.secret_environment:
                yield variable
