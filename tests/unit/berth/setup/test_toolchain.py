"""The recipe in tools/toolchain: its versions, the smaller provider, and the tokens of pulumi_aws."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from berth.setup import goproxy
from berth.setup.places import ROOT

RECIPE = ROOT / "tools" / "toolchain"


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"toolchain_{name}", RECIPE / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


build, cut, names = load("build"), load("cut"), load("names")


def test_setup_and_the_recipe_speak_of_the_same_parts() -> None:
    assert set(goproxy.PARTS) == set(build.PARTS)
    for part, (program, _) in build.PARTS.items():
        assert goproxy.program(part).name == program


def test_no_version_stands_outside_of_requirements_and_versions() -> None:
    sources = [path for path in RECIPE.rglob("*") if path.suffix in (".py", ".go", ".mod")]
    text = "\n".join(path.read_text() for path in sources)
    # go.mod of a stand-in says which language it is written in.
    found = set(re.findall(r"v?\d+\.\d+\.\d+", re.sub(r"^go \d+\.\d+$", "", text, flags=re.MULTILINE)))
    assert found == {"0.0.0"}


@pytest.mark.parametrize(
    ("one", "other", "later"),
    [
        ("v1.2.3", "v1.10.0", "v1.10.0"),
        ("v1.10.0", "v1.2.3", "v1.10.0"),
        (
            "v0.0.0-20230101000000-abcdefabcdef",
            "v0.0.0-20240101000000-000000000000",
            "v0.0.0-20240101000000-000000000000",
        ),
        (None, "v1.0.0", "v1.0.0"),
        ("v2.0.0+incompatible", "v1.9.0", "v2.0.0+incompatible"),
    ],
)
def test_of_two_requirements_the_later(one: str | None, other: str, later: str) -> None:
    assert build.newer(one, other) == later


def test_a_replaced_module_is_required_at_its_major_version() -> None:
    assert build.any_version(["example.org/a", "example.org/b/v3"]) == {
        "example.org/a": "v0.0.0",
        "example.org/b/v3": "v3.0.0",
    }


def test_a_build_goes_on_from_the_go_mod_that_go_has_changed(tmp_path: Path) -> None:
    made = build.Build(tmp_path, "go")
    folder = made._write("x", "module x\n", "")
    (folder / "go.mod").write_text("module x\n\nrequire example.org/a v1.0.0\n")
    made._write("x", "module x\n", "")
    assert "example.org/a" in (folder / "go.mod").read_text()
    made._write("x", "module x\n\ngo 1.26\n", "")  # other versions
    assert (folder / "go.mod").read_text() == "module x\n\ngo 1.26\n"


def test_a_failed_build_leaves_no_program(tmp_path: Path) -> None:
    (tmp_path / "go").write_text("#!/bin/sh\necho 'go: no such host' >&2\nexit 1\n")
    (tmp_path / "go").chmod(0o755)
    command = [sys.executable, RECIPE / "build.py", "--to", tmp_path / "made", "--go", tmp_path / "go", "cli"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert result.stderr.splitlines() == ["go: no such host", "go mod failed"]
    assert list((tmp_path / "made" / "bin").iterdir()) == []


PYTHON_HOST_GO = """\
package main

import "github.com/pulumi/pulumi/sdk/v3/python"

func main() {
\tpulumirpc.RegisterLanguageRuntimeServer(srv, host)
}

func (host *pythonLanguageHost) About(ctx context.Context, req *pbempty.Empty) (*pulumirpc.AboutResponse, error) {
}
"""


def test_the_python_host_gets_plugins() -> None:
    made = build.with_plugins(PYTHON_HOST_GO)
    assert 'import "berth/toolchain/hosts/python"' in made
    assert "RegisterLanguageRuntimeServer(srv, pluginHost{host})" in made
    assert "About(ctx context.Context, req *pulumirpc.AboutRequest)" in made


def test_a_python_host_that_has_changed_is_not_mended_blindly() -> None:
    with pytest.raises(SystemExit, match="the Python host is not as it was: Register"):
        build.with_plugins(PYTHON_HOST_GO.replace("(srv, host)", "(server, host)"))


SERVICES_GO = """\
package sdkv2

import (
\t"github.com/hashicorp/terraform-provider-aws/internal/service/ecs"
\t"github.com/hashicorp/terraform-provider-aws/internal/service/lambda"
)

func servicePackages(ctx context.Context) []conns.ServicePackage {
\tv := []conns.ServicePackage{
\t\tecs.ServicePackage(ctx),
\t\tlambda.ServicePackage(ctx),
\t}
}
"""
CLIENTS_GO = """\
package conns

