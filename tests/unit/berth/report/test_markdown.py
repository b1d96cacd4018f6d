"""The comment: danger in the first screen, nothing of a name's own markup, and never longer than GitHub takes."""

from __future__ import annotations

import re
from typing import Any

import pytest
from markdown_it import MarkdownIt

from berth.report.cut import LIMIT, Section, fitted, length
from berth.report.escape import NOTHING, markdown, mermaid, plain
from berth.report.make import Files, make_report
from berth.report.markdown import as_markdown
from berth.report.model import Finding
from berth.report.picture import Known
from berth.report.read import parse_log
from tests.unit.berth.report.previews import RECORDED, by_hand, component, event, made, report

SERVICE = "aws:ecs/service:Service"


def many(services: int, *, word: str = "x", **more: Any) -> list[dict[str, Any]]:
    """As many services, each with a variable and a label changed in four resources."""
    found = []
    for number in range(services):
        name = f"shop-test-s{number:03}"
        old, new = {"desiredCount": 1, "note": word}, {"desiredCount": 2, "note": f"{word} {number}"}
        found.append(component("TaskDefinition", name))
        found.append(event("update", SERVICE, name, old, new, component="Service", **more))
        for kind in ("aws:lb/targetGroup:TargetGroup", "aws:cloudwatch/logGroup:LogGroup", "aws:iam/role:Role"):
            found.append(event("update", kind, f"{name}-{kind[-5:]}", old, new, component="Service", owner=name))
    return found


def test_the_one_dangerous_change_of_two_hundred_is_in_the_first_screen() -> None:
    changes = many(50)
    lost = event("delete", "aws:rds/instance:Instance", "shop-test-db", {"engine": "postgres"}, None)
    text = as_markdown(made([*changes[:170], lost, *changes[170:]]))
    assert "200 to update, 0 to replace, 1 to delete" in text
    assert sum("to update" in line for line in text.splitlines()) == 1
    place = text.index("database db is deleted")
    assert place < 1500
    assert text[:place].count("\n") < 25
    assert "1 dangerous change**" in text


def test_downtime_of_many_services_does_not_push_it_out_of_sight() -> None:
    stop = {"deploymentMinimumHealthyPercent": 0, "desiredCount": 1}
    stopped = [
        event(
            *("update", SERVICE, f"shop-test-s{number}", {**stop, "taskDefinition": "a"}),
            {**stop, "taskDefinition": "b"},
            component="Service",
        )
        for number in range(200)
    ]
    lost = event("delete", "aws:efs/fileSystem:FileSystem", "shop-test", {}, None)
    text = as_markdown(made([*stopped, lost]))
    assert text.index("file system") < 1500
    assert "and 195 more" in text


@pytest.mark.parametrize("name", RECORDED)
def test_each_report_begins_with_the_marker_of_its_stack_and_its_headline(name: str) -> None:
    found = report(name)
    lines = as_markdown(found).splitlines()
    assert lines[0] == f"<!-- berth:preview:berth/{found.stack} -->"
    assert lines[1].startswith(f"## {found.stack}: ")


def test_the_parts_come_in_the_order_of_their_importance() -> None:
    files = Files(
        services=(Known(name="db", kind="service", depends_on={}),),
        support=(Finding(severity="warning", text="a.yaml:1: said by the files"),),
        parity=("api replicas: dev 1 | test 3 (berth:replicas)",),
    )
    log = parse_log(
        by_hand(
            [event("delete", "aws:efs/fileSystem:FileSystem", "shop-test", {}, None), *many(1)],
            {"policyEvent": {"policyName": "a-rule", "message": "m", "enforcementLevel": "advisory"}},
            {"diagnosticEvent": {"severity": "warning", "message": "warning: said by the program"}},
            {"diagnosticEvent": {"severity": "error", "message": "error: said by AWS"}},
        )
    )
    text = as_markdown(make_report(log, files=files))
    parts = ["## test: the preview failed", "said by AWS", "file system", "### Changes", "### Policies", "### Warnings"]
    parts += ["### Support", "### Other stacks", "```mermaid", "<details>"]
    places = [text.index(part) for part in parts]
    assert places == sorted(places)


