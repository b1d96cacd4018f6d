from __future__ import annotations

import base64
import json
import os
import stat
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import dill
import pulumi
import pytest
import yaml
from pulumi.dynamic.dynamic import serialize_provider
from pulumi.runtime import rpc

from berth.components import compose_command, compose_up
from berth.components.compose_command import (
    ComposeContainer,
    docker_problem,
    find_binary,
    parse_container,
    run_compose,
    wait_settled,
)
from berth.components.compose_project import ComposeProject, ComposeProjectArgs, service_goals, visible_hash
from berth.components.compose_up import (
    CONTENT_LABEL,
    INPUTS,
    ComposeUpProvider,
    published_ports,
    render_override,
    services_down,
)
from tests.unit.components.build import build
from tests.unit.recorder import Recorder, start

SERVICE = "berth:components:ComposeService"
UP = "pulumi-python:dynamic/berth:ComposeUp"
DEFINITION = {
    "web": {"image": "web:1", "depends_on": {"migrate": {"condition": "service_completed_successfully"}}},
    "migrate": {"image": "web:1"},
}
PROPS: Mapping[str, Any] = {
    "project_name": "shop",
    "files": ["app/compose.yaml", "app/more.yaml"],
    "directory": "app",
    "profiles": ["debug"],
    "environment": {"PORT": "80"},
    "secrets": {"db_password": "hidden-value"},
    "override": {"services": {"web": {"build": {"args": {"A": "1"}}}}},
    "definition_hashes": {"web": "1"},
    "shared_hash": "1",
    "build_hashes": {},
    "content_hashes": {"web": "abc", "db": "def"},
    "goals": {"web": "running"},
    "remove_volumes": False,
    "timeout": 60.0,
}


def args(**fields: Any) -> ComposeProjectArgs:
    return ComposeProjectArgs(
        **{"project_name": "shop", "files": ["compose.yaml"], "directory": ".", "definition": DEFINITION, **fields}
    )


def make(**fields: Any) -> ComposeProject:
    return ComposeProject("compose", args(**fields))


def recording(published: Mapping[str, Any] | None = None) -> Recorder:
    return Recorder(outputs={UP: {"published": published or {}}})


def container(service: str = "web", state: str = "running", exit_code: int = 0, **fields: Any) -> ComposeContainer:
    return ComposeContainer(**{"service": service, "state": state, "exit_code": exit_code, "health": "", **fields})


class TestComponent:
    def test_each_service_carries_its_own_attributes(self) -> None:
        shared = {"networks": {"front": {}}}
        recorder = build(
            lambda _: {"": make(build_hashes={"web": "abc"}, shared=shared).published}, recording()
        ).recorder
        assert recorder.one(SERVICE, "compose-web").inputs == {**DEFINITION["web"], "build_hash": "abc"}
        assert recorder.one(SERVICE, "compose-migrate").inputs == DEFINITION["migrate"]
        assert recorder.one("berth:components:ComposeProject").inputs == shared

    def test_compose_runs_with_all_that_was_given(self) -> None:
        given = {
            "profiles": ["debug"],
            "environment": {"PORT": "8080"},
            "secrets": {"key": "k"},
            "content_hashes": {"web": "h"},
            "build_hashes": {"web": "b"},
            "remove_volumes": True,
            "timeout": 30,
        }
        built = build(lambda _: {"published": make(**given).published}, recording({"web": {"80": 8080}}))
        assert built.values["published"] == {"web": {"80": 8080}}
        inputs = built.inputs(UP, "compose")
        assert {key: rpc.unwrap_rpc_secret(inputs[key]) for key in given} == given
        for key in ("environment", "secrets", "content_hashes"):
            assert rpc.is_rpc_secret(inputs[key])
        assert inputs["project_name"] == "shop"
        assert inputs["files"] == ["compose.yaml"]
        assert inputs["goals"] == {"web": "running", "migrate": "completed"}
        assert set(inputs["definition_hashes"]) == {"web", "migrate"}

    def test_goals_follow_who_waits_and_leave_out_what_has_no_replicas(self) -> None:
        definition = {**DEFINITION, "off": {"scale": 0}, "idle": {"deploy": {"replicas": 0}}}
        assert service_goals(definition) == {"web": "running", "migrate": "completed"}

    @pulumi.runtime.test
    def test_a_visible_hash_tells_nothing_of_a_secret(self) -> None:
        start(Recorder())
        one, other = (visible_hash({"image": "a", "x": pulumi.Output.secret(value)}) for value in ("1", "2"))
        assert one == other
        assert one != visible_hash({"image": "b", "x": pulumi.Output.secret("1")})


