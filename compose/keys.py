"""The keys of a Compose file, for suggestions: https://docs.docker.com/reference/compose-file/"""

TOP_LEVEL_KEYS = ("configs", "include", "models", "name", "networks", "secrets", "services", "version", "volumes")

BUILD_KEYS = (
    "additional_contexts",
    "args",
    "cache_from",
    "cache_to",
    "context",
    "dockerfile",
    "dockerfile_inline",
    "entitlements",
    "extra_hosts",
    "isolation",
    "labels",
    "network",
    "no_cache",
    "no_cache_filter",
    "platforms",
    "privileged",
    "provenance",
    "pull",
    "sbom",
    "secrets",
    "shm_size",
    "ssh",
    "tags",
    "target",
    "ulimits",
)
SERVICE_KEYS = ("image", "build", "command", "ports", "environment", "depends_on")