def test_a_finding_is_told_once_where_the_engine_and_the_files_both_have_it() -> None:
    said = "compose.yaml:3: service 'api': gpus: Fargate has none\n    Use ecs-ec2."
    log = parse_log(by_hand([], {"diagnosticEvent": {"severity": "error", "message": f"error: {said}\n"}}))
    files = Files(support=(Finding(severity="error", text=said), Finding(severity="warning", text="b.yaml:1: other")))
    text = as_markdown(make_report(log, files=files))
    assert text.count("Fargate has none") == 1
    assert text.count("b.yaml:1: other") == 1


HOSTILE = [
    "a`b`c",
    "a|b",
    "</details><script>alert(1)</script>",
    "@everyone",
    "line one\n## line two",
    "[click](http://evil.example)",
    "![x](http://evil.example/x.png)",
    "**bold** ~~gone~~ __under__",
    "```\n</details>\n```",
    "-->",
    "#1 GH-2",
    "\u202egnp.exe",
    "$x$ \\",
]


@pytest.mark.parametrize("word", HOSTILE)
def test_a_hostile_value_is_nothing_but_text(word: str) -> None:
    policies = {
        "policyEvent": {"policyName": word, "message": word, "enforcementLevel": "mandatory", "resourceUrn": ""}
    }
    said = {"diagnosticEvent": {"severity": "warning", "message": word}}
    name = f"shop-test-{word}"
    steps = [
        component("TaskDefinition", name),
        event("update", SERVICE, name, {"schedulingStrategy": "a"}, {"schedulingStrategy": word}, component="Service"),
        event("delete", "aws:rds/instance:Instance", f"db{word}", {}, None),
    ]
    text = as_markdown(made(steps, policies, said))
    prose, fenced, details = _parts(text)
    assert details == (1, 1)
    assert "<script" not in prose
    assert not re.search(r"(?<!\\)[`|~$](?!python|$)", _without_own(prose))
    assert not re.search(r"@\w", prose) and not re.search(r"#\d", prose) and "GH-2" not in prose
    assert not re.search(r"(?<!\\)!?(?<!\\)\[(?!!)[^]]*[^\\]\]\(", prose)
    assert "\u202e" not in text
    assert not [line for line in prose.splitlines() if line.startswith("## ")][1:]
    assert all("\n" not in line for line in fenced)


@pytest.mark.parametrize("word", [*HOSTILE, "a_b_c __x__ _y_ *z*", "1. one", "+ a", "===", "&lt;b&gt; &amp;", "~~a~~"])
def test_a_parser_of_markdown_reads_a_value_as_the_text_that_it_is(word: str) -> None:
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    for before in ("- ", "> - ", "", "**bold** "):
        tokens = parser.parse(f"{before}{markdown(word)}\n")
        (inline,) = [token for token in tokens if token.type == "inline"]
        children = inline.children[-1:] if before == "**bold** " else inline.children
        assert {child.type for child in children or ()} <= {"text", "softbreak"}
        assert not [token for token in tokens if token.type in ("html_block", "heading_open", "fence", "table_open")]
        assert sum(token.type == "list_item_open" for token in tokens) == before.count("-")
        shown = inline.children[-1].content.replace(NOTHING, "") if inline.children else ""
        assert shown.strip() == plain(word).strip() or before == "**bold** "


def _parts(text: str) -> tuple[str, list[str], tuple[int, int]]:
    """What is read as Markdown, what stands in fences, and how many folds begin and end in the former."""
    prose, fenced, mark = [], [], ""
    for line in text.splitlines():
        found = re.match(r"`{3,}", line)
        if not mark and found:
            mark = found[0]
        elif mark and line == mark:
            mark = ""
        else:
            (fenced if mark else prose).append(line)
    assert not mark, "a fence without an end"
    read = "\n".join(prose)
    return read, fenced, (read.count("<details>"), read.count("</details>"))


def _without_own(prose: str) -> str:
    """Without the words in backticks that the report writes itself."""
    return prose.replace("`python -m berth preview`", "")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a_b 0.25 c-d", "a_b 0.25 c-d"),
        ("- a", "\\- a"),
        ("1. a", "1\\. a"),
        ("# a", "\\# a"),
        ("_a_", "\\_a\\_"),
        ("a < b & c", "a &lt; b &amp; c"),
        ("tab\there", "tab here"),
    ],
)
def test_plain_text_stays_readable(text: str, shown: str) -> None:
    assert markdown(text) == shown