class TestProvider:
    def test_its_state_is_small_and_stays_the_same(self) -> None:
        serialized = serialize_provider(ComposeUpProvider())
        assert serialized == serialize_provider(ComposeUpProvider())
        assert len(serialized) < 200
        assert isinstance(dill.loads(base64.b64decode(serialized)), ComposeUpProvider)

    def test_no_change_is_no_diff(self) -> None:
        result = ComposeUpProvider().diff("shop", {**PROPS, "published": {}, "__provider": "a"}, dict(PROPS))
        assert result.changes is False

    @pytest.mark.parametrize("key", sorted(set(INPUTS) - {"project_name"}))
    def test_each_input_is_compared(self, key: str) -> None:
        result = ComposeUpProvider().diff("shop", dict(PROPS), {**PROPS, key: "other"})
        assert result.changes is True
        assert result.replaces == []

    def test_another_project_name_removes_the_old_project_first(self) -> None:
        result = ComposeUpProvider().diff("shop", dict(PROPS), {**PROPS, "project_name": "store"})
        assert result.replaces == ["project_name"]
        assert result.delete_before_replace is True


class Calls:
    """Stands in for the program `docker-compose`, and records how it was called."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, before: Sequence = (), after: Sequence = (), fail: bool = False
    ):
        self.calls: list[dict[str, Any]] = []
        self.fail = fail
        monkeypatch.setattr(compose_up, "run_compose", self.run)
        monkeypatch.setattr(compose_up, "list_containers", lambda project: tuple(before))
        monkeypatch.setattr(compose_up, "wait_settled", lambda project: tuple(after))

    def run(self, project: str, verb: str, arguments: Sequence[str] = (), **options: Any) -> None:
        self.calls.append({"project": project, "verb": verb, "arguments": list(arguments), **options})
        if self.fail and verb == "up":
            raise RuntimeError("up failed")

    @property
    def verbs(self) -> list[str]:
        return [call["verb"] for call in self.calls]


class TestLifecycle:
    def test_create_runs_up_and_waits(self, monkeypatch: pytest.MonkeyPatch) -> None:
        calls = Calls(monkeypatch, after=[container(ports={80: 8080})])
        result = ComposeUpProvider().create(dict(PROPS))
        assert result.id == "shop"
        assert result.outs == {**PROPS, "published": {"web": {"80": 8080}}}
        (call,) = calls.calls
        here = Path.cwd()
        assert call["options"] == [
            *("--file", str(here / "app/compose.yaml"), "--file", str(here / "app/more.yaml"), "--file", "-"),
            *("--profile", "debug", "--project-directory", str(here / "app")),
        ]
        assert call["arguments"] == ["--detach", "--build", "--remove-orphans", "--wait", "--wait-timeout", "60"]
        assert call["environment"] == {"PORT": "80", "BERTH_SECRET_db_password": "hidden-value"}
        assert "hidden-value" not in call["stdin"]

    def test_a_failed_create_removes_what_it_started(self, monkeypatch: pytest.MonkeyPatch) -> None:
        calls = Calls(monkeypatch, fail=True)
        with pytest.raises(RuntimeError, match="up failed"):
            ComposeUpProvider().create(dict(PROPS))
        assert calls.verbs == ["up", "down"]
        assert "--volumes" not in calls.calls[1]["arguments"]

    def test_a_failed_create_leaves_a_project_that_was_there_before(self, monkeypatch: pytest.MonkeyPatch) -> None:
        calls = Calls(monkeypatch, before=[container()], fail=True)
        with pytest.raises(RuntimeError, match="up failed"):
            ComposeUpProvider().create(dict(PROPS))
        assert calls.verbs == ["up"]

    def test_an_update_runs_up(self, monkeypatch: pytest.MonkeyPatch) -> None:
        calls = Calls(monkeypatch, after=[container(ports={80: 1})])
        result = ComposeUpProvider().update("shop", {**PROPS, "published": {}}, {**PROPS, "shared_hash": "2"})
        assert calls.verbs == ["up"]
        assert result.outs["published"] == {"web": {"80": 1}}

    def test_an_update_of_how_to_destroy_runs_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        calls = Calls(monkeypatch)
        news = {**PROPS, "remove_volumes": True, "timeout": 5.0}
        result = ComposeUpProvider().update("shop", {**PROPS, "published": {"web": {"80": 1}}}, news)
        assert calls.verbs == []
        assert result.outs == {**news, "published": {"web": {"80": 1}}}

    @pytest.mark.parametrize(
        ("remove_volumes", "arguments"),
        [(False, ["--remove-orphans"]), (True, ["--remove-orphans", "--volumes"])],
    )
    def test_delete_needs_no_file(
        self, monkeypatch: pytest.MonkeyPatch, remove_volumes: bool, arguments: list[str]
    ) -> None:
        calls = Calls(monkeypatch)
        ComposeUpProvider().delete("shop", {**PROPS, "remove_volumes": remove_volumes})
        (call,) = calls.calls
        assert (call["project"], call["verb"], call["arguments"]) == ("shop", "down", arguments)
        assert "options" not in call

    def test_read_without_containers_says_that_the_project_is_gone(self, monkeypatch: pytest.MonkeyPatch) -> None:
        Calls(monkeypatch)
        assert ComposeUpProvider().read("shop", dict(PROPS)).id is None

    def test_read_of_a_whole_project_changes_no_input(self, monkeypatch: pytest.MonkeyPatch) -> None:
        Calls(monkeypatch, before=[container(ports={80: 8080})])
        result = ComposeUpProvider().read("shop", dict(PROPS))
        assert result.outs == {**PROPS, "published": {"web": {"80": 8080}}}
        assert result.inputs is None

    def test_read_takes_the_goal_from_a_service_that_is_down(self, monkeypatch: pytest.MonkeyPatch) -> None:
        Calls(monkeypatch, before=[container("other")])
        result = ComposeUpProvider().read("shop", dict(PROPS))
        assert result.id == "shop"
        assert result.outs["goals"] == result.inputs["goals"] == {}
        assert set(result.inputs) == set(INPUTS)


class TestContainers:
    @pytest.mark.parametrize(
        ("found", "down"),
        [
            ([container("web"), container("job", "exited")], ()),
            ([container("web"), container("job")], ()),
            ([container("web"), container("job", "exited", 1)], ("job",)),
            ([container("web", "exited"), container("job", "exited")], ("web",)),
            ([container("web"), container("web", "exited"), container("job", "exited")], ("web",)),
            ([container("job", "exited")], ("web",)),
            ([], ("web", "job")),
        ],
    )
    def test_services_down(self, found: list[ComposeContainer], down: tuple[str, ...]) -> None:
        assert services_down({"web": "running", "job": "completed"}, found) == down

    def test_ports_are_those_that_are_published(self) -> None:
        found = [container("web", ports={443: 8443, 80: 8080}), container("db")]
        assert published_ports(found) == {"web": {"80": 8080, "443": 8443}}

    def test_a_line_of_compose_ps(self) -> None:
        publishers = [
            {"URL": "0.0.0.0", "TargetPort": 80, "PublishedPort": 8080, "Protocol": "tcp"},
            {"URL": "::", "TargetPort": 80, "PublishedPort": 8080, "Protocol": "tcp"},
            {"URL": "", "TargetPort": 443, "PublishedPort": 0, "Protocol": "tcp"},
            {"URL": "0.0.0.0", "TargetPort": 53, "PublishedPort": 53, "Protocol": "udp"},
        ]
        line = {"Service": "web", "State": "running", "ExitCode": 0, "Health": "healthy", "Publishers": publishers}
        assert parse_container(json.dumps(line)) == container(health="healthy", ports={80: 8080})
        assert parse_container(json.dumps({**line, "Publishers": None})).ports == {}

    @pytest.mark.parametrize(
        ("found", "failed"),
        [
            (container(), False),
            (container(state="exited"), False),
            (container(state="exited", exit_code=7), True),
            (container(state="restarting"), True),
            (container(health="unhealthy"), True),
        ],
    )
    def test_failed(self, found: ComposeContainer, failed: bool) -> None:
        assert found.failed is failed


class TestOverride:
    def test_docker_compose_takes_each_secret_from_the_environment_alone(self, tmp_path: Path) -> None:
        base = {
            "services": {"web": {"image": "a", "secrets": ["db_password"]}, "db": {"image": "b"}},
            "secrets": {"db_password": {"file": "./password.txt"}},
        }
        (tmp_path / "compose.yaml").write_text(yaml.safe_dump(base))
        merged = subprocess.run(
            [find_binary(), "--file", "compose.yaml", "--file", "-", "config"],
            cwd=tmp_path,
            input=render_override({**PROPS, "override": {"services": {"web": {"labels": {"own": "1"}}}}}),
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        result = yaml.safe_load(merged)
        assert result["secrets"]["db_password"]["environment"] == "BERTH_SECRET_db_password"
        assert "file" not in result["secrets"]["db_password"]
        assert result["services"]["web"]["labels"] == {CONTENT_LABEL: "abc", "own": "1"}
        assert result["services"]["db"]["labels"] == {CONTENT_LABEL: "def"}

    def test_what_is_given_is_left_as_it_is(self) -> None:
        props = {**PROPS, "secrets": {}, "content_hashes": {}}
        assert yaml.safe_load(render_override(props)) == PROPS["override"]
        assert PROPS["override"] == {"services": {"web": {"build": {"args": {"A": "1"}}}}}


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stand-in for `docker-compose`: a shell script that a test writes, found in the program's place."""
    file = tmp_path / "docker-compose"
    file.write_text("#!/bin/sh\n")
    file.chmod(0o755)
    monkeypatch.setattr(compose_command, "find_binary", lambda: str(file))
    return file


