"""What ``python -m berth comment`` asks of GitHub, and what it makes of the answers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from berth.__main__ import main
from berth.github import client
from berth.github.body import LIMIT, fitted
from tests.github import BOT, FakeGitHub, Refusal, fake_github

MARKER = "<!-- berth:preview:shop/dev -->"
REPORT = f"{MARKER}\n### dev\n3 to change\n"


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeGitHub]:
    for name in ("GITHUB_STEP_SUMMARY", "GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID"):
        monkeypatch.delenv(name, raising=False)
    with fake_github() as made:
        monkeypatch.setenv("GITHUB_API_URL", made.address)
        monkeypatch.setenv("GITHUB_TOKEN", made.token)
        yield made


@pytest.fixture
def comment(tmp_path: Path) -> Callable[..., int]:
    """Keep the comment of pull request 7, and return the exit code."""

    def call(report: str = REPORT, repository: str = "acme/shop") -> int:
        file = tmp_path / "report.md"
        file.write_text(report)
        return main(["comment", "--repository", repository, "--pull-request", "7", str(file)])

    return call


@pytest.fixture
def issue(tmp_path: Path) -> Callable[..., int]:
    def call(title: str, report: str | None) -> int:
        file = tmp_path / "drift.md"
        file.write_text(report or "")
        return main(
            ["comment", "--repository", "acme/shop", "--issue-title", title, str(file) if report else "--close"]
        )

    return call


def writes(hub: FakeGitHub) -> list[str]:
    return [method for method, _ in hub.asked if method != "GET"]


def test_there_is_one_comment_however_often_it_is_written(hub: FakeGitHub, comment: Callable[..., int]) -> None:
    assert comment() == 0
    assert [item["body"] for item in hub.comments] == [REPORT]
    assert comment(REPORT.replace("3", "4")) == 0
    assert [item["body"] for item in hub.comments] == [REPORT.replace("3", "4")]
    assert comment(REPORT.replace("3", "4")) == 0
    assert writes(hub) == ["POST", "PATCH"], "nothing is written where nothing has changed"


def test_each_environment_has_its_own(hub: FakeGitHub, comment: Callable[..., int]) -> None:
    assert comment() == comment(REPORT.replace("dev", "prod")) == comment() == 0
    assert [item["body"].splitlines()[0] for item in hub.comments] == [MARKER, MARKER.replace("dev", "prod")]


def test_it_is_found_on_a_later_page(hub: FakeGitHub, comment: Callable[..., int]) -> None:
    for number in range(210):
        hub.add_comment(7, f"comment {number}", login="somebody")
    hub.add_comment(8, REPORT)  # of another pull request
    hub.add_comment(7, REPORT)
    assert comment(REPORT + "new\n") == 0
    assert hub.comments[-1]["body"] == REPORT + "new\n"
    assert writes(hub) == ["PATCH"]
    assert len(hub.asked) == 4, "three pages of a hundred, and one that is written"


def test_another_ones_comment_is_left_alone(hub: FakeGitHub, comment: Callable[..., int]) -> None:
    hub.add_comment(7, REPORT, login="somebody")
    hub.add_comment(7, f"> {REPORT}")
    assert comment(REPORT + "new\n") == 0
    assert [item["body"] for item in hub.comments] == [REPORT, f"> {REPORT}", REPORT + "new\n"]


@pytest.mark.parametrize(
    ("refusal", "parts"),
    [
        (Refusal(403, "Resource not accessible by integration"), ("(403)", "permissions: { pull-requests: write }")),
        (Refusal(404, "Not Found"), ("(404)", "Check --repository")),
        (Refusal(401, "Bad credentials"), ("(401)", "GITHUB_TOKEN: ${{ github.token }}")),
    ],
    ids=lambda value: str(value.status) if isinstance(value, Refusal) else "",
)
def test_a_refusal_says_what_to_change(
    hub: FakeGitHub,
    comment: Callable[..., int],
    capsys: pytest.CaptureFixture[str],
    refusal: Refusal,
    parts: tuple[str, ...],
) -> None:
    hub.refusals = [refusal]
    assert comment() == 1
    said = capsys.readouterr().out
    assert all(part in said for part in parts), said
    assert hub.comments == []


@pytest.mark.parametrize(
    ("message", "headers"),
    [
        ("You have exceeded a secondary rate limit. Please wait.", {"Retry-After": "1"}),
        ("API rate limit exceeded for installation.", {"X-RateLimit-Reset": "now", "X-RateLimit-Remaining": "0"}),
    ],
    ids=["secondary", "primary"],
)
def test_a_rate_limit_is_waited_out(
    hub: FakeGitHub, comment: Callable[..., int], message: str, headers: dict[str, str]
) -> None:
    now = str(int(time.time()))
    hub.refusals = [
        Refusal(403, message, {key: now if value == "now" else value for key, value in headers.items()}, method="POST")
    ]
    assert comment() == 0
    assert len(hub.comments) == 1
    assert writes(hub) == ["POST", "POST"]


def test_a_long_rate_limit_is_not(
    hub: FakeGitHub, comment: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    reset = str(int(time.time()) + client.LONGEST_WAIT + 60)
    hub.refusals = [Refusal(403, "API rate limit exceeded for installation.", {"X-RateLimit-Reset": reset})]
    assert comment() == 1
    assert "Run the job again later" in capsys.readouterr().out


def test_without_a_token_the_report_is_in_the_summary(
    hub: FakeGitHub, comment: Callable[..., int], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("GITHUB_TOKEN")
    assert comment() == 1
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    assert comment() == 0
    assert (tmp_path / "summary.md").read_text().strip() == REPORT.strip()
    assert hub.asked == []


def test_what_is_too_long_is_cut_and_says_where_the_rest_is(
    hub: FakeGitHub, comment: Callable[..., int], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    report = f"{MARKER}\n<details>\n\n```\n" + "a line of sixteen\n" * 5000 + "```\n\n</details>\n"
    monkeypatch.setenv("GITHUB_SERVER_URL", "https://github.example")
    monkeypatch.setenv("GITHUB_REPOSITORY", "acme/shop")
    monkeypatch.setenv("GITHUB_RUN_ID", "42")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    assert comment(report) == 0
    (written,) = (item["body"] for item in hub.comments)
    assert LIMIT - 700 < len(written) <= LIMIT
    assert written.count("```") == 2 and written.count("</details>") == 1
    assert "https://github.example/acme/shop/actions/runs/42" in written
    assert (tmp_path / "summary.md").read_text().strip() == report.strip()
    assert fitted(REPORT) == REPORT


@pytest.mark.parametrize(
    ("report", "part"), [("### dev\n", "first line is no marker"), (" \n", "is empty"), ("<!-- -->\n", "no marker")]
)
def test_a_report_that_would_not_be_found_again_is_refused(
    hub: FakeGitHub, comment: Callable[..., int], capsys: pytest.CaptureFixture[str], report: str, part: str
) -> None:
    assert comment(report) == 1
    assert part in capsys.readouterr().out
    assert hub.comments == []


def test_nobody_answering_is_said(
    hub: FakeGitHub,
    comment: Callable[..., int],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("GITHUB_API_URL", "http://127.0.0.1:1")
    monkeypatch.setattr(client, "ATTEMPTS", 0)
    assert comment() == 1
    assert "GitHub does not answer at http://127.0.0.1:1" in capsys.readouterr().out


def test_one_issue_is_made_kept_and_closed(hub: FakeGitHub, issue: Callable[..., int]) -> None:
    hub.add_issue("Drift: dev", login="somebody")
    hub.add_issue("Drift: dev", pull_request={"url": f"{hub.address}/x"})
    assert issue("Drift: dev", None) == 0
    assert writes(hub) == []
    assert issue("Drift: dev", "one") == issue("Drift: prod", "two") == issue("Drift: dev", "three") == 0
    assert [(item["title"], item["body"], item["user"]["login"]) for item in hub.issues[2:]] == [
        ("Drift: dev", "three", BOT),
        ("Drift: prod", "two", BOT),
    ]
    assert issue("Drift: dev", None) == 0
    assert [item["state"] for item in hub.issues] == ["open", "open", "closed", "open"]
    assert hub.issues[2]["state_reason"] == "completed"
    assert [item["issue_url"].rpartition("/")[2] for item in hub.comments] == ["3"]
    assert issue("Drift: dev", "again") == 0
    assert [item["body"] for item in hub.issues if item["state"] == "open"] == ["", "", "two", "again"]


def test_issues_that_are_switched_off_are_an_error(
    hub: FakeGitHub, issue: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    hub.refusals = [Refusal(410, "Issues has been disabled in this repository.")]
    assert issue("Drift: dev", "one") == 1
    assert "issues switched off" in capsys.readouterr().out


def test_options_that_do_not_fit_are_refused(hub: FakeGitHub, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["comment", "--repository", "acme/shop", "--pull-request", "7", "--close"]) == 1
    assert main(["comment", "--repository", "acme/shop", "--issue-title", "x"]) == 1
    for wrong in ("acme", "https://github.com/acme/shop", "/shop"):
        with pytest.raises(SystemExit):
            main(["comment", "--repository", wrong, "--issue-title", "x", "--close"])
    assert hub.asked == []
