"""Where the values of secrets and configs come from, and in which order."""

from __future__ import annotations

from pathlib import Path

from berth.compose.extension import ServiceExtension
from berth.compose.model import Build, FileObject
from berth.diagnostics import Severity, errors, warnings
from berth.platforms.values import read_values
from berth.settings import Settings
from tests.unit.applications import application, service

GRANTED = service(secrets=[{"source": "token", "target": "/run/secrets/token"}])


def test_each_source_gives_its_value(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("from file\n")
    sources = {
        "from file\n": FileObject(name="token", file=file),
        "from environment": FileObject(name="token", environment="TOKEN"),
        "from content": FileObject(name="token", content="from content"),
    }
    for expected, declared in sources.items():
        app = application(GRANTED, secrets={"token": declared}, environment={"TOKEN": "from environment"})
        assert read_values(app, Settings()).secrets == {"token": expected}


def test_the_stack_s_value_wins_even_over_a_file_that_is_missing() -> None:
    app = application(GRANTED, secrets={"token": FileObject(name="token", file=Path("/nowhere/token"))})
    values = read_values(app, Settings(secrets={"token": "from stack"}))
    assert values.secrets == {"token": "from stack"}
    assert values.diagnostics == ()


def test_a_missing_file_and_a_missing_variable_say_how_to_set_them() -> None:
    for declared, key in (
        (FileObject(name="token", file=Path("/nowhere/token")), "secrets.token.file"),
        (FileObject(name="token", environment="TOKEN"), "secrets.token.environment"),
    ):
        (finding,) = read_values(application(GRANTED, secrets={"token": declared}), Settings()).diagnostics
        assert finding.severity is Severity.ERROR
        assert finding.key == key
        assert finding.file == "compose.yaml"
        assert "pulumi config set --secret --path 'berth:secrets.token'" in finding.advice


def test_an_unused_or_external_secret_needs_no_value() -> None:
    app = application(service(), secrets={"token": FileObject(name="token", environment="TOKEN")})
    assert read_values(app, Settings()).diagnostics == ()
    app = application(GRANTED, secrets={"token": FileObject(name="token", external=True)})
    assert read_values(app, Settings()).diagnostics == ()
    assert read_values(app, Settings()).secrets == {}


def test_a_variable_that_carries_an_undeclared_secret_is_an_error() -> None:
    app = application(service(extension=ServiceExtension(secret_environment={"X": "nothing"})))
    (finding,) = errors(read_values(app, Settings()).diagnostics)
    assert finding.key == "secrets.nothing"


def test_a_stack_that_protects_data_warns_of_a_secret_from_the_checkout(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("x")
    app = application(GRANTED, secrets={"token": FileObject(name="token", file=file)})
    assert warnings(read_values(app, Settings()).diagnostics) == ()
    (finding,) = warnings(read_values(app, Settings(protect_data=True)).diagnostics)
    assert finding.key == "secrets.token.file"


def test_a_config_s_content_may_be_any_bytes(tmp_path: Path) -> None:
    file = tmp_path / "logo"
    file.write_bytes(b"\x00\xff")
    app = application(
        service(configs=[{"source": "logo", "target": "/etc/shop/logo"}]),
        configs={"logo": FileObject(name="logo", file=file)},
    )
    assert read_values(app, Settings()).configs == {"logo": b"\x00\xff"}


def test_a_build_s_secret_is_stored_nowhere() -> None:
    built = service(image=None, build=Build(context=Path("/app"), secrets=("npm",)), secrets=GRANTED.secrets)
    declared = {name: FileObject(name=name, content=f"of {name}") for name in ("npm", "token")}
    values = read_values(application(built, secrets=declared), Settings())
    assert values.secrets == {"token": "of token"}
    assert values.build_secrets == {"npm": "of npm"}


def test_a_build_cannot_read_an_external_secret() -> None:
    built = service(image=None, build=Build(context=Path("/app"), secrets=("npm",)))
    app = application(built, secrets={"npm": FileObject(name="npm", external=True)})
    (finding,) = read_values(app, Settings()).diagnostics
    assert finding.key == "secrets.npm.external"
    assert "berth:secrets.npm" in finding.advice
    assert read_values(app, Settings(secrets={"npm": "x"})).build_secrets == {"npm": "x"}
