"""Which base images a rehearsal takes along: pushing one takes seconds."""

from __future__ import annotations

from pathlib import Path

from berth.rehearsal.images import used

IMAGES = {
    name: f"berth-base/{name.lower()}:1" for name in ("BUSYBOX_IMAGE", "PYTHON_IMAGE", "POSTGRES_IMAGE", "REDIS_IMAGE")
}


def test_the_compose_files_say_which_ones_and_helper_containers_have_theirs(tmp_path: Path) -> None:
    one, two = tmp_path / "compose.yaml", tmp_path / "more.yaml"
    one.write_text("include: [other.yaml]\nservices: {a: {image: '${PYTHON_IMAGE:-python:3.12}'}}")
    (tmp_path / "other.yaml").write_text("services: {b: {image: '${REDIS_IMAGE:-redis:7}'}}")
    two.write_text("services: {a: {command: ['POSTGRES_IMAGE', '${OTHER:-1}']}}")
    assert set(used(IMAGES, [one, two])) == {"BUSYBOX_IMAGE", "PYTHON_IMAGE", "REDIS_IMAGE"}


def test_all_of_them_where_the_files_cannot_be_read(tmp_path: Path) -> None:
    assert used(IMAGES, [tmp_path / "none.yaml"]) == IMAGES


def test_where_public_images_can_be_had_nothing_is_asked() -> None:
    assert used({}, [Path("/nowhere/compose.yaml")]) == {}
