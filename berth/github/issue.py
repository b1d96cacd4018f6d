"""One open issue by its title: made, kept up to date, and closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from berth.github.body import fitted, run_url
from berth.github.client import Access, opened

if TYPE_CHECKING:
    from github.Issue import Issue
    from github.Repository import Repository

PERMISSION = "issues: write"


def keep_issue(access: Access, title: str, report: str) -> str:
    """Write the report into the open issue of this title that ``access.author`` made, or into a new one; its address.

    https://docs.github.com/en/rest/issues/issues

    Raises:
        ToolError: GitHub refuses.
    """
    body = fitted(report)
    with opened(access, PERMISSION) as repository:
        issue = _open_issue(repository, access, title)
        if issue is None:
            return repository.create_issue(title, body).html_url
        if issue.body != body:
            issue.edit(body=body)
        return issue.html_url


def close_issue(access: Access, title: str) -> str | None:
    """Close that issue, with a word; its address, or None where none was open.

    Raises:
        ToolError: GitHub refuses.
    """
    with opened(access, PERMISSION) as repository:
        issue = _open_issue(repository, access, title)
        if issue is None:
            return None
        run = run_url()
        issue.create_comment("No longer so" + (f", says [this run]({run})." if run else "."))
        issue.edit(state="closed", state_reason="completed")
        return issue.html_url


def _open_issue(repository: Repository, access: Access, title: str) -> Issue | None:
    for issue in repository.get_issues(state="open", creator=access.author):  # pyright: ignore[reportArgumentType] it takes names
        if issue.title == title and issue.pull_request is None:  # GitHub lists pull requests as issues
            return issue
    return None
