"""The page: the comment's content in its order, nothing from elsewhere, no name's own markup, readable."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import re
import time

import pytest

from berth.report import sentences
from berth.report.escape import plain
from berth.report.make import Files, make_report
from berth.report.model import SHARED, Danger, Edge, Finding, Group, Level, Node, Picture, Property, Report, Resource
from berth.report.page import FOLDER, anchors, page
from berth.report.picture import Known
from berth.report.read import parse_log
from tests.unit.berth.report.applications import recorder
from tests.unit.berth.report.document import Element, read
from tests.unit.berth.report.previews import RECORDED, by_hand, event, made, report
from tests.unit.berth.report.test_markdown import HOSTILE, many

TAGS = {
    *("html", "head", "meta", "title", "style", "body", "header", "main", "footer", "section", "details", "summary"),
    *("h1", "h2", "h3", "p", "ul", "li", "span", "strong", "em", "code", "div"),
    *("table", "caption", "thead", "tbody", "tr", "th", "td"),
    *("svg", "defs", "marker", "path", "rect", "g", "a", "text"),
}
"""None of them runs anything or loads anything by itself, but ``style`` and a ``meta``."""


def one(document: Element, tag: str) -> Element:
    (found,) = document.all(tag)
    return found


def by_id(document: Element, name: str) -> Element:
    (found,) = (element for element in document.all() if element.attributes.get("id") == name)
    return found


@pytest.mark.parametrize("name", RECORDED)
def test_no_page_has_a_script_or_asks_for_anything(name: str) -> None:
    text = page(report(name))
    document = read(text)
    assert {element.tag for element in document.all()} <= TAGS
    for element in document.all():
        wrong = {key for key in element.attributes if key.startswith("on") or key in ("src", "srcset", "style", "data")}
        assert not wrong
        assert element.attributes.get("href", "#").startswith("#")
    style = one(document, "style")
    assert not re.search(r"url\((?!#)|@import|@font-face|image-set", "".join(map(str, style.children)))
    metas = {item.attributes.get("http-equiv", item.attributes.get("name")) for item in document.all("meta")}
    assert metas == {None, "Content-Security-Policy", "viewport", "color-scheme", "referrer"}
    assert not [value for value in recorder().SECRETS if value in text]


def test_the_browser_is_told_to_load_nothing_and_run_nothing_but_this_style() -> None:
    document = read(page(report("image")))
    (policy,) = (item.attributes["content"] for item in document.all("meta") if "http-equiv" in item.attributes)
    style = "".join(map(str, one(document, "style").children))
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy.split("; ") == [
        "default-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
        f"style-src 'sha256-{digest}'",
    ]
    head = one(document, "head")
    assert head.all()[1].attributes["http-equiv"] == "Content-Security-Policy", "a policy holds for what follows it"


@pytest.mark.parametrize("name", RECORDED)
def test_each_link_has_its_target_and_each_label_its_heading(name: str) -> None:
    document = read(page(report(name)))
    ids = [element.attributes["id"] for element in document.all() if "id" in element.attributes]
    assert len(ids) == len(set(ids))
    for element in document.all():
        assert element.attributes.get("href", "#downtime").removeprefix("#") in [*ids, "downtime"]
        assert element.attributes.get("aria-labelledby", "downtime") in [*ids, "downtime"]


@pytest.mark.parametrize("name", RECORDED)
def test_a_page_says_all_that_a_report_has(name: str) -> None:
    found = report(name)
    document = read(page(found))
    text = one(document, "body").text
    said = [sentences.headline(found), sentences.downtime(found), *map(sentences.danger, found.dangers)]
    said += [line for group in found.groups for line in group.lines] + list(found.parity)
    said += [item.text for item in (*found.messages, *found.policies, *found.support)]
    said += [sentences.cost(found.cost)] if found.cost else []
    for line in said:
        assert " ".join(plain(line).split()) in text
    headers = [caption.text for caption in document.all("caption")]
    headers += [item.text for item in document.all("p") if item.attributes.get("class") == "resource"]
    assert sorted(re.sub(r"^\S ", "", header) for header in headers) == sorted(
        f"{item.operation} {item.type} {item.name}" for item in found.resources
    )
    assert len(diff_rows(document)) == sum(len(item.properties) for item in found.resources)


def diff_rows(document: Element) -> list[Element]:
    """Rows of the full diff's tables."""
    folds = [item for item in document.all("details") if item.attributes.get("id") == "diff"]
    return [row for fold in folds for body in fold.all("tbody") for row in body.all("tr")]


