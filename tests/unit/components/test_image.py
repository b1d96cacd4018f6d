"""What the builders are asked for. No image is built here."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import boto3
import pulumi
import pytest
from botocore.stub import Stubber
from pulumi.runtime import rpc

from berth.components.image import Image, ImageArgs, add_tag, lifecycle_policy
from tests.unit.hooks import HookRecorder, accept_hooks
from tests.unit.recorder import Recorder, start

REPOSITORY = "aws:ecr/repository:Repository"
BUILDKIT = "docker-build:index:Image"
DAEMON = "docker:index/image:Image"
HOST = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
DIGEST = "sha256:" + "a" * 64


@dataclass(frozen=True)
class Access:
    """Gives the same client each time, as the stub is bound to it."""

    ecr: Any = field(default_factory=lambda: boto3.client("ecr", region_name="eu-west-1"))

    def client(self, service: str) -> Any:
        assert service == "ecr"
        return self.ecr


def recorder(**outputs: Mapping[str, Any]) -> Recorder:
    def token(args: Mapping[str, Any]) -> Mapping[str, Any]:
        assert args["registryId"] == "123456789012"
        return {"userName": "AWS", "password": "login"}

    repository = {"registryId": "123456789012", "repositoryUrl": f"{HOST}/web-1234567", "name": "web-1234567"}
    return Recorder(
        calls={"aws:ecr/getAuthorizationToken:getAuthorizationToken": token},
        outputs={
            REPOSITORY: repository,
            BUILDKIT: {"digest": outputs.get("digest", DIGEST)},
            DAEMON: {"repoDigest": f"{HOST}/web-1234567@{outputs.get('digest', DIGEST)}"},
        },
    )


def made(*, preview: bool = False, digest: str = DIGEST, **args: Any) -> tuple[Recorder, dict[str, Any]]:
    records = start(recorder(digest=digest), preview=preview)
    seen: dict[str, Any] = {"hooks": accept_hooks()}

    @pulumi.runtime.test
    async def program() -> None:
        image = Image("web", ImageArgs(**{"context": "src", "tag": "abc", **args}))
        seen["known"] = await image.uri.is_known()
        for name in ("uri", "repository_arn", "repository_url"):
            seen[name] = await getattr(image, name).future()

    program()
    return records, seen


def built(**args: Any) -> Mapping[str, Any]:
    return made(**args)[0].one(BUILDKIT, "web").inputs


def test_repository():
    records, _ = made(tags={"a": "b"}, keep_images=7)
    assert records.one(REPOSITORY, "web").inputs == {
        "imageScanningConfiguration": {"scanOnPush": True},
        "imageTagMutability": "IMMUTABLE",
        "encryptionConfigurations": [{"encryptionType": "AES256"}],
        "forceDelete": True,
        "tags": {"a": "b"},
    }
    lifecycle = records.one("aws:ecr/lifecyclePolicy:LifecyclePolicy", "web-lifecycle").inputs
    assert lifecycle == {"repository": "web-1234567", "policy": lifecycle_policy(7)}


def test_lifecycle_counts_images_with_and_without_tag():
    (rule,) = json.loads(lifecycle_policy(7))["rules"]
    assert rule["selection"] == {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 7}
    assert rule["action"] == {"type": "expire"}


def test_repository_can_refuse_to_go_while_it_has_images():
    assert made(force_delete=False)[0].one(REPOSITORY).inputs["forceDelete"] is False


def test_a_key_of_ones_own_encrypts_the_images():
    inputs = made(kms_key_id="arn:key")[0].one(REPOSITORY).inputs
    assert inputs["encryptionConfigurations"] == [{"encryptionType": "KMS", "kmsKey": "arn:key"}]


def test_build_is_pushed_by_digest_and_never_in_a_preview():
    inputs = built()
    (export,) = inputs["exports"]
    assert export["registry"]["names"] == [f"{HOST}/web-1234567"]
    assert export["registry"]["pushByDigest"] is True
    assert inputs["push"] is False
    assert (inputs["buildOnPreview"], inputs["exec"]) == (False, False)
    assert inputs["platforms"] == ["linux/amd64"]
    assert "tags" not in inputs


def test_everything_that_decides_the_content_reaches_the_build():
    inputs = built(
        dockerfile="Dockerfile.web",
        build_args={"VERSION": pulumi.Output.from_input("7")},
        target="runtime",
        additional_contexts={"lib": "../lib", "base": "docker-image://alpine"},
        platform="linux/arm64",
        labels={"team": "shop"},
        builder_name="remote",
    )
    assert inputs["context"] == {
        "location": "src",
        "named": {"lib": {"location": "../lib"}, "base": {"location": "docker-image://alpine"}},
    }
    assert inputs["dockerfile"] == {"location": "src/Dockerfile.web"}
    assert inputs["buildArgs"] == {"VERSION": "7"}
    assert inputs["target"] == "runtime"
    assert inputs["platforms"] == ["linux/arm64"]
    assert inputs["labels"] == {"team": "shop"}
    assert inputs["builder"] == {"name": "remote"}


def test_inline_dockerfile():
    assert built(dockerfile_inline="FROM scratch")["dockerfile"] == {"inline": "FROM scratch"}


def test_absolute_paths_become_relative_as_they_differ_between_machines():
    here = os.getcwd()
    inputs = built(
        context=f"{here}/src",
        dockerfile=f"{here}/Dockerfile",
        additional_contexts={"lib": f"{os.path.dirname(here)}/l"},
    )
    assert inputs["context"] == {"location": "src", "named": {"lib": {"location": "../l"}}}
    assert inputs["dockerfile"] == {"location": "Dockerfile"}


def test_dockerfile_of_a_remote_context_is_its_own():
    inputs = built(context="https://example.com/app.git", dockerfile="docker/Dockerfile")
    assert inputs["context"] == {"location": "https://example.com/app.git"}
    assert inputs["dockerfile"] == {"location": "docker/Dockerfile"}


def test_a_new_value_of_a_build_secret_alone_builds_nothing():
    inputs = built(secrets={"npm": "token"})
    assert unwrapped(inputs["secrets"]) == {"npm": "token"}
    assert inputs["ignoreSecretsInDiffCalculation"] == ["npm"]


def unwrapped(value: Any) -> Any:
    """The value of an input, which must be a secret."""
    assert rpc.is_rpc_secret(value)
    return rpc.unwrap_rpc_secret(value)


def test_login_is_for_the_repositorys_registry_and_secret():
    assert unwrapped(built()["registries"]) == [{"address": HOST, "username": "AWS", "password": "login"}]


def test_another_host_stands_in_for_the_registry():
    records, seen = made(registry_host="localhost:4566")
    inputs = records.one(BUILDKIT).inputs
    assert inputs["exports"][0]["registry"]["names"] == ["localhost:4566/web-1234567"]
    assert unwrapped(inputs["registries"])[0]["address"] == "localhost:4566"
    assert seen["uri"] == f"localhost:4566/web-1234567@{DIGEST}"


def test_uri_is_repository_and_digest():
    seen = made()[1]
    del seen["hooks"]
    assert seen == {
        "known": True,
        "uri": f"{HOST}/web-1234567@{DIGEST}",
        "repository_arn": "arn:aws:mock:us-east-1:123456789012:web",
        "repository_url": f"{HOST}/web-1234567",
    }


@pytest.mark.parametrize("builder", ["buildkit", "daemon"])
def test_uri_is_unknown_in_a_preview_that_would_build(builder: str):
    """The provider reports an empty digest then, as if it were known."""
    assert made(preview=True, digest="", builder=builder)[1]["known"] is False


def test_a_build_without_digest_fails_an_update():
    with pytest.raises(RuntimeError, match="no digest"):
        made(digest="")


def test_cache_is_that_of_the_same_hash_which_only_exists_when_tags_are_written():
    assert "cacheFrom" not in built()
    inputs = built(access=Access())
    assert inputs["cacheFrom"] == [{"registry": {"ref": f"{HOST}/web-1234567:abc"}}]
    assert inputs["cacheTo"] == [{"inline": {}}]


def test_the_tag_is_written_after_a_build_and_cannot_fail_it():
    access = Access()
    hooks: HookRecorder = made(access=access)[1]["hooks"]
    (hook,) = hooks.hooks.values()
    assert hook.opts.ignore_errors is True
    assert hook.opts.on_dry_run is False
    with Stubber(access.ecr) as stub:
        expect_tagging(stub)
        hook(pulumi.ResourceHookArgs(urn="u", id="i", name="web", type=BUILDKIT, new_outputs=OUTPUTS))
        stub.assert_no_pending_responses()


def test_creations_and_updates_run_the_hook(monkeypatch: pytest.MonkeyPatch):
    bound: list[Mapping[str, Any]] = []
    real = pulumi.ResourceHookBinding

    def watched(**hooks: Any) -> Any:
        bound.append(hooks)
        return real(**hooks)

    monkeypatch.setattr(pulumi, "ResourceHookBinding", watched)
    made(access=Access())
    assert [sorted(hooks) for hooks in bound] == [["after_create", "after_update"]]


def test_no_tag_is_written_without_access():
    assert made()[1]["hooks"].hooks == {}


OUTPUTS = {"digest": DIGEST, "exports": [{"registry": {"names": [f"{HOST}/shop/web-1234567"]}}]}


def expect_tagging(stub: Stubber, error: str = "") -> None:
    image = {"imageManifest": "{}", "imageManifestMediaType": "application/vnd.oci.image.manifest.v1+json"}
    stub.add_response(
        "batch_get_image",
        {"images": [image]},
        {"repositoryName": "shop/web-1234567", "imageIds": [{"imageDigest": DIGEST}]},
    )
    sent = {"repositoryName": "shop/web-1234567", "imageDigest": DIGEST, "imageTag": "abc", **image}
    if error:
        stub.add_client_error("put_image", error, expected_params=sent)
    else:
        stub.add_response("put_image", {}, sent)


@pytest.mark.parametrize("error", ["", "ImageTagAlreadyExistsException", "ImageAlreadyExistsException"])
def test_a_tag_that_an_earlier_build_has_stays_with_it(error: str):
    access = Access()
    with Stubber(access.ecr) as stub:
        expect_tagging(stub, error)
        add_tag(access, "abc", OUTPUTS)
        stub.assert_no_pending_responses()


def test_any_other_refusal_of_a_tag_is_raised():
    access = Access()
    with Stubber(access.ecr) as stub:
        expect_tagging(stub, "AccessDeniedException")
        with pytest.raises(access.ecr.exceptions.ClientError, match="AccessDenied"):
            add_tag(access, "abc", OUTPUTS)


def test_daemon_pushes_a_tag_and_deploys_the_digest():
    records, seen = made(
        builder="daemon",
        context=f"{os.getcwd()}/src",
        dockerfile="Dockerfile",
        build_args={"A": "1"},
        target="t",
        platform="linux/arm64",
    )
    assert records.one(REPOSITORY).inputs["imageTagMutability"] == "MUTABLE"
    assert not records.of(BUILDKIT)
    inputs = dict(records.one(DAEMON, "web").inputs)
    login = unwrapped(inputs.pop("registry"))
    assert login == {"server": HOST, "username": "AWS", "password": "login"}
    assert inputs == {
        "imageName": f"{HOST}/web-1234567:abc",
        "build": {
            "context": "src",
            "dockerfile": "src/Dockerfile",
            "args": {"A": "1"},
            "target": "t",
            "platform": "linux/arm64",
            "builderVersion": "BuilderBuildKit",
        },
        "buildOnPreview": False,
        "skipPush": False,
    }
    assert seen["uri"] == f"{HOST}/web-1234567@{DIGEST}"


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ({"dockerfile_inline": "FROM scratch"}, "inline Dockerfile"),
        ({"secrets": {"a": "b"}}, "build secrets"),
        ({"additional_contexts": {"a": "b"}}, "additional contexts"),
        ({"labels": {"a": "b"}}, "labels"),
    ],
)
def test_daemon_refuses_what_it_cannot_do(asked: dict[str, Any], name: str):
    with pytest.raises(ValueError, match=f"no {name}; use the builder 'buildkit'"):
        ImageArgs(context="src", tag="abc", builder="daemon", **asked)


def test_docker_is_imported_only_by_those_who_use_it():
    """Its plugin is asked for on import, and most machines lack it."""
    import subprocess
    import sys

    check = "import sys, components.image; sys.exit('pulumi_docker' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0
