"""A container image in Amazon ECR, built from a Dockerfile and deployed by digest."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import pulumi
import pulumi_aws as aws
import pulumi_docker_build as docker_build
from pulumi.output import UNKNOWN

from berth.components.container_json import canonical

if TYPE_CHECKING:
    from berth.components.aws_access import AwsAccess


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageArgs:
    """What to build, and where it goes.

    ``tag`` is a hash of all that decides the image's content; it names the image for people and for BuildKit's cache,
    and nothing is deployed by it. ``dockerfile`` is a path below ``context`` (as in Compose), or an absolute one.
    ``secrets`` maps a BuildKit secret's id to its value: a new value alone builds nothing.
    ``access`` is how the tag is written; without it images have a digest only.
    ``builder_name`` is a buildx builder's; by default the one in use.
    ``kms_key_id`` is a key's ARN that encrypts the images; None: AWS's own. Without ``force_delete`` Pulumi refuses to
    delete the repository before it deletes anything else, as ECR would refuse after that.
    ``registry_host`` (``host:port``) stands in for the repository's own host, as an emulator's registry does.

    Raises:
        ValueError: ``builder="daemon"`` was asked for what Docker Engine's own builder cannot do.
    """

    context: str
    tag: str
    dockerfile: str | None = None
    dockerfile_inline: str | None = None
    build_args: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, "pulumi.Input[str]"])
    target: str | None = None
    secrets: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, "pulumi.Input[str]"])
    additional_contexts: Mapping[str, str] = field(default_factory=dict[str, str])
    platform: str = "linux/amd64"
    labels: Mapping[str, str] = field(default_factory=dict[str, str])
    builder: Literal["buildkit", "daemon"] = "buildkit"
    builder_name: str | None = None
    force_delete: bool = True
    kms_key_id: pulumi.Input[str] | None = None
    keep_images: int = 50
    access: AwsAccess | None = None
    registry_host: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        if self.builder == "daemon" and (refused := daemon_refuses(self)):
            raise ValueError(f"the builder 'daemon' has no {', '.join(refused)}; use the builder 'buildkit'")


def daemon_refuses(args: ImageArgs) -> tuple[str, ...]:
    """What ``args`` ask for and the builder ``daemon`` cannot do."""
    asked = {
        "inline Dockerfile": args.dockerfile_inline,
        "build secrets": args.secrets,
        "additional contexts": args.additional_contexts,
        "labels": args.labels,
    }
    return tuple(name for name, value in asked.items() if value)


class Image(pulumi.ComponentResource):
    """An ECR repository and the image in it. ``uri`` is ``REPOSITORY@sha256:…``, unknown until it is built.

    BuildKit pushes by digest, and the tag is added afterwards where it is free. So a second build of the same hash
    (an interrupted run, a revert after the base image moved, another machine's file modes) never meets
    "tag is immutable": its digest is deployed, and the tag stays with the first.
    Docker Engine can push tags only, so with the builder ``daemon`` tags are mutable.
    """

    uri: pulumi.Output[str]
    repository_arn: pulumi.Output[str]
    repository_url: pulumi.Output[str]

    def __init__(self, name: str, args: ImageArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("berth:components:Image", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        repository = aws.ecr.Repository(
            name,
            image_scanning_configuration=aws.ecr.RepositoryImageScanningConfigurationArgs(scan_on_push=True),
            image_tag_mutability="IMMUTABLE" if args.builder == "buildkit" else "MUTABLE",
            encryption_configurations=[_encryption(args.kms_key_id)],
            force_delete=args.force_delete,
            tags=dict(args.tags),
            opts=pulumi.ResourceOptions(parent=self, protect=not args.force_delete),
        )
        aws.ecr.LifecyclePolicy(
            f"{name}-lifecycle", repository=repository.name, policy=lifecycle_policy(args.keep_images), opts=child
        )
        self.repository_arn = repository.arn
        self.repository_url = (
            pulumi.Output.concat(args.registry_host, "/", repository.name)
            if args.registry_host
            else repository.repository_url
        )
        build = _build_with_buildkit if args.builder == "buildkit" else _build_with_daemon
        self.uri = build(name, args, self, repository, self.repository_url)
        self.register_outputs(
            {"uri": self.uri, "repository_arn": self.repository_arn, "repository_url": self.repository_url}
        )


def _encryption(kms_key_id: pulumi.Input[str] | None) -> aws.ecr.RepositoryEncryptionConfigurationArgs:
    if kms_key_id is None:
        return aws.ecr.RepositoryEncryptionConfigurationArgs(encryption_type="AES256")
    return aws.ecr.RepositoryEncryptionConfigurationArgs(encryption_type="KMS", kms_key=kms_key_id)


def lifecycle_policy(keep_images: int) -> str:
    """Keep the newest ``keep_images`` images, tagged or not: what runs is among them, whatever its tag.

    https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html
    """
    rule = {
        "rulePriority": 1,
        "description": f"Keep the newest {keep_images} images",
        "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": keep_images},
        "action": {"type": "expire"},
    }
    return canonical({"rules": [rule]})


def _build_with_buildkit(
    name: str, args: ImageArgs, parent: Image, repository: aws.ecr.Repository, url: pulumi.Output[str]
) -> pulumi.Output[str]:
    token = _login(parent, repository)
    # The cache of an earlier build with this hash gives the same digest on a machine that never built it.
    cache_from = docker_build.CacheFromArgs(
        registry=docker_build.CacheFromRegistryArgs(ref=pulumi.Output.concat(url, ":", args.tag))
    )
    by_digest = docker_build.ExportRegistryArgs(names=[url], push_by_digest=True)
    hook = _tag_hook(name, args.access, args.tag) if args.access else None
    image = docker_build.Image(
        name,
        context=docker_build.BuildContextArgs(
            location=_relative(args.context),
            named={
                key: docker_build.ContextArgs(location=_relative(place))
                for key, place in sorted(args.additional_contexts.items())
            }
            or None,
        ),
        dockerfile=_dockerfile(args),
        build_args=dict(args.build_args) or None,
        target=args.target,
        secrets=dict(args.secrets) or None,
        ignore_secrets_in_diff_calculation=sorted(args.secrets) or None,
        labels=dict(args.labels) or None,
        platforms=[docker_build.Platform(args.platform)],
        builder=docker_build.BuilderConfigArgs(name=args.builder_name) if args.builder_name else None,
        push=False,
        exports=[docker_build.ExportArgs(registry=by_digest)],
        cache_from=[cache_from] if hook else None,
        cache_to=[docker_build.CacheToArgs(inline=docker_build.CacheToInlineArgs())],
        registries=[
            docker_build.RegistryArgs(
                address=url.apply(lambda known: known.partition("/")[0]),
                username=token.user_name,
                password=pulumi.Output.secret(token.password),
            )
        ],
        build_on_preview=False,
        exec_=False,
        opts=pulumi.ResourceOptions(
            parent=parent,
            # Deleting would use the login of the last build, which has expired; the repository's policies delete.
            retain_on_delete=True,
            hooks=pulumi.ResourceHookBinding(after_create=[hook], after_update=[hook]) if hook else None,
        ),
    )
    return pulumi.Output.concat(url, "@", image.digest.apply(_known_digest))


def _build_with_daemon(
    name: str, args: ImageArgs, parent: Image, repository: aws.ecr.Repository, url: pulumi.Output[str]
) -> pulumi.Output[str]:
    import pulumi_docker as docker  # its plugin is asked for as soon as it is imported

    token = _login(parent, repository)
    image = docker.Image(
        name,
        image_name=pulumi.Output.concat(url, ":", args.tag),
        build=docker.DockerBuildArgs(
            context=_relative(args.context),
            dockerfile=_dockerfile_path(args),
            args=dict(args.build_args) or None,
            target=args.target,
            platform=args.platform,
            builder_version=docker.BuilderVersion.BUILDER_BUILD_KIT,
        ),
        registry=docker.RegistryArgs(
            server=url.apply(lambda known: known.partition("/")[0]),
            username=token.user_name,
            password=pulumi.Output.secret(token.password),
        ),
        build_on_preview=False,
        opts=pulumi.ResourceOptions(parent=parent, retain_on_delete=True),
    )
    digest = image.repo_digest.apply(lambda known: _known_digest(known.rpartition("@")[2]))
    return pulumi.Output.concat(url, "@", digest)


def _login(parent: Image, repository: aws.ecr.Repository) -> pulumi.Output[aws.ecr.GetAuthorizationTokenResult]:
    """A password for the registry, good for 12 hours, of which no builder sees a change as a change."""
    return aws.ecr.get_authorization_token_output(
        registry_id=repository.registry_id, opts=pulumi.InvokeOutputOptions(parent=parent)
    )


def _known_digest(digest: str) -> str:
    """A preview that would build reports an empty digest, as if it were known."""
    if digest:
        return digest
    if pulumi.runtime.is_dry_run():
        return UNKNOWN  # type: ignore[return-value]
    raise RuntimeError("the build has reported no digest")


def _dockerfile(args: ImageArgs) -> docker_build.DockerfileArgs | None:
    if args.dockerfile_inline:
        return docker_build.DockerfileArgs(inline=args.dockerfile_inline)
    location = _dockerfile_path(args)
    return docker_build.DockerfileArgs(location=location) if location else None


def _dockerfile_path(args: ImageArgs) -> str | None:
    """From the program's directory, as builders take it; in a remote context it is the context's own path."""
    if args.dockerfile is None or "://" in args.context:
        return args.dockerfile
    return _relative(os.path.join(args.context, args.dockerfile))


def _relative(path: str) -> str:
    """A local path from the program's directory, as an absolute one differs between machines and would build anew."""
    return path if "://" in path or not os.path.isabs(path) else os.path.relpath(path)


def _tag_hook(name: str, access: AwsAccess, tag: str) -> pulumi.ResourceHook:
    """Nothing is deployed by tag, so that a failure to write one is a warning."""

    def write(built: pulumi.ResourceHookArgs) -> None:
        add_tag(access, tag, built.new_outputs or {})

    return pulumi.ResourceHook(f"{name}-tag", write, pulumi.ResourceHookOptions(ignore_errors=True))


def add_tag(access: AwsAccess, tag: str, outputs: Mapping[str, Any]) -> None:
    """Give the image that was just pushed its tag, unless an earlier build of the same hash has it.

    It needs ``ecr:BatchGetImage`` and ``ecr:PutImage``, as a push does:
    https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-retag.html

    Args:
        outputs: those of the build: ``digest``, and the ``exports`` that name the repository.
    """
    repository = outputs["exports"][0]["registry"]["names"][0].partition("/")[2]
    client = access.client("ecr")
    found = client.batch_get_image(repositoryName=repository, imageIds=[{"imageDigest": outputs["digest"]}])
    if not found["images"]:
        raise RuntimeError(f"{repository} has no image {outputs['digest']}")
    image = found["images"][0]
    try:
        client.put_image(
            repositoryName=repository,
            imageManifest=image["imageManifest"],
            imageManifestMediaType=image["imageManifestMediaType"],
            imageDigest=outputs["digest"],
            imageTag=tag,
        )
    except (client.exceptions.ImageTagAlreadyExistsException, client.exceptions.ImageAlreadyExistsException):
        pulumi.log.debug(f"{repository}:{tag} stays with an earlier build")
