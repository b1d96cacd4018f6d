"""Ports of a Dockerfile or of a well-known image, for services whose file names none."""

from __future__ import annotations

from pathlib import Path

import pytest

from berth.compose.exposed import exposed_ports, image_name, with_exposed_ports
from berth.compose.model import Build
from tests.unit.applications import application, service

CONTEXT = Path("/nowhere")


def ports(dockerfile: str, **fields: object) -> tuple[int, ...]:
    return exposed_ports(Build(context=CONTEXT, dockerfile_inline=dockerfile, **fields))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("dockerfile", "expected"),
    [
        ("FROM a\nEXPOSE 80\nEXPOSE 443/tcp 53/udp", (80, 443)),
        ("FROM a\nexpose 80 80", (80,)),
        ("FROM a\nEXPOSE \\\n  80 \\\n  81", (80, 81)),
        ("ARG PORT=8000\nFROM a\nEXPOSE $PORT", (8000,)),
        ("FROM a\nEXPOSE ${PORT:-9000}", (9000,)),
        ("FROM a\nEXPOSE 8000-8010", (8000,)),
        ("FROM a\n# EXPOSE 80", ()),
    ],
)
def test_what_a_dockerfile_exposes(dockerfile: str, expected: tuple[int, ...]) -> None:
    """https://docs.docker.com/reference/dockerfile/#expose"""
    assert ports(dockerfile) == expected


def test_a_build_argument_wins_over_its_default() -> None:
    assert ports("ARG PORT=8000\nFROM a\nEXPOSE $PORT", args={"PORT": "8001"}) == (8001,)


def test_only_the_built_stage_and_those_below_it_count() -> None:
    text = "FROM a AS base\nEXPOSE 80\nFROM base AS web\nEXPOSE 81\nFROM a AS other\nEXPOSE 82"
    assert ports(text, target="web") == (80, 81)
    assert ports(text) == (82,)


def test_without_a_dockerfile_there_are_none(tmp_path: Path) -> None:
    assert exposed_ports(Build(context=tmp_path)) == ()
    (tmp_path / "own").write_text("FROM a\nEXPOSE 80")
    assert exposed_ports(Build(context=tmp_path, dockerfile="own")) == (80,)


@pytest.mark.parametrize("image", ["postgres", "postgres:17", "r.example.com:5000/library/postgres:17@sha256:0"])
def test_the_name_of_an_image(image: str) -> None:
    assert image_name(image) == "postgres"


def test_what_the_file_says_wins() -> None:
    app = with_exposed_ports(
        application(
            service("db", image="postgres:17"),
            service("own", image="postgres:17", expose=[9000]),
            service("unknown", image="acme/tool"),
        )
    )
    assert app.listening_ports("db") == (5432,)
    assert app.listening_ports("own") == (9000,)
    assert app.listening_ports("unknown") == ()


def test_a_dockerfile_of_another_encoding_is_read_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_bytes(b"FROM a\n# caf\xe9\nEXPOSE 80\n")
    assert exposed_ports(Build(context=tmp_path)) == (80,)
