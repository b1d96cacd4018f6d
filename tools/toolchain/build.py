"""Builds Pulumi's CLI, its language hosts, the plugins and BuildKit from the Go module proxy; README.md says when.

``.venv/bin/python tools/toolchain/build.py --to FOLDER PART...`` writes the programs to FOLDER/bin. What is there is
left alone; a build that was interrupted goes on from Go's own caches in FOLDER/go.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE))

VERSIONS = tomllib.loads((HERE / "versions.toml").read_text())
PULUMI = "github.com/pulumi/pulumi"
SMALL = "-s -w"
"""Linker flags: no symbols and no debug information, a third of the size."""


class Build:
    """One run. ``go`` is the compiler, ``folder`` holds bin/ and Go's caches."""

    def __init__(self, folder: Path, go: str) -> None:
        self.bin = folder / "bin"
        self.work = folder / "work"
        self.go_command = go
        self.bin.mkdir(parents=True, exist_ok=True)
        self.environment = {
            **os.environ,
            "GOPATH": str(folder / "go"),
            "GOMODCACHE": str(folder / "go" / "modules"),
            "GOCACHE": str(folder / "go" / "objects"),
            "GOFLAGS": "-mod=mod -modcacherw -trimpath -buildvcs=false",
            "GOTOOLCHAIN": "local",
            "GOWORK": "off",
            "CGO_ENABLED": "0",  # neither needs a C compiler
        }

    def go(self, *arguments: str, module: Path | None = None) -> str:
        """Run the go command in a module's folder; what it prints. Its messages go to standard error as they come."""
        result = subprocess.run(
            [self.go_command, *arguments], cwd=module, env=self.environment, stdout=subprocess.PIPE, text=True
        )
        if result.returncode != 0:
            raise SystemExit(f"go {arguments[0]} failed")
        return result.stdout

    def source(self, path: str, version: str) -> Path:
        """Where a module lies, downloaded and checked against Go's checksum database."""
        folder = self._write("download", f"module berth/toolchain/download\n\ngo {VERSIONS['go']['minimum']}\n", "")
        return Path(json.loads(self.go("mod", "download", "-json", f"{path}@{version}", module=folder))["Dir"])

    def module(
        self, part: str, sources: Mapping[str, Path], versions: Mapping[str, str], replaces: Mapping[str, str]
    ) -> Path:
        """A folder with a go.mod that requires ``versions`` (path -> version) and replaces (path -> "path version").

        It starts from all that the ``sources`` of these modules require, and from the hashes that they know, or go
        would ask the proxy and the checksum database for thousands of modules that no program here is made of.
        """
        requires, sums = dict(versions), set()
        for source in sources.values():
            sums |= set((source / "go.sum").read_text().splitlines())
            required = json.loads(self.go("mod", "edit", "-json", str(source / "go.mod")))["Require"]
            for module in required:
                if module["Path"] not in sources and module["Path"] not in replaces:
                    requires[module["Path"]] = newer(requires.get(module["Path"]), module["Version"])
        lines = [f"module berth/toolchain/{part}", "", f"go {VERSIONS['go']['minimum']}", "", "require ("]
        lines += [f"\t{path} {version}" for path, version in sorted(requires.items())]
        lines += [")", "", *(f"replace {path} => {target}" for path, target in replaces.items())]
        return self._write(part, "\n".join(lines) + "\n", "\n".join(sorted(sums)) + "\n")

    def _write(self, part: str, module: str, sums: str) -> Path:
        """go adds to both files; what it has added is kept for the next run."""
        folder = self.work / part
        folder.mkdir(parents=True, exist_ok=True)
        mark = folder / "go.mod.written"
        if not mark.exists() or mark.read_text() != module:
            (folder / "go.mod").write_text(module)
            (folder / "go.sum").write_text(sums)
            mark.write_text(module)
        return folder

    def program(self, module: Path, package: str, flags: str = "") -> None:
        """Build a main package into bin/. A program is there in full or not at all."""
        name = package.rpartition("/")[2]
        made = self.work / f"{name}.new"
        self.go("build", "-o", str(made), "-ldflags", f"{SMALL} {flags}".strip(), package, module=module)
        made.replace(self.bin / name)