def script(program: Path, *, up: str = "", ps: str = "", logs: str = "") -> None:
    program.write_text(
        f'#!/bin/sh\ncase " $* " in *" up "*) {up or ":"};; *" ps "*) {ps or ":"};; *" logs "*) {logs or ":"};; esac\n'
    )


def ps_line(**fields: Any) -> str:
    line = {"Service": "web", "State": "running", "ExitCode": 0, "Health": "", "Publishers": [], **fields}
    return f"echo '{json.dumps(line)}'"


class TestCommand:
    def test_output_goes_to_a_log_that_only_its_owner_reads(self, program: Path, tmp_path: Path) -> None:
        script(program, up='echo "to stdout $PORT"; echo to stderr >&2; cat')
        log = tmp_path / "logs" / "up.log"
        run_compose("shop", "up", log=log, environment={"PORT": "80"}, stdin="given")
        assert log.read_text() == "to stdout 80\nto stderr\ngiven"
        assert stat.S_IMODE(os.stat(log).st_mode) == 0o600

    def test_a_failure_quotes_what_matters(self, program: Path, tmp_path: Path) -> None:
        progress = " Container shop-web-1 Starting \n#7 [2/3] RUN true\nStep 1/3 : FROM x\n ---> 12ab"
        script(
            program,
            up=f"printf '%s\\n' '{progress}' 'dependency failed to start'; exit 1",
            ps=f"{ps_line(State='exited', ExitCode=7)}; {ps_line(Service='db')}",
            logs="for n in $(seq 40); do echo line $n; done",
        )
        with pytest.raises(RuntimeError) as caught:
            run_compose("shop", "up", log=tmp_path / "up.log")
        lines = str(caught.value).splitlines()
        assert lines[:4] == [
            "docker compose up of project 'shop' failed (exit code 1)",
            "    dependency failed to start",
            "service 'web': exited, exit code 7; its last lines:",
            "    line 26",
        ]
        assert lines[-2:] == ["    line 40", f"All of the output: {tmp_path / 'up.log'}"]
        assert len(lines) == 19

    def test_a_service_that_ended_and_that_nobody_awaits_is_explained(self, program: Path, tmp_path: Path) -> None:
        script(program, up="echo 'container shop-job-1 exited (0)'; exit 1")
        with pytest.raises(RuntimeError, match="service_completed_successfully"):
            run_compose("shop", "up", log=tmp_path / "up.log")

    def test_containers_without_a_health_check_must_stay_up(
        self, program: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # The second look alone sees that it restarts.
        looks = program.parent / "looks"
        restarting = ps_line(State="restarting")
        script(
            program,
            ps=f"echo >> {looks}; [ $(wc -l < {looks}) = 2 ] && {restarting} || {ps_line()}",
            logs="echo boom",
        )
        waits: list[float] = []
        monkeypatch.setattr(compose_command, "time", SimpleNamespace(sleep=waits.append, monotonic=time.monotonic))
        with pytest.raises(RuntimeError, match=r"(?s)does not stay up.*service 'web': restarting.*boom"):
            wait_settled("shop")
        assert waits == [compose_command.SETTLE_SECONDS]

    def test_nothing_waits_where_all_have_a_health_check(self, program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        script(program, ps=f"{ps_line(Health='healthy')}; {ps_line(Service='job', State='exited')}")
        monkeypatch.setattr(compose_command, "time", SimpleNamespace(sleep=lambda _: pytest.fail("it waited")))
        assert [item.service for item in wait_settled("shop")] == ["web", "job"]

    def test_docker_that_answers_is_no_problem(self, program: Path) -> None:
        program.write_text("#!/bin/sh\n[ \"$*\" = 'ls --quiet' ]\n")
        assert docker_problem() is None

    def test_docker_that_refuses_is_quoted(self, program: Path) -> None:
        program.write_text("#!/bin/sh\necho 'Cannot connect to the Docker daemon' >&2; exit 1\n")
        assert docker_problem() == "Cannot connect to the Docker daemon"

    def test_docker_that_hangs_is_given_up_on(self, program: Path) -> None:
        program.write_text("#!/bin/sh\nexec sleep 30\n")
        assert docker_problem(timeout=0.2) == "no answer within 0.2 seconds"
