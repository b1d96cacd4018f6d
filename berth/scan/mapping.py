"""Terraform's names of resources and their fields, as the provider's own plugin has them.

pulumi_aws is Terraform's AWS provider behind a bridge, and the plugin tells what it bridges:
https://github.com/pulumi/pulumi/blob/master/proto/pulumi/provider.proto (GetMapping)
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from berth.diagnostics import Diagnostic, ToolError
from berth.setup.places import pinned

LARGEST = 400 * 2**20
"""Bytes of an answer; that of the plugin with all of AWS has some 20 million."""

Bridged = Mapping[str, Mapping[str, Any]]
"""Pulumi's type token -> ``type`` (Terraform's), its ``schema``, and in ``fields`` the names that are not derived."""


def read_mapping(cache: Path, plugin: Path | None = None) -> Bridged:
    """The mapping of the pinned AWS plugin; asked once a version, in 5 seconds, and kept in the folder ``cache``."""
    plugin = plugin or plugin_path()
    kept = cache / f"names-{plugin.parent.name}.json"
    if not kept.exists():
        cache.mkdir(parents=True, exist_ok=True)
        new = kept.with_suffix(".new")
        new.write_text(json.dumps(bridged(json.loads(_ask(plugin)))))
        new.replace(kept)
    return dict(json.loads(kept.read_text()))


def bridged(told: Mapping[str, Any]) -> Bridged:
    """What the plugin tells, by Pulumi's tokens."""
    schemas = told["provider"]["resources"]
    return {
        info["tok"]: {"type": name, "schema": schemas[name], "fields": info.get("fields") or {}}
        for name, info in told["resources"].items()
        if name in schemas
    }


def plugin_path() -> Path:
    """Where Pulumi keeps the AWS plugin.

    Raises:
        ToolError: it is not there.
    """
    home = Path(os.environ.get("PULUMI_HOME") or Path.home() / ".pulumi")
    path = home / "plugins" / f"resource-aws-v{pinned('pulumi-aws')}" / "pulumi-resource-aws"
    if not path.exists():
        raise ToolError(Diagnostic(message=f"no AWS plugin of Pulumi at {path}", advice="Run `make setup`."))
    return path


def _ask(plugin: Path) -> bytes:
    import grpc
    from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

    process = subprocess.Popen([plugin, "127.0.0.1:1"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        options = [("grpc.max_receive_message_length", LARGEST)]
        with grpc.insecure_channel(f"127.0.0.1:{port}", options=options) as channel:
            request = provider_pb2.GetMappingRequest(key="terraform", provider="aws")
            stub: Any = provider_pb2_grpc.ResourceProviderStub(channel)  # half typed in the SDK
            return bytes(stub.GetMapping(request).data)
    finally:
        process.kill()
        process.wait()
