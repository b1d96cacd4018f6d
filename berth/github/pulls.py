"""Which pull requests are open."""

from __future__ import annotations

from berth.github.client import Access, opened


def open_pull_requests(access: Access, label: str | None = None) -> frozenset[int]:
    """The numbers of the open pull requests; with ``label`` of those that have it. As GitHub, it takes no care of case.

    https://docs.github.com/en/rest/pulls/pulls#list-pull-requests

    Raises:
        ToolError: GitHub refuses or does not answer, on any of the pages: nobody is to take that for "none".
    """
    with opened(access, "pull-requests: read") as repository:
        return frozenset(
            pull.number
            for pull in repository.get_pulls(state="open")
            if label is None or label.lower() in {item.name.lower() for item in pull.labels}
        )
