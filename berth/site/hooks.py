"""What MkDocs is to do beside its own: https://www.mkdocs.org/user-guide/configuration/#hooks

The pages of ``docs/`` are read on GitHub, too. So they link to files of the repository, which a site does not have:
each such file becomes a page of the site, below ``repository/``. The reference of the components follows their table,
from the docstrings. And no page may ask another host for anything.

It runs in the site's own environment, which has MkDocs and nothing of Berth's.
"""

from __future__ import annotations

import os.path
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, TypeAlias

ROOT = Path(__file__).resolve().parents[2]
DOCS = "docs"
REPOSITORY = "repository"
LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s#]+)(#[^)\s]*)?\)")
"""The first group is that of a picture."""
LEXERS = {".py": "python", ".yaml": "yaml", ".toml": "toml", ".json": "json"}
FENCE = "~~~~~~"
COMPONENTS = "components.md"

Entry: TypeAlias = "str | dict[str, str | Nav]"
Nav: TypeAlias = "list[Entry]"
"""The navigation as mkdocs.yml has it: pages, and titles with what is below them."""


def on_config(config: Any) -> Any:
    """``folder/*`` in the navigation is every page of the folder, by name."""
    config.nav = [*_expanded(config.nav)]
    return config


def on_files(files: Any, config: Any) -> Any:
    """A page for every file of the repository that a page links to, and for those that these link to."""
    from mkdocs.structure.files import File, InclusionLevel  # pyright: ignore[reportMissingModuleSource]

    waiting = [f"{DOCS}/{file.src_uri}" for file in files.documentation_pages()]
    seen = set(waiting)
    while waiting:
        page = waiting.pop()
        for target in sorted(_targets(page)):
            if target in seen or not _outside(target) or not (ROOT / target).exists():  # MkDocs tells of the last
                continue
            seen.add(target)
            content = _page(target)
            files.append(File.generated(config, _place(target), content=content, inclusion=InclusionLevel.NOT_IN_NAV))
            if target.endswith(".md"):
                waiting.append(target)
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Links out of ``docs/`` lead to the page that stands for the file."""
    uri = page.file.src_uri
    home = _home(uri)
    modules: list[str] = []

    def link(match: re.Match[str]) -> str:
        picture, text, target, anchor = match[1], match[2], match[3], match[4] or ""
        path = _path(home, target)
        if uri == COMPONENTS and path and re.fullmatch(r"components/\w+\.py", path):
            modules.append("berth." + path.removesuffix(".py").replace("/", "."))
            return f"[{text}](#{modules[-1]})"
        if path is None or (not _outside(path) and not _outside(home) and not (ROOT / path).is_dir()):
            return match[0]
        to = _place(path) if _outside(path) else _within(path)
        return f"{picture}[{text}]({os.path.relpath(to, os.path.dirname(uri) or '.')}{anchor})"

    if not home.endswith(".md"):
        return markdown
    linked = LINK.sub(link, markdown)
    return "\n".join([linked, *(f"\n::: {module}" for module in modules)])


def on_post_page(output: str, page: Any, **_: Any) -> str:
    """Raises where a page would load something from elsewhere."""
    from mkdocs.exceptions import PluginError  # pyright: ignore[reportMissingModuleSource]

    if found := outside_hosts(output):
        raise PluginError(f"{page.file.src_uri} loads from other hosts: {', '.join(found)}")
    return output


def outside_hosts(html: str) -> list[str]:
    """Addresses of other hosts from which a browser loads scripts, styles, pictures, fonts or frames."""
    parser = _Loads()
    parser.feed(html)
    return parser.found


_HOST = re.compile(r"(https?:)?//")


class _Loads(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = ("src", "srcset", "poster", "data", *(("href",) if tag == "link" else ()))
        self.found += [value or "" for name, value in attrs if name in names and _HOST.match(value or "")]
        if tag == "pre" and "mermaid" in (dict(attrs).get("class") or ""):
            self.found.append("Mermaid's script, which the theme loads from a CDN")


def _expanded(nav: Nav) -> Iterator[Entry]:
    for item in nav:
        if isinstance(item, dict):
            yield {title: below if isinstance(below, str) else [*_expanded(below)] for title, below in item.items()}
        elif item.endswith("/*"):
            yield from (f"{item[:-1]}{path.name}" for path in sorted((ROOT / DOCS / item[:-2]).glob("*.md")))
        else:
            yield item


def _home(uri: str) -> str:
    """Where a page of the site lies in the repository."""
    inside = uri.removeprefix(f"{REPOSITORY}/")
    if inside == uri:
        return f"{DOCS}/{uri}"
    return inside.removesuffix(".page.md") if inside.endswith(".page.md") else inside


def _place(path: str) -> str:
    """Where the page of a file of the repository lies in the site."""
    return f"{REPOSITORY}/{path}" if path.endswith(".md") else f"{REPOSITORY}/{path}.page.md"


def _within(path: str) -> str:
    """A page of ``docs/`` as the site knows it; of a folder its first one."""
    pages = sorted((ROOT / path).glob("*.md"))
    return (f"{path}/{pages[0].name}" if pages else path).removeprefix(f"{DOCS}/")


def _path(home: str, target: str) -> str | None:
    """A link's target from the repository's root; None for another host."""
    if ":" in target:
        return None
    path = os.path.normpath(os.path.join(os.path.dirname(home), target))
    return f"{path}/README.md" if _outside(path) and (ROOT / path / "README.md").exists() else path


def _outside(path: str) -> bool:
    return not path.startswith(f"{DOCS}/")


def _targets(page: str) -> set[str]:
    found = (_path(page, match[3]) for match in LINK.finditer((ROOT / page).read_text()) if not match[1])
    return {path for path in found if path}


def _page(path: str) -> str:
    """A Markdown file as it is, a folder as a list of its files, another file as code."""
    file, hidden = ROOT / path, "---\nsearch: { exclude: true }\n---\n\n"
    if path.endswith(".md"):
        return file.read_text()
    if file.is_dir():
        names = sorted(item.name for item in file.iterdir() if not item.name.startswith(("_", ".")))
        return f"{hidden}# {path}/\n\n" + "".join(f"- `{name}`\n" for name in names)
    return f"{hidden}# {path}\n\n{FENCE}{LEXERS.get(file.suffix, 'text')}\n{file.read_text()}{FENCE}\n"