import (
\t"context"
\t"github.com/aws/aws-sdk-go-v2/service/ecs"
\tfunctions "github.com/aws/aws-sdk-go-v2/service/lambda"
)

func (c *AWSClient) ECSClient(ctx context.Context) *ecs.Client {
}

func (c *AWSClient) LambdaClient(ctx context.Context) *functions.Client {
}

func (c *AWSClient) Region() string {
}
"""
ECS_GO = """\
package ecs

func flattenNetworkConfiguration(nc *types.NetworkConfiguration) []any {
\tif nc == nil {
\t\treturn nil
\t}
\tconn := meta.(*conns.AWSClient).ECSClient(ctx)
}
"""
PACKAGE_GO = """\
package ecs

func (p *servicePackage) SDKResources(ctx context.Context) []*inttypes.ServicePackageSDKResource {
\t\t\tTypeName: "aws_ecs_service",
\t\t\tTypeName: "aws_vpc",
\t\t\tTypeName: "aws_lb_listener",
\t\t\tTypeName: "aws_alb_listener",
\t\t\tTypeName: "aws_cloudwatch_log_group",
\t\t\tTypeName: "aws_of_tomorrow",
}

func (p *servicePackage) EphemeralResources(ctx context.Context) []*inttypes.X {
\t\t\tTypeName: "aws_secretsmanager_secret_version",
}

func (p *servicePackage) SDKDataSources(ctx context.Context) []*inttypes.ServicePackageSDKDataSource {
\t\t\tTypeName: "aws_availability_zones",
\t\t\tTypeName: "aws_caller_identity",
}
"""


@pytest.fixture
def provider(tmp_path: Path) -> Path:
    """The provider's module as far as the recipe reads it, read-only like Go's cache."""
    module = tmp_path / "module"
    for name, text in {
        "go.mod": "module github.com/hashicorp/terraform-provider-aws\n",
        "docs/guide.md": "",
        "internal/provider/sdkv2/service_packages_gen.go": SERVICES_GO,
        "internal/conns/awsclient_gen.go": CLIENTS_GO,
        "internal/service/ecs/service.go": ECS_GO,
        "internal/service/ecs/service_test.go": "",
        "internal/service/ecs/service_package_gen.go": PACKAGE_GO,
        "internal/service/lambda/function.go": "package lambda\n",
    }.items():
        (module / name).parent.mkdir(parents=True, exist_ok=True)
        (module / name).write_text(text)
        (module / name).chmod(0o444)
    return module


def test_only_the_services_in_use_are_built(provider: Path, tmp_path: Path) -> None:
    cut.cut(provider, tmp_path / "upstream", ["ecs"])
    made = tmp_path / "upstream"
    assert not (made / "internal/service/lambda").exists()
    assert not (made / "internal/service/ecs/service_test.go").exists()
    assert not (made / "docs").exists()
    services = (made / "internal/provider/sdkv2/service_packages_gen.go").read_text()
    assert "ecs.ServicePackage(ctx)" in services
    assert "lambda" not in services
    clients = (made / "internal/conns/awsclient_gen.go").read_text()
    assert "ECSClient" in clients and "Region()" in clients and "service/ecs" in clients
    assert "lambda" not in clients.lower()
    assert "if nc == nil || nc.AwsvpcConfiguration == nil {" in (made / "internal/service/ecs/service.go").read_text()


def test_a_provider_that_has_changed_is_not_mended_blindly(provider: Path, tmp_path: Path) -> None:
    file = provider / "internal/service/ecs/service.go"
    file.chmod(0o644)
    file.write_text("package ecs\n")
    with pytest.raises(SystemExit, match="flattenNetworkConfiguration is not as it was"):
        cut.cut(provider, tmp_path / "upstream", ["ecs"])


def test_types_get_the_tokens_of_pulumi_aws(provider: Path) -> None:
    assert names.names(provider) == {
        # https://www.pulumi.com/registry/packages/aws/api-docs/
        "resources": {
            "aws_cloudwatch_log_group": "aws:cloudwatch/logGroup:LogGroup",
            "aws_ecs_service": "aws:ecs/service:Service",
            "aws_lb_listener": "aws:lb/listener:Listener",
            "aws_vpc": "aws:ec2/vpc:Vpc",
        },
        "functions": {
            "aws_availability_zones": "aws:index/getAvailabilityZones:getAvailabilityZones",
            "aws_caller_identity": "aws:index/getCallerIdentity:getCallerIdentity",
        },
    }
