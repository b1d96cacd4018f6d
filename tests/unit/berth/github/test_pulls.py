"""``python -m berth sweep --github``: which environments go, by what GitHub says is open, and that none goes where it
says nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from rich.console import Console

from berth import stacks
from berth.__main__ import main
from berth.github import client
from berth.stacks import Listed
from tests.github import FakeGitHub, Refusal, fake_github

SWEEP = ("sweep", "--github", "acme/shop")
LABELLED = (*SWEEP, "--label", "environment")


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeGitHub]:
    monkeypatch.setattr(client, "ATTEMPTS", 0)
    with fake_github() as made:
        monkeypatch.setenv("GITHUB_API_URL", made.address)
        monkeypatch.setenv("GITHUB_TOKEN", made.token)
        made.add_pull(1, "environment")
        made.add_pull(2, "bug", "Environment")
        made.add_pull(3, "bug")
        made.add_pull(4, "environment", state="closed")
        yield made


@pytest.fixture
def removed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The environments that were removed, of five that there are; `sweep` has `down` as a default, made before."""
    names: list[str] = []

    def down(name: str, _: Console) -> int:
        names.append(name)
        return 0

    listed = tuple(Listed(name=name, changed=None, resources=9) for name in ("dev", *(f"pr-{n}" for n in range(1, 6))))
    monkeypatch.setattr(stacks, "list_stacks", lambda: listed)
    monkeypatch.setattr("berth.sweep.run.sweep.__defaults__", (down,))
    return names


def test_those_of_closed_pull_requests_go(
    hub: FakeGitHub, removed: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*SWEEP]) == 0
    assert removed == ["pr-4", "pr-5"]
    assert "pr-4: pull request 4 is not open\n" in capsys.readouterr().out
    assert hub.asked == [("GET", "/repos/acme/shop/pulls")]


def test_with_a_label_those_without_it_go_too(
    hub: FakeGitHub, removed: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*LABELLED]) == 0
    assert removed == ["pr-3", "pr-4", "pr-5"]
    assert "pr-3: pull request 3 is not open with the label environment\n" in capsys.readouterr().out


def test_all_pages_are_read(hub: FakeGitHub, removed: list[str]) -> None:
    for number in range(100, 220):
        hub.add_pull(number)
    hub.add_pull(5, "environment")
    assert main([*LABELLED]) == 0
    assert removed == ["pr-3", "pr-4"]


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        (Refusal(500, "down", times=9), "GitHub does not answer"),
        (Refusal(403, "Resource not accessible by integration", times=9), "pull-requests: read"),
        (Refusal(401, "Bad credentials", times=9), "GITHUB_TOKEN"),
    ],
)
def test_an_answer_that_does_not_come_removes_nothing(
    hub: FakeGitHub, removed: list[str], capsys: pytest.CaptureFixture[str], refusal: Refusal, words: str
) -> None:
    hub.refusals.append(refusal)
    assert main([*LABELLED]) == 1
    assert removed == []
    assert words in capsys.readouterr().out


def test_half_an_answer_removes_nothing(hub: FakeGitHub, removed: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(100, 220):
        hub.add_pull(number)
    answer = hub.answer
    monkeypatch.setattr(
        FakeGitHub,
        "answer",
        lambda self, method, url, *rest: (502, {"message": "x"}, {}) if "page=2" in url else answer(method, url, *rest),
    )
    assert main([*LABELLED]) == 1
    assert removed == []


def test_nobody_to_ask(removed: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delenv("GITHUB_TOKEN", raising=False)
    assert main([*LABELLED]) == 1
    assert main(["sweep", "--label", "environment", "--open", "1"]) == 1
    said = capsys.readouterr().out
    assert "GITHUB_TOKEN is not set" in said
    assert "--label says nothing without --github" in said
    assert removed == []
    with pytest.raises(SystemExit):
        main([*SWEEP, "--open", "1"])