def test_the_parts_come_in_the_comments_order() -> None:
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
    document = read(page(make_report(log, files=files)))
    headings = [
        "Errors",
        "1 dangerous change",
        "Changes",
        "Policies",
        "Warnings",
        "Support",
        "Other stacks",
        "Services",
    ]
    assert [item.text for item in document.all("h2")] == headings
    assert one(document, "summary").text.startswith("Full diff: ")
    assert "open" not in one(document, "details").attributes
    assert (
        one(document, "h1").text
        == "test: the preview failed; so far 0 to create, 4 to update, 0 to replace, 1 to delete"
    )
    last = one(document, "main").children[-2:]
    assert any(isinstance(item, Element) and item.tag == "details" for item in last)
    assert "said by AWS" in one(document, "body").text


def test_the_cost_comes_with_its_items() -> None:
    found = report("managed")
    assert found.cost is not None
    table = next(item for item in read(page(found)).all("table") if item.attributes.get("class") == "numbers")
    rows = [[cell.text for cell in row.all("th", "td")] for row in table.all("tr")[1:]]
    assert ["database postgres", "0.00", "13.98", "+13.98"] in rows
    assert len(rows) == len(found.cost.items)


@pytest.mark.parametrize("word", [*HOSTILE, "'\" onmouseover=alert(1) x='", "</style>", "{{ report }}", "\ud800"])
def test_a_hostile_name_is_nothing_but_text(word: str) -> None:
    service = Node(name=word, label=word, kind="service", change="update")
    found = Report(
        project=word,
        stack=word,
        commit=word,
        failed=True,
        counts={"update": 1},
        dangers=(Danger(level=Level.DATA, what=word, why=word, services=(word,)),),
        groups=(Group(service=word, verb="changed", lines=(word,), counts={}),),
        policies=(Finding(severity="warning", text=word, rule=word, about=(word,)),),
        messages=(Finding(severity="error", text=word),),
        parity=(word,),
        picture=Picture(
            nodes=(service, Node(name="b", label="b", kind="job")), edges=(Edge(source=word, target="b", label=word),)
        ),
        resources=(
            Resource(
                operation="update",
                type=word,
                name=word,
                service=word,
                properties=(Property(path=word, before=word, after=f"{word}2"),),
            ),
        ),
    )
    text = page(found)
    text.encode()
    document = read(text)
    assert {element.tag for element in document.all()} <= TAGS
    assert not {name for item in document.all() for name in item.attributes if name.startswith("on")}
    shown = " ".join(plain(word).split())
    assert "\u202e" not in text
    cells = [cell.text for row in diff_rows(document) for cell in row.all("th", "td")]
    assert cells == [shown, shown, f"{shown}2"]
    assert shown in one(document, "svg").text
    links = [item for item in document.all("a") if "changed" in item.attributes["aria-label"]]
    assert shown in by_id(document, links[0].attributes["href"][1:]).text


