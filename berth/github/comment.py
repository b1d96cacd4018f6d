"""One comment of a pull request, kept up to date."""

from __future__ import annotations

from berth.github.body import fitted, marker_of
from berth.github.client import Access, opened


def keep_comment(access: Access, pull_request: int, report: str) -> str:
    """Write the report over the comment that begins with its first line, or as a new one; the comment's address.

    Only a comment of ``access.author`` is written over: anybody can write a marker.
    https://docs.github.com/en/rest/issues/comments

    Raises:
        ToolError: the report has no marker, or GitHub refuses.
    """
    marker, body = marker_of(report), fitted(report)
    with opened(access, "pull-requests: write") as repository:
        issue = repository.get_issue(pull_request)
        for comment in issue.get_comments():
            if comment.user.login == access.author and comment.body.partition("\n")[0].strip() == marker:
                if comment.body != body:
                    comment.edit(body)
                return comment.html_url
        return issue.create_comment(body).html_url