def cli(build: Build) -> None:
    path, version = f"{PULUMI}/pkg/v3", f"v{pinned('pulumi')}"
    module = build.module("cli", {path: build.source(path, version)}, {path: version}, VERSIONS["cli"]["replace"])
    build.program(module, f"{path}/cmd/pulumi", f"-X {PULUMI}/sdk/v3/go/common/version.Version={version}")


def hosts(build: Build) -> Path:
    """The module of all language hosts: in one, what they have in common is compiled once."""
    path = "github.com/pulumi/pulumi-yaml"
    version = VERSIONS["hosts"][path]
    sources = {path: build.source(path, version)}
    module = build.module("hosts", sources, {path: version}, VERSIONS["cli"]["replace"])
    return shutil.copytree(HERE / "hosts", module, dirs_exist_ok=True)


def python_host(build: Build) -> None:
    """The last of the host's sources on the proxy, with plugins.go; beside it the CLI's own start scripts."""
    path, module = f"{PULUMI}/sdk/v3", hosts(build)
    old, scripts = (build.source(path, version) for version in (VERSIONS["hosts"][path], f"v{pinned('pulumi')}"))
    package = "cmd/pulumi-language-python"
    (module / "python").mkdir(exist_ok=True)
    for source in (old / "python").glob("*.go"):
        if not source.stem.endswith("_test"):
            shutil.copyfile(source, module / "python" / source.name)
    main = with_plugins((old / "python" / package / "main.go").read_text())
    (module / package / "main.go").write_text(main)
    for name in ("pulumi-language-python-exec", "pulumi-resource-pulumi-python"):
        (script,) = scripts.glob(f"python/**/{name}")
        made = build.work / name
        shutil.copyfile(script, made)
        made.chmod(0o755)
        made.replace(build.bin / name)
    build.program(module, f"./{package}")


def with_plugins(main: str) -> str:
    """The Python host's main.go, with pluginHost of plugins.go around the host and today's protocol."""
    for before, after in {
        f'"{PULUMI}/sdk/v3/python"': '"berth/toolchain/hosts/python"',
        "RegisterLanguageRuntimeServer(srv, host)": "RegisterLanguageRuntimeServer(srv, pluginHost{host})",
        "About(ctx context.Context, req *pbempty.Empty)": "About(ctx context.Context, req *pulumirpc.AboutRequest)",
    }.items():
        if main.count(before) != 1:
            raise SystemExit(f"the Python host is not as it was: {before}")
        main = main.replace(before, after)
    return main


def docker_build(build: Build) -> None:
    """The real plugin. Of two modules that the proxy lacks it names one type each: stand-ins lie in docker-build/."""
    path, version = "github.com/pulumi/pulumi-docker-build", f"v{pinned('pulumi-docker-build')}"
    replaces = {
        "github.com/pulumi/pulumi-java": str(HERE / "docker-build" / "java"),
        "github.com/pulumi/pulumi-dotnet/pulumi-language-dotnet/v3": str(HERE / "docker-build" / "dotnet"),
    }
    sources = {path: build.source(path, version)}
    module = build.module("docker-build", sources, {path: version, **any_version(replaces)}, replaces)
    package = f"{path}/provider/cmd/pulumi-resource-docker-build"
    build.program(module, package, f"-X {path}/provider.Version={version.removeprefix('v')}")


def buildkitd(build: Build) -> None:
    path = "github.com/moby/buildkit"
    version = VERSIONS["buildkitd"][path]
    module = build.module("buildkitd", {path: build.source(path, version)}, {path: version}, {})
    build.program(module, f"{path}/cmd/buildkitd", f"-X {path}/version.Version={version}")


def yaml_host(build: Build) -> None:
    build.program(hosts(build), "./cmd/pulumi-language-yaml")


def nodejs_host(build: Build) -> None:
    """A small host of our own around Pulumi's generator of SDKs, as the proxy has no module with Pulumi's host."""
    build.program(hosts(build), "./cmd/pulumi-language-nodejs")


