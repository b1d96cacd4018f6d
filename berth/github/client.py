"""GitHub's REST API by PyGithub, and its refusals as errors that say what to change.

PyGithub follows pages and waits out rate limits: https://pygithub.readthedocs.io/en/stable/github.html and
https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
"""

from __future__ import annotations

import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from berth.diagnostics import Diagnostic, ToolError

if TYPE_CHECKING:
    from github.Repository import Repository

TOKEN = "GITHUB_TOKEN"
API = "https://api.github.com"
BOT = "github-actions[bot]"
"""Who GITHUB_TOKEN of a workflow is: https://docs.github.com/en/actions/concepts/security/github_token"""

ATTEMPTS = 5
"""Of each request, after the first."""

LONGEST_WAIT = 300
"""Seconds that a rate limit may hold a job up; GitHub's hourly one may say an hour."""

SECONDARY_WAIT = 60
"""Seconds to wait where GitHub names none, as its documentation asks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """One repository (``owner/name``), and who asks."""

    repository: str
    token: str
    api: str = API
    author: str = BOT


def read_access(repository: str, author: str, environment: Mapping[str, str] = os.environ) -> Access | None:
    """What the workflow's environment says; None without a token, as in a pull request from a fork.

    https://docs.github.com/en/actions/reference/workflows-and-actions/variables
    """
    token = environment.get(TOKEN)
    if not token:
        return None
    return Access(
        repository=repository, token=token, api=environment.get("GITHUB_API_URL") or API, author=author or BOT
    )


@contextmanager
def opened(access: Access, permission: str) -> Generator[Repository]:
    """The repository, without a request for it. ``permission`` is what the job's token must have.

    Raises:
        ToolError: GitHub refuses, does not know the repository or what is asked of it, or does not answer.
    """
    import github  # here, as every command's parser is made beside it
    import requests

    retry = github.GithubRetry(total=ATTEMPTS, secondary_rate_wait=SECONDARY_WAIT, max_rate_limit_wait=LONGEST_WAIT)
    client = github.Github(
        auth=github.Auth.Token(access.token),
        base_url=access.api.rstrip("/"),
        retry=retry,
        per_page=100,
        seconds_between_requests=None,
        lazy=True,
    )
    try:
        yield client.get_repo(access.repository)
    except github.GithubException as error:
        raise ToolError(_refusal(access, permission, error.status, error.message or str(error.data))) from error
    except requests.RequestException as error:
        raise ToolError(
            Diagnostic(
                message=f"GitHub does not answer at {access.api}: {error}",
                advice="Run the job again; on GitHub Enterprise Server check GITHUB_API_URL.",
            )
        ) from error
    finally:
        client.close()


def _refusal(access: Access, permission: str, status: int, message: str) -> Diagnostic:
    advice = {
        401: f"Give the step `{TOKEN}: ${{{{ github.token }}}}` in its env.",
        403: f"Give the job `permissions: {{ {permission} }}`. A pull request from a fork never has it: "
        "https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#permissions",
        404: f"Check --repository (owner/name) and the number; a token without `{permission}` sees no more than this.",
        410: "The repository has its issues switched off: Settings, General, Features.",
    }
    if "rate limit" in message.lower():
        advice[403] = "Run the job again later."
    return Diagnostic(
        message=f"GitHub refuses ({status}) for {access.repository}: {message}",
        advice=advice.get(status, "Run the job again."),
    )
