"""A mistake of Berth's own shows: what no rule leads to is an error, and no rule hides another's value."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from berth.components.container import Tmpfs
from berth.compose import loader
from berth.compose.model import Application
from berth.parity import stacks
from berth.platforms.application import read_application
from berth.platforms.ecs import containers, plan
from berth.settings import Settings
from tests.unit.berth.parity.checkout import DEV, LOCAL, PROD, Checkout, difference

Break = Callable[[pytest.MonkeyPatch], None]


def wrapped(module: Any, name: str, change: Callable[[Any], Any]) -> Break:
    """The function with its result changed."""
    real = getattr(module, name)
    return lambda patch: patch.setattr(module, name, lambda *a, **k: change(real(*a, **k)))


def constant(module: Any, name: str, value: Any) -> Break:
    return lambda patch: patch.setattr(module, name, value)


def main(**changes: Any) -> Break:
    """The service's own container with some fields changed."""
    return wrapped(containers, "_main_container", lambda made: replace(made, **changes))


def first_file(**changes: Any) -> Break:
    return wrapped(
        plan, "_mounted_files", lambda files: tuple(replace(file, **changes) for file in files[:1]) + files[1:]
    )


def planned(**changes: Any) -> Break:
    return wrapped(plan, "plan_service", lambda made: replace(made, **changes))


BROKEN = {
    "image": (main(image="nginx:1"), "image", ""),
    "command": (main(command=("other",)), "command", ""),
    "a variable is lost": (main(environment={}), "variables", "MODE"),
    "a sensitive variable is lost": (main(secrets={}), "variables", "TOKEN"),
    "a variable has another's secret": (main(secrets={"TOKEN": "secret:key"}), "variables", "TOKEN"),
    "a variable too many": (main(environment={"MODE": "fast", "EXTRA": "1"}), "variables", "EXTRA"),
    "user": (main(user=None), "user", ""),
    "an option": (main(working_directory="/"), "options", "working_dir"),
    "no port": (main(port_mappings=()), "ports", "80/tcp"),
    "no health check": (main(health_check=None), "healthcheck", "test"),
    "an interval that no limit asks for": (wrapped(containers, "_clamp", lambda n: n + 1), "healthcheck", "interval"),
    "a stop that no limit asks for": (main(stop_timeout=3), "stop_grace_period", ""),
    "memory": (main(memory=50), "resources", "memory limit"),
    "a volume": (main(mount_points=()), "volumes", "/data"),
    "files that are not mounted": (main(mount_points=()), "secrets", "/run/secrets/key"),
    "another secret in a file": (first_file(source="other"), "secrets", "/run/secrets/key, content"),
    "a file's mode": (first_file(mode=0o400), "secrets", "/run/secrets/key, owner and mode"),
    "a file's path": (first_file(filename="k"), "secrets", "/run/secrets/key"),
    "a name": (constant(plan.ServicePlan, "dns_names", ("web",)), "names", "www"),
    "replicas": (planned(replicas=1), "replicas", ""),
    "a dependency": (constant(plan.ServicePlan, "awaits", {}), "depends_on", "db"),
    "a dependency's condition": (constant(plan.ServicePlan, "awaits", {"db": "started"}), "depends_on", "db"),
    "a size that no warning names": (
        planned(size=plan.TaskSize(cpu=1024, memory=8192)),
        "resources",
        "task memory",
    ),
}