def test_a_service_is_marked_by_words_and_leads_to_its_section() -> None:
    document = read(page(report("managed")))
    nodes = {item.attributes["aria-label"].partition(":")[0]: item for item in one(document, "svg").all("a")}
    assert sorted(nodes) == ["api", "db", "report", "web", "worker"]
    assert nodes["db"].all("text")[1].text == "~ changed, managed"
    assert nodes["report"].all("text")[1].text == "scheduled"
    assert nodes["db"].attributes["class"] == "node update"
    headings = [item for item in document.all("h3") if item.all("span")[0].attributes["id"] == "service-db"]
    assert nodes["db"].attributes["href"] == "#service-db" and len(headings) == 1
    assert "Unchanged: api, report, web, worker" in one(document, "body").text
    assert by_id(document, nodes["api"].attributes["href"][1:]).text == "api"


def test_services_told_together_each_have_their_place() -> None:
    document = read(page(made(many(3))))
    assert [by_id(document, f"service-s{number:03}").text for number in range(3)] == ["s000", "s001", "s002"]


@pytest.mark.parametrize(
    ("names", "ids"),
    [
        (["api", "a.b_c-1", SHARED], ["service-a.b_c-1", "service-api", "shared"]),
        (["a b", "a-b", "a\nb"], ["service-a-b", "service-a-b-", "service-a-b--"]),
        ([SHARED, "shared"], ["service-shared", "shared"]),
    ],
)
def test_each_service_has_a_name_in_the_address(names: list[str], ids: list[str]) -> None:
    assert sorted(anchors(names).values()) == sorted(ids)


def test_where_nothing_changes_there_is_no_picture_and_no_diff() -> None:
    document = read(page(report("unchanged")))
    assert one(document, "h1").text == "test: nothing changes"
    assert not document.all("svg", "details")


def test_a_created_resource_has_no_column_of_before() -> None:
    document = read(page(report("first")))
    heads = {tuple(cell.text for cell in head.all("th")) for head in by_id(document, "diff").all("thead")}
    assert heads == {("property", "after")}


def test_a_property_that_cannot_be_shown_is_said_to_be_changed() -> None:
    rows = [[cell.text for cell in row.all("th", "td")] for row in diff_rows(read(page(report("env-file"))))]
    assert ["secretString", "changed", "changed"] in rows


MODES = {"light": 0, "dark": 1, "print": 2}


def colours(mode: str) -> dict[str, str]:
    """Each variable of the style sheet, as it is in a mode."""
    blocks = re.findall(r":root \{([^}]*)\}", (FOLDER / "page.css").read_text())
    assert len(blocks) == 3
    pick = [blocks[0], *([blocks[MODES[mode]]] if MODES[mode] else [])]
    return {name: value for block in pick for name, value in re.findall(r"--([\w-]+): (#\w{6})", block)}


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio"""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("text", "behind"),
    [
        *((text, "page") for text in ("text", "quiet", "red", "amber", "green")),
        *((text, "raised") for text in ("text", "quiet")),
        *((text, f"{colour}-page") for colour in ("red", "amber", "green") for text in ("text", colour)),
        ("amber", "red-page"),
    ],
)
def test_text_can_be_read(mode: str, text: str, behind: str) -> None:
    found = colours(mode)
    assert contrast(found[text], found[behind]) >= 4.5


def test_the_page_of_fifty_services_is_made_in_a_fraction_of_a_second(capsys: pytest.CaptureFixture[str]) -> None:
    """The report of a preview may take two seconds in all."""
    found = made(many(50, word="a value of a property " * 5))
    names = [group.service for group in found.groups if group.service != SHARED]
    nodes = tuple(Node(name=name, label=name, kind="service", change="update") for name in names)
    edges = tuple(Edge(source=one, target=names[-1 - number // 9]) for number, one in enumerate(names[:40]))
    found = dataclasses.replace(found, picture=Picture(nodes=nodes, edges=edges), resources=found.resources * 5)
    page(found)
    started = time.process_time()
    text = page(found)
    taken = time.process_time() - started
    with capsys.disabled():
        print(f"\npage of {len(names)} services, {len(found.resources)} resources: {taken:.3f} s, {len(text):,} bytes")
    assert len(names) == 50
    assert taken < 1
