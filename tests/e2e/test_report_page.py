"""The report's page as a browser shows it: a real one, without a window, on a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from berth.report.files_of import files_of
from berth.report.make import Files, make_report
from berth.report.model import Report
from berth.report.page import page
from berth.report.picture import Known
from berth.report.read import parse_log
from berth.setup.browser import ADVICE, find
from tests.unit.berth.report.applications import project
from tests.unit.berth.report.previews import by_hand, component, event, log
from tests.unit.berth.report.test_markdown import SERVICE, many

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

SCREEN = {"width": 1280, "height": 800}
PHONE = {"width": 360, "height": 640}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One for all tests. ``--no-sandbox``: Chromium does not start as root with one, and all that it opens is ours."""
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        pytest.fail("Playwright is not installed: tools/setup --test does that")
    program = find()
    if program is None:
        pytest.fail(f"there is no browser: {ADVICE}")
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield started
        started.close()


Open = Callable[..., Any]


@pytest.fixture
def show(browser: Browser, tmp_path: Path) -> Open:
    """A context with the page of a report, or of its HTML. At its end nothing may have been loaded but the file itself,
    and nothing been complained of but what was ``said``."""

    @contextmanager
    def opened(what: Report | str, said: tuple[str, ...] = (), **options: Any) -> Iterator[Page]:
        file = tmp_path / "report.html"
        file.write_text(what if isinstance(what, str) else page(what), encoding="utf-8")
        context = browser.new_context(**{"viewport": SCREEN, "reduced_motion": "reduce", **options})
        shown = context.new_page()
        requests, refused, complaints = [], [], []
        shown.on("request", lambda request: requests.append(request.url))
        shown.on("requestfailed", lambda request: refused.append((request.url, request.failure)))
        shown.on("console", lambda message: complaints.append(message.text))
        shown.on("pageerror", lambda error: complaints.append(str(error)))
        shown.on("dialog", lambda dialog: complaints.append(dialog.message))
        shown.goto(file.as_uri())
        yield shown
        assert requests == [file.as_uri(), *(url for url, why in refused if why == "csp")]
        assert len(complaints) == len(said), complaints
        assert all(any(word in line for line in complaints) for word in said), complaints
        context.close()

    return opened