def aws(build: Build) -> None:
    """The real Terraform provider, cut to Berth's services, under Pulumi's bridge and the tokens of pulumi_aws."""
    from cut import cut
    from names import names

    terraform, bridge = "github.com/hashicorp/terraform-provider-aws", "github.com/pulumi/pulumi-terraform-bridge/v3"
    sources = {path: build.source(path, VERSIONS["aws"][path]) for path in (terraform, bridge)}
    replaces = {terraform: "./upstream", **VERSIONS["aws"]["replace"]}
    needed = {bridge: VERSIONS["aws"][bridge], **any_version(replaces)}
    module = build.module("aws", sources, needed, replaces)
    cut(sources[terraform], module / "upstream", VERSIONS["aws"]["services"].split())
    shutil.copytree(HERE / "aws" / "shim", module / "upstream" / "shim")
    for folder in ("cmd", "info"):
        shutil.copytree(HERE / "aws" / folder, module / folder, dirs_exist_ok=True)
    (module / "info" / "names.json").write_text(json.dumps(names(module / "upstream"), indent=1))

    version = f"{pinned('pulumi-aws')}+tf.{VERSIONS['aws']['terraform']}"
    flags = f"-X berth/toolchain/aws/info.Version={version}"
    plugin = module / "cmd" / "pulumi-resource-aws"
    build.go("build", "-o", "tfgen", "-ldflags", f"{SMALL} {flags}", "./cmd/pulumi-tfgen-aws", module=module)
    subprocess.run([module / "tfgen", "schema", "--out", plugin], cwd=module, check=True, stdout=sys.stderr)
    build.program(module, "./cmd/pulumi-resource-aws", flags)


PARTS: dict[str, tuple[str, Callable[[Build], None]]] = {
    "python-host": ("pulumi-language-python", python_host),
    "cli": ("pulumi", cli),
    "docker-build": ("pulumi-resource-docker-build", docker_build),
    "buildkitd": ("buildkitd", buildkitd),
    "aws": ("pulumi-resource-aws", aws),
    "yaml-host": ("pulumi-language-yaml", yaml_host),
    "nodejs-host": ("pulumi-language-nodejs", nodejs_host),
}
"""Part -> the program that it ends with, and how it is built."""


def any_version(replaced: Iterable[str]) -> dict[str, str]:
    """A version of each module that is required and replaced: any, of the major version that its path ends with."""
    return {path: f"{match[0] if (match := re.search(r'v[0-9]+$', path)) else 'v0'}.0.0" for path in replaced}


def newer(one: str | None, other: str) -> str:
    """The later of two versions of a Go module, of which the pseudo-versions of one base are told apart by date."""

    def key(version: str) -> list[tuple[int, int, str]]:
        parts = re.split(r"[.\-+]", version.removeprefix("v"))
        return [(1, int(part), "") if part.isdigit() else (0, 0, part) for part in parts]

    return other if one is None or key(one) < key(other) else one


def pinned(package: str) -> str:
    """The version of a package in requirements.txt."""
    match = re.search(rf"^{re.escape(package)}==(\S+)$", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    assert match, f"requirements.txt does not pin {package}"
    return match[1]


def main() -> None:
    parser = argparse.ArgumentParser(description="Build the toolchain from the Go module proxy.")
    parser.add_argument("parts", nargs="+", choices=[*PARTS, "all"], metavar="PART", help=", ".join([*PARTS, "all"]))
    parser.add_argument("--to", type=Path, required=True, metavar="FOLDER", help="gets bin/ and Go's caches")
    parser.add_argument("--go", default="go", help="the Go compiler; go of PATH")
    options = parser.parse_args()
    build = Build(options.to.resolve(), options.go)
    for part in PARTS if "all" in options.parts else options.parts:
        program, make = PARTS[part]
        if (build.bin / program).exists():
            continue
        started = time.monotonic()
        make(build)
        print(f"{part}: {time.monotonic() - started:.0f} s", flush=True)


if __name__ == "__main__":
    main()
