"""Files that load, and one clear message for each that does not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from berth.compose.model import Port
from tests.unit.compose.files import complaint, load

WEB = "services: {web: {image: nginx}}"


def test_files_merge_and_profiles_add(tmp_path: Path) -> None:
    (tmp_path / "more.yaml").write_text("services: {web: {ports: ['80:8080']}, tool: {image: t, profiles: [debug]}}")
    (tmp_path / "compose.yaml").write_text(WEB)
    files = ["compose.yaml", "more.yaml"]
    plain = load(tmp_path, files=files)
    assert set(plain.services) == {"web"}
    assert plain.services["web"].image == "nginx"
    assert plain.services["web"].ports == (Port(target=8080, published=80),)
    assert set(load(tmp_path, files=files, profiles=["debug"]).services) == {"web", "tool"}


def test_variables_come_from_the_stack_first(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("TAG=of-file\n")
    text = "services: {web: {image: 'nginx:${TAG}', command: 'echo $$HOME'}}"
    assert load(tmp_path, text).services["web"].image == "nginx:of-file"
    web = load(tmp_path, text, variables={"TAG": "of-stack"}).services["web"]
    assert web.image == "nginx:of-stack"
    assert web.command == ("echo", "$HOME")


def test_no_file(tmp_path: Path) -> None:
    finding = complaint(tmp_path)
    assert finding.file == "compose.yaml"
    assert "berth:composeFiles" in finding.advice


def test_invalid_yaml(tmp_path: Path) -> None:
    finding = complaint(tmp_path, "services:\n  web: [\n")
    assert finding.file == "compose.yaml"
    assert "line" in str(finding)


def test_a_misspelt_attribute(tmp_path: Path) -> None:
    finding = complaint(tmp_path, "services: {web: {image: nginx, enviroment: {A: b}}}")
    assert (finding.file, finding.service) == ("compose.yaml", "web")
    assert "enviroment" in str(finding)
    assert "environment" in finding.advice


def test_a_value_of_the_wrong_type(tmp_path: Path) -> None:
    finding = complaint(tmp_path, "services: {web: {image: nginx, ports: 80}}")
    assert (finding.file, finding.service, finding.key) == ("compose.yaml", "web", "ports")


def test_a_required_variable_without_a_value(tmp_path: Path) -> None:
    finding = complaint(tmp_path, "services: {web: {image: 'nginx:${TAG:?give a tag}'}}")
    assert finding.file == "compose.yaml"
    assert "TAG" in str(finding)
    assert "give a tag" in finding.message


def test_a_variable_that_is_not_set(tmp_path: Path) -> None:
    text = "services: {web: {image: 'nginx:${TAG}'}}"
    finding = complaint(tmp_path, text)
    assert finding.key == "${TAG}"
    assert "berth:variables.TAG" in finding.advice
    assert load(tmp_path, text, strict_variables=False).services["web"].image == "nginx:"


def test_neither_image_nor_build(tmp_path: Path) -> None:
    finding = complaint(tmp_path, "services: {web: {command: 'true'}}")
    assert (finding.file, finding.service) == ("compose.yaml", "web")
    assert "image" in str(finding)
    assert "build" in str(finding)


def test_a_missing_dockerfile(tmp_path: Path) -> None:
    finding = complaint(tmp_path, "services: {web: {build: .}}")
    assert (finding.service, finding.key) == ("web", "build.dockerfile")
    assert str(tmp_path / "Dockerfile") in finding.message


def test_a_missing_build_folder(tmp_path: Path) -> None:
    finding = complaint(tmp_path, "services: {web: {build: ./nowhere}}")
    assert (finding.service, finding.key) == ("web", "build.context")


def test_a_port_that_two_services_publish(tmp_path: Path) -> None:
    finding = complaint(tmp_path, "services: {a: {image: a, ports: ['80:80']}, b: {image: b, ports: ['80:8080']}}")
    assert (finding.service, finding.key) == ("b", "ports.80")
    assert "'a'" in finding.message


def test_an_extension_with_a_misspelt_field(tmp_path: Path) -> None:
    finding = complaint(tmp_path, "services: {web: {image: nginx, x-berth: {ingres: {path: /}}}}")
    assert finding.service == "web"
    assert "ingres" in str(finding)


def test_a_dependency_that_does_not_exist(tmp_path: Path) -> None:
    finding = complaint(tmp_path, "services: {web: {image: nginx, depends_on: [db]}}")
    assert finding.service == "web"
    assert "db" in str(finding)


def test_a_service_whose_profile_is_not_active(tmp_path: Path) -> None:
    text = "services: {web: {image: nginx, depends_on: [db]}, db: {image: d, profiles: [data]}}"
    finding = complaint(tmp_path, text)
    assert (finding.service, finding.key) == ("web", "depends_on")
    assert "berth:profiles" in finding.advice
    assert set(load(tmp_path, text, profiles=["data"]).services) == {"web", "db"}


def test_a_remote_context(tmp_path: Path) -> None:
    finding = complaint(tmp_path, "services: {web: {build: 'https://github.com/acme/web.git'}}")
    assert (finding.service, finding.key) == ("web", "build.context")
    assert "remote" in finding.message


def test_one_host_port_on_several_addresses_or_of_a_range_is_free(tmp_path: Path) -> None:
    both = "services: {{a: {{image: a, ports: ['{}']}}, b: {{image: b, ports: ['{}']}}}}"
    for first, second in (
        ("127.0.0.1:80:80", "127.0.0.2:80:80"),
        ("80:80", "80:80/udp"),
        ("0.0.0.0:80:80", "[::1]:80:80"),
        ("8000-8010:80", "8000-8010:80"),
    ):
        assert set(load(tmp_path, both.format(first, second)).services) == {"a", "b"}
    assert complaint(tmp_path, both.format("0.0.0.0:80:80", "127.0.0.1:80:80")).key == "ports.80"


def sensitive(directory: Path, environment: str, **arguments: Any) -> set[str]:
    """The variables of the service ``web`` that are not to be shown."""
    (directory / "web.env").write_text("OF_FILE=1\nBOTH=1\n")
    text = f"services: {{web: {{image: a, env_file: web.env, environment: {environment}}}}}"
    found = load(directory, text, **arguments).services["web"].environment
    assert found.keys() >= {"OF_FILE"}
    return {name for name, variable in found.items() if variable.sensitive}


def test_variables_of_env_files_of_the_shell_and_of_secrets_are_sensitive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OF_SHELL", "1")
    written = "{BOTH: here, OF_SHELL: , PLAIN: x, SECRET: 'a ${token}', OTHER: '${TAG}'}"
    variables = {"token": "t", "TAG": "1"}
    found = sensitive(tmp_path, written, variables=variables, secret_names=["token"])
    assert found == {"OF_FILE", "OF_SHELL", "SECRET"}


def test_a_variable_in_a_variables_name_hides_nothing(tmp_path: Path) -> None:
    assert sensitive(tmp_path, "['${PREFIX}_A=1', B=2]", variables={"PREFIX": "APP"}) == {"OF_FILE", "BOTH"}


def test_a_service_whose_profile_is_a_variable(tmp_path: Path) -> None:
    text = "services: {web: {image: a, environment: {A: b}, profiles: ['${WHEN}']}}"
    web = load(tmp_path, text, profiles=["now"], variables={"WHEN": "now"}).services["web"]
    assert not web.environment["A"].sensitive