@pytest.fixture(scope="module")
def loaded_once() -> Callable[..., Application]:
    """``read_application`` for one checkout: most mistakes come after it."""
    found: list[Application] = []

    def load(settings: Settings, directory: Path) -> Application:
        if not found:
            found.append(read_application(settings, directory))
        return found[0]

    return load


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A service with some of everything, of which ECS changes next to nothing."""
    checkout = Checkout(tmp_path_factory.mktemp("whole"))
    more = {"volumes": {"data": {}}, "secrets": {"key": {"file": "./key"}, "other": {"file": "./other"}}}
    web = {
        "image": "nginx:1.29",
        "command": ["serve", "--now"],
        "environment": {"MODE": "fast"},
        "env_file": "./web.env",
        "user": "7",
        "working_dir": "/app",
        "ports": ["8080:80"],
        "networks": {"default": {"aliases": ["www"]}},
        "healthcheck": {"test": ["CMD", "true"], "interval": "10s", "timeout": "5s"},
        "secrets": ["key", "other"],
        "volumes": ["data:/data"],
        "depends_on": {"db": {"condition": "service_healthy"}},
        "deploy": {"replicas": 2},
        "mem_limit": "448m",
        "cpus": 0.25,
        "restart": "always",
        "stop_grace_period": "20s",
    }
    db = {"image": "postgres:17", "healthcheck": {"test": ["CMD", "true"], "timeout": "5s"}}
    for name in ("key", "other", "web.env"):
        checkout.write(name, f"TOKEN=tell-nobody-{name}\n")
    checkout.services(more, web=web, db=db).stack("local", LOCAL).stack("prod", PROD)
    return checkout


def test_as_it_is_all_of_it_is_explained(whole: Checkout) -> None:
    code, said = whole.run()
    assert (code, "0 unexplained" in said) == (0, True), said


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_mapping(
    whole: Checkout, loaded_once: Callable[..., Application], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    broken, aspect, item = BROKEN[name]
    monkeypatch.setattr(stacks, "read_application", loaded_once)
    broken(monkeypatch)
    code, said = whole.run(json=True)
    assert code == 1
    told = json.loads(said)["services"]["web"]["differences"]
    (found,) = [entry for entry in told if (entry["aspect"], entry["item"]) == (aspect, item)]
    assert found["kind"] == "unexplained"
    assert [cause["stack"] for cause in found["causes"] if cause["kind"] == "unexplained"] == ["prod"]


def test_a_mistake_in_reading_the_file_shows_as_well(whole: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    wrapped(loader, "parse_service", lambda made: made.model_copy(update={"user": None}))(monkeypatch)
    assert difference(whole.compare(local=LOCAL, prod=PROD), "user").kind == "unexplained"


def test_the_same_mistake_in_all_stacks_shows_against_the_file(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    main(user="8")(monkeypatch)
    checkout.web(user="7").stack("dev", DEV).stack("prod", PROD)
    code, said = checkout.run()
    assert code == 1
    assert "user:  8, where the file says 7" in said
    assert "unexplained: no rule of the platform leads to this from the file (dev, prod)" in said
    assert checkout.run("prod")[0] == 1


def tmpfs_of(size: int) -> Break:
    return main(tmpfs=(Tmpfs(container_path="/tmp", size=size),))


@pytest.mark.parametrize(
    ("attributes", "broken", "place"),
    [
        (
            {"healthcheck": {"test": "true", "interval": "1s"}},
            wrapped(containers, "_clamp", lambda n: n + 1),
            "interval",
        ),
        ({"stop_grace_period": "5m"}, main(stop_timeout=60), ""),
        ({"tmpfs": "/tmp"}, tmpfs_of(32), "/tmp, size"),
        ({"tmpfs": "/tmp"}, main(tmpfs=()), "/tmp"),
        ({"restart": "on-failure", "hostname": "www"}, main(hostname="other"), "hostname"),
    ],
)
def test_a_warning_explains_only_the_value_that_it_names(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch, attributes: dict[str, Any], broken: Break, place: str
) -> None:
    checkout.web(**attributes)
    assert checkout.compare(local=LOCAL, prod=PROD).count("unexplained") == 0
    broken(monkeypatch)
    found = [item for item in checkout.compare(local=LOCAL, prod=PROD).differences if item.kind == "unexplained"]
    assert place in [item.item for item in found]


@pytest.mark.parametrize("change", [{"port": 8080}, {"path": "/"}, {"host": "b.example"}])
def test_a_route_that_the_file_does_not_ask_for(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch, change: dict[str, Any]
) -> None:
    wrapped(stacks, "plan_routes", lambda routes: tuple(replace(route, **change) for route in routes))(monkeypatch)
    checkout.web(ports=["8081:80"], **{"x-berth": {"ingress": {"path": "/a"}}})
    assert difference(checkout.compare(local=LOCAL, prod=PROD), "published", "80/tcp").kind == "unexplained"


def test_a_lost_route(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stacks, "plan_routes", lambda *_: ())
    checkout.web(ports=["8080:80"], **{"x-berth": {"ingress": {}}})
    found = difference(checkout.compare(local=LOCAL, prod=PROD), "published", "80/tcp")
    assert found.kind == "unexplained"
