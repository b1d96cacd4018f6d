"""Copies the Terraform AWS provider's module and leaves out the services that Berth does not use.

The whole provider has some 250 services: built in full it takes over an hour and 10 GB on two processors.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Container
from pathlib import Path

NOT_BUILT = {"testdata", ".ci", ".changelog", "website", "examples", "docs", "acctest", "infrastructure"}


def cut(module: Path, target: Path, services: Container[str]) -> None:
    """Write the module with these services alone to ``target``, which is made anew."""
    if target.exists():
        shutil.rmtree(target)

    def left_out(folder: str, names: list[str]) -> list[str]:
        here = Path(folder)
        return [
            name
            for name in names
            if name.endswith("_test.go")
            or name in NOT_BUILT
            or (here == module / "internal" and name == "generate")
            or (here == module / "internal" / "service" and (here / name).is_dir() and name not in services)
        ]

    # Modules in the cache are read-only, and copyfile leaves the mode behind.
    shutil.copytree(module, target, ignore=left_out, copy_function=shutil.copyfile)
    for path in target.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    _cut_list_of_services(target / "internal/provider/sdkv2/service_packages_gen.go", services)
    _cut_clients(target)
    _bear_empty_network_configuration(target / "internal/service/ecs/service.go")


def _cut_list_of_services(file: Path, services: Container[str]) -> None:
    def kept(match: re.Match[str]) -> str:
        return match[0] if match[1] in services else ""

    text = re.sub(r'\t"github.com/hashicorp/terraform-provider-aws/internal/service/(\w+)"\n', kept, file.read_text())
    file.write_text(re.sub(r"\t\t(\w+)\.ServicePackage\(ctx\),\n", kept, text))


def _cut_clients(target: Path) -> None:
    """The AWS clients that no service left asks for: their packages are most of the time that a build takes."""
    file = target / "internal/conns/awsclient_gen.go"
    asked = set()
    for source in target.rglob("*.go"):
        if source != file:
            asked |= set(re.findall(r"\.(\w+Client)\(ctx", source.read_text()))

    head, *functions = re.split(r"\n(?=func )", file.read_text())
    kept = []
    for function in functions:
        method = re.match(r"func \(c \*AWSClient\) (\w+Client)\(ctx", function)
        if method is None or method[1] in asked:
            kept.append(function)
    body = "\n".join(kept)

    def used(match: re.Match[str]) -> str:
        name = match[1] or match[2].rpartition("/")[2]
        return match[0] if re.search(rf"\b{re.escape(name)}\.", body) else ""

    head = re.sub(r'\t(?:(\w+) )?"(github.com/aws/aws-sdk-go-v2/service/[^"]+)"\n', used, head)
    file.write_text(f"{head}\n{body}")


def _bear_empty_network_configuration(file: Path) -> None:
    """AWS leaves the configuration out where a service has none; an emulator's empty one would crash the provider."""
    text, count = re.subn(
        r"(func flattenNetworkConfiguration\((\w+) [^\n]*\n\tif \2 == nil)( \{)",
        r"\1 || \2.AwsvpcConfiguration == nil\3",
        file.read_text(),
    )
    if count != 1:
        raise SystemExit(f"{file}: flattenNetworkConfiguration is not as it was; look at it again")
    file.write_text(text)
