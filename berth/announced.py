"""What ``up`` and ``down`` have done, in Markdown for one comment of a pull request: where its environment answers.

``python -m berth comment`` finds the comment by its first line, which both have.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import yaml

from berth import stacks
from berth.diagnostics import BerthError
from berth.github.body import run_url
from berth.report.escape import markdown


def announced(stack: str, file: Path | None, act: Callable[[], int], words: Callable[[str, bool], str]) -> int:
    """The exit code of ``act``; where ``file`` is named, ``words`` of the stack, and whether all went well, are in it.

    Raises:
        BerthError: ``act`` did; the file is written.
    """
    if file is None:
        return act()
    try:
        code = act()
    except BerthError:
        _write(file, stack, words(stack, False))
        raise
    _write(file, stack, words(stack, code == 0))
    return code


def up_words(stack: str, well: bool) -> str:
    """Where it answers, or that it does not as it should."""
    if not well:
        return (
            f"### Environment `{stack}` could not be deployed\n\n{_run('says why')} What there is of it stays: the "
            "next push deploys it anew.\n"
        )
    return f"### Environment `{stack}`\n\n{_table(stacks.urls(stack))}\n{_run('has deployed it')}\n"


def down_words(stack: str, well: bool) -> str:
    """That it is gone, or not."""
    if well:
        return f"### Environment `{stack}` is gone\n\n{_run('has removed it')}\n"
    return f"### Environment `{stack}` could not be removed\n\n{_run('says why')} Each night it is tried again.\n"


def _table(urls: Mapping[str, str]) -> str:
    if not urls:
        return "Nothing in it is reached from outside.\n"
    rows = "".join(f"| {markdown(service)} | {url} |\n" for service, url in sorted(urls.items()))
    return f"| service | URL |\n| --- | --- |\n{rows}"


def _run(does: str) -> str:
    url = run_url()
    return f"[This run]({url}) {does}." if url else f"A run on somebody's machine {does}."


def _write(file: Path, stack: str, text: str) -> None:
    project = yaml.safe_load((stacks.ROOT / "Pulumi.yaml").read_bytes())["name"]
    file.write_text(f"<!-- berth:environment:{project}/{stack} -->\n{text}", encoding="utf-8")
