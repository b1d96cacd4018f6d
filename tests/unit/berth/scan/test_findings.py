"""Checkov's report, and the findings that have a reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from berth.diagnostics import SettingsError
from berth.scan.checkov import Finding, findings
from berth.scan.explained import OWN, Explanation, needless, read, unexplained

WAF = Finding(check="CKV2_AWS_28", resource="aws_lb.shop-prod", title="WAF")
LOGS = Finding(check="CKV_AWS_91", resource="aws_lb.shop-prod", title="access logs")
WHY = "a sentence that says why it stays"


def failed(finding: Finding) -> dict[str, str]:
    return {"check_id": finding.check, "resource": finding.resource, "check_name": finding.title}


def test_a_report_s_failures_are_sorted_and_each_is_there_once() -> None:
    report = {"results": {"failed_checks": [failed(LOGS), failed(WAF), failed(WAF)]}, "summary": {"parsing_errors": 0}}
    assert findings(report, expected=1) == [WAF, LOGS]


@pytest.mark.parametrize(
    "report",
    [
        {"passed": 0, "failed": 0},  # what Checkov prints where it has found nothing to look at
        [],
        {"results": {"failed_checks": [], "parsing_errors": ["plan.json"]}, "summary": {"parsing_errors": 1}},
    ],
)
def test_a_scan_of_nothing_is_no_success(report: object) -> None:
    with pytest.raises(ValueError, match=r"none of 1 plans|cannot read"):
        findings(report, expected=1)


def test_a_finding_is_explained_by_its_check_and_the_resource_s_address() -> None:
    known = [Explanation(check="CKV2_AWS_28", resource="aws_lb.shop-*", reason=WHY)]
    assert unexplained([WAF, LOGS], known) == [LOGS]
    assert unexplained([WAF], [Explanation(check="CKV2_AWS_28", resource="aws_lb.other", reason=WHY)]) == [WAF]


def test_an_explanation_of_what_is_no_longer_found_is_needless() -> None:
    used, gone = Explanation(check="CKV2_AWS_28", reason=WHY), Explanation(check="CKV_AWS_1", reason=WHY)
    assert needless([WAF, LOGS], [used, gone]) == [gone]


def test_a_team_s_own_exceptions_are_read_beside_berth_s(tmp_path: Path) -> None:
    own = tmp_path / "scan-exceptions.yaml"
    assert read([OWN, own]) == read([OWN])
    own.write_text(f"- {{check: CKV_AWS_91, resource: aws_lb.*, reason: {WHY}}}\n")
    assert read([own]) == [Explanation(check="CKV_AWS_91", resource="aws_lb.*", reason=WHY)]


@pytest.mark.parametrize("text", ["- {check: CKV_AWS_91}", "- {check: A, reason: short}", "a: [", "text"])
def test_an_exception_without_a_reason_is_refused(tmp_path: Path, text: str) -> None:
    own = tmp_path / "scan-exceptions.yaml"
    own.write_text(text)
    with pytest.raises(SettingsError, match=r"scan-exceptions.yaml"):
        read([own])


def test_berth_s_own_explanations_are_read_and_each_check_is_there_once() -> None:
    known = read([OWN])
    assert len({(item.check, item.resource) for item in known}) == len(known) > 10