def test_a_label_of_the_picture_has_no_character_of_mermaids_own() -> None:
    assert re.fullmatch(r"(?:[\w \-./,]|#\d+;)*", mermaid('a"]; click n0 "javascript:x" %%{init}%% <b> `c`'))
    assert mermaid("api-two.1/2") == "api-two.1/2"


def test_the_picture_names_what_changes_and_what_does_not() -> None:
    text = as_markdown(report("managed"))
    drawn = text[text.index("```mermaid") : text.index("```", text.index("```mermaid") + 3)]
    assert re.search(r'n\d\[\("db<br/>managed, changed"\)\]:::update', drawn)
    assert re.search(r'n\d\["api"\]\n', drawn)
    assert re.search(r'n\d\(\["report<br/>scheduled"\]\)\n', drawn)
    assert "classDef update" in drawn and "classDef delete" not in drawn


def test_the_full_diff_has_each_property_before_and_after_and_why_a_resource_is_replaced() -> None:
    text = as_markdown(report("memory"))
    diff = text[text.index("<details>") :]
    assert "! replace aws:ecs/taskDefinition:TaskDefinition shop-test-api\n" in diff
    assert "    containerDefinitions.api.memory: 512 → 1024  (replaces)\n    memory: 1024 → 2048  (replaces)\n" in diff
    assert "health" not in diff
    gone = as_markdown(report("volume-removed"))
    assert "volumes.data.efsVolumeConfiguration.transitEncryption: ENABLED → (none)" in gone
    assert "- delete aws:efs/fileSystem:FileSystem shop-test\n" in gone


def test_what_is_known_later_is_one_line_of_the_full_diff() -> None:
    text = as_markdown(report("built"))
    assert "    containerDefinitions: known later  (replaces)\n" in text
    assert "containerDefinitions." not in text


def test_a_report_that_is_too_long_loses_its_diff_first_and_says_so() -> None:
    found = made(many(50, word="long words " * 30))
    text = as_markdown(found, limit=20_000)
    assert length(text) <= 20_000
    assert re.search(r"Left out, .* \d+ of 200 resources of the full diff\. `python -m berth plan-report EVENTS", text)
    assert "```mermaid" in text and "s049" in text
    _parts(text)
    shorter = as_markdown(found, limit=4_000)
    assert length(shorter) <= 4_000
    assert "200 of 200 resources of the full diff, the picture" in shorter
    assert "<details>" not in shorter
    assert shorter.splitlines()[0] == text.splitlines()[0]


@pytest.mark.parametrize("word", ["a", "é", "日", "🌈"])
def test_no_report_is_longer_than_github_takes_however_it_counts(word: str) -> None:
    text = as_markdown(made(many(120, word=f"{word} " * 75)))
    assert "Left out" in text
    assert max(len(text), length(text)) <= LIMIT == 65_536
    assert len(text.encode()) <= 262_144
    assert length(text) > LIMIT - 2_000  # no more than needed is left out


def test_dangers_outlast_all_else() -> None:
    lost = [event("delete", "aws:rds/instance:Instance", f"shop-test-d{number:02}", {}, None) for number in range(20)]
    text = as_markdown(made([*many(50), *lost]), limit=3_500)
    assert length(text) <= 3_500
    assert all(f"d{number:02} is deleted" in text for number in range(20))
    assert "of 1 services" not in text and "services" in text[text.index("Left out") :]


def test_a_part_without_room_goes_with_its_heading() -> None:
    sections = [
        Section(name="first", rank=0, items=("a" * 50,)),
        Section(name="rest", rank=1, head="HEAD", items=("b" * 500,), foot="FOOT"),
    ]
    text = fitted(sections, "See there.", 200)
    assert "HEAD" not in text and "FOOT" not in text
    assert "the rest. See there." in text
    assert fitted(sections, "See there.", 2000) == "a" * 50 + "HEAD" + "b" * 500 + "FOOT"