@pytest.fixture(scope="module")
def managed(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """A recorded preview with its stack's files: a database's container becomes RDS, and its volume goes."""
    return make_report(
        log("managed.jsonl"), files=files_of("test", project(tmp_path_factory.mktemp("shop"), "managed"))
    )


@pytest.fixture(scope="module")
def fifty() -> Report:
    """Fifty services change, each needs a few others, and a database is deleted."""
    lost = event("delete", "aws:rds/instance:Instance", "shop-test-db", {"engine": "postgres"}, None)
    names = [f"s{number:03}" for number in range(50)]
    kinds = ("service", "scheduled", "job", "managed", "service")
    known = tuple(
        Known(
            name=name,
            kind=kinds[number % 5],
            depends_on={other: "healthy" for other in (names[-1], names[(number + 7) // 2 + 20]) if other > name},
            entry=number == 0,
        )
        for number, name in enumerate(names)
    )
    return make_report(parse_log(by_hand([*many(50), lost])), files=Files(services=known))


def box(found: Locator) -> dict[str, float]:
    shown = found.bounding_box()
    assert shown is not None, "it is not shown"
    return shown


def inside(inner: dict[str, float], outer: dict[str, float]) -> bool:
    across = outer["x"] <= inner["x"] and inner["x"] + inner["width"] <= outer["x"] + outer["width"]
    return across and outer["y"] <= inner["y"] and inner["y"] + inner["height"] <= outer["y"] + outer["height"]


def apart(one: dict[str, float], other: dict[str, float]) -> bool:
    beside = one["x"] + one["width"] <= other["x"] or other["x"] + other["width"] <= one["x"]
    return beside or one["y"] + one["height"] <= other["y"] or other["y"] + other["height"] <= one["y"]


BOXES = (
    "nodes => nodes.map(node => [...node.querySelectorAll('.shape, text')].map(part => part.getBoundingClientRect()))"
)
"""Of each node its shape and its texts."""


def wider_than_the_screen(shown: Page) -> bool:
    return bool(shown.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


@pytest.mark.parametrize("viewport", [SCREEN, PHONE])
@pytest.mark.parametrize(("name", "said"), [("managed", "volume data is deleted"), ("fifty", "database db is deleted")])
def test_what_is_dangerous_is_in_the_first_screen(
    show: Open, request: pytest.FixtureRequest, name: str, said: str, viewport: dict[str, int]
) -> None:
    with show(request.getfixturevalue(name), viewport=viewport) as shown:
        assert inside(box(shown.get_by_text(said)), {"x": 0, "y": 0, **viewport})


@pytest.mark.parametrize("name", ["managed", "fifty"])
def test_boxes_are_within_the_picture_and_their_text_within_them(
    show: Open, request: pytest.FixtureRequest, name: str
) -> None:
    report = request.getfixturevalue(name)
    with show(report) as shown:
        drawn = box(shown.locator("svg"))
        nodes = shown.locator("svg .node").evaluate_all(BOXES)
        shapes = [shape for shape, *_ in nodes]
        assert len(shapes) == len(report.picture.nodes) > 5
        assert all(inside(shape, drawn) for shape in shapes)
        assert all(apart(one, other) for one, other in combinations(shapes, 2))
        for shape, *texts in nodes:
            assert texts and all(inside(text, shape) for text in texts)
            assert all(apart(one, other) for one, other in combinations(texts, 2))


@pytest.mark.parametrize("viewport", [SCREEN, PHONE])
def test_a_picture_of_fifty_services_scrolls_and_the_page_does_not(
    show: Open, fifty: Report, viewport: dict[str, int]
) -> None:
    with show(fifty, viewport=viewport) as shown:
        region = shown.get_by_role("region", name="Graph of services")
        assert region.evaluate("element => element.scrollWidth > element.clientWidth")
        assert not wider_than_the_screen(shown)
        region.focus()
        shown.keyboard.press("ArrowRight")
        for _ in range(100):  # a browser scrolls by steps; its page's policy forbids to wait for an expression
            if region.evaluate("element => element.scrollLeft"):
                break
            shown.wait_for_timeout(20)
        else:
            pytest.fail("it does not scroll")


def test_a_click_on_a_service_goes_to_what_is_said_of_it(show: Open, fifty: Report) -> None:
    with show(fifty) as shown:
        shown.get_by_role("link", name="s042: changed").click()
        assert shown.url.endswith("#service-s042")
        assert box(shown.locator(":target"))["y"] < SCREEN["height"]
        assert shown.locator(":target").inner_text() == "s042"


def test_a_service_is_reached_by_the_keyboard(show: Open, managed: Report) -> None:
    with show(managed) as shown:
        reached = []
        while "db: changed, managed" not in reached and len(reached) < 20:
            shown.keyboard.press("Tab")
            reached.append(shown.evaluate("document.activeElement.getAttribute('aria-label') || ''"))
        names = [item.partition(":")[0] for item in reached if ":" in item]
        assert names == ["web", "worker", "api", "db"], "in the order of reading"
        shown.keyboard.press("Enter")
        assert shown.url.endswith("#service-db") and shown.locator(":target").inner_text() == "db"


def test_the_full_diff_is_folded_and_opens_by_the_keyboard(show: Open, managed: Report) -> None:
    with show(managed) as shown:
        table = shown.get_by_text("allocatedStorage", exact=True)
        assert not table.is_visible()
        shown.get_by_text("Full diff: 33 resources").focus()
        shown.keyboard.press("Enter")
        assert table.is_visible()
        shown.keyboard.press("Enter")
        assert not table.is_visible()


def test_on_a_phone_nothing_is_wider_than_it(show: Open, managed: Report) -> None:
    with show(managed, viewport=PHONE) as shown:
        for fold in shown.locator("summary").all():
            fold.click()
        assert shown.get_by_text("allocatedStorage", exact=True).is_visible()
        assert not wider_than_the_screen(shown)


@pytest.mark.parametrize(
    ("scheme", "media", "behind", "text"),
    [
        ("light", "screen", "rgb(255, 255, 255)", "rgb(31, 35, 40)"),
        ("dark", "screen", "rgb(13, 17, 23)", "rgb(240, 246, 252)"),
        ("dark", "print", "rgb(255, 255, 255)", "rgb(0, 0, 0)"),
    ],
)
def test_light_dark_and_on_paper(show: Open, managed: Report, scheme: str, media: str, behind: str, text: str) -> None:
    with show(managed, color_scheme=scheme) as shown:
        shown.emulate_media(media=media)
        style = shown.locator("body").evaluate(
            "body => [getComputedStyle(body).backgroundColor, getComputedStyle(body).color]"
        )
        assert style == [behind, text]
        assert shown.locator("svg .name").first.evaluate("name => getComputedStyle(name).fill") == text


def test_what_a_screen_reader_finds(show: Open, managed: Report) -> None:
    with show(managed) as shown:
        for role in ("banner", "main", "contentinfo"):
            assert shown.get_by_role(role).count() == 1
        assert shown.get_by_role("heading", level=1).inner_text().startswith("test: 9 to create")
        headings = [item.inner_text() for item in shown.get_by_role("heading", level=2).all()]
        assert headings == ["2 dangerous changes", "Changes", "Policies", "Warnings", "Cost", "Services"]
        links = [item.get_attribute("aria-label") for item in shown.get_by_role("link").all()]
        assert "web: unchanged; depends on api" in links and "report: unchanged, scheduled" in links


HOSTILE = "<img src=x onerror=alert(1)></title></style><script>document.title = 'run'</script>"


def test_a_hostile_name_is_shown_as_text(show: Open) -> None:
    steps = [
        component("TaskDefinition", f"shop-test-{HOSTILE}"),
        event("update", SERVICE, f"shop-test-{HOSTILE}", {"note": "a"}, {"note": HOSTILE}, component="Service"),
        event("delete", "aws:rds/instance:Instance", f"shop-test-{HOSTILE}", {}, None),
    ]
    with show(make_report(parse_log(by_hand(steps)))) as shown:
        assert shown.title() == "Preview of berth/test"
        assert shown.locator("img, script").count() == 0
        shown.get_by_text("Full diff").click()
        for place in (shown.locator(".danger li"), shown.locator("h3").first, shown.locator("td").last):
            assert HOSTILE in place.inner_text()


def test_even_a_script_in_the_page_would_not_run(show: Open, managed: Report) -> None:
    added = "<script>document.title = 'run'</script><img src='http://127.0.0.1:9/x.png'><p style='color: red'>added</p>"
    text = page(managed).replace("</main>", f"{added}</main>")
    complaints = ("inline script", "the image", "inline style")
    with show(text, said=complaints) as shown:
        assert shown.title() == "Preview of berth/test"
        assert shown.get_by_text("added").evaluate("p => getComputedStyle(p).color") == "rgb(31, 35, 40)"
