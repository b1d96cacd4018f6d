"""What the site makes of links: to files of the repository, and to components."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from berth.site.hooks import _page, _targets, on_page_markdown


def page(uri: str) -> SimpleNamespace:
    return SimpleNamespace(file=SimpleNamespace(src_uri=uri))


@pytest.mark.parametrize(
    "uri,link,wanted",
    [
        ("check.md", "[more](data.md#volumes)", "[more](data.md#volumes)"),
        ("check.md", "[all](../Pulumi.yaml)", "[all](repository/Pulumi.yaml.page.md)"),
        ("check.md", "[one](../README.md#settings)", "[one](repository/README.md#settings)"),
        ("migrate/copilot.md", "[pack](../../policy)", "[pack](../repository/policy/README.md)"),
        ("repository/README.md", "[costs](docs/cost.md)", "[costs](../cost.md)"),
        ("repository/policy/README.md", "[root](../README.md)", "[root](../README.md)"),
        ("repository/README.md", "![page](docs/preview-report.png)", "![page](../preview-report.png)"),
        ("architecture.md", "[all](decisions)", "[all](decisions/0001-run-once-services.md)"),
        ("index.md", "![flow](pictures/flow.svg) [a](https://example.com/)", None),
    ],
)
def test_a_link_leads_to_where_the_site_has_it(uri: str, link: str, wanted: str | None) -> None:
    assert on_page_markdown(link, page(uri)) == (wanted or link)


def test_the_components_are_told_below_their_table() -> None:
    said = on_page_markdown("[`Route`](../components/route.py) | [Pulumi](../Pulumi.yaml)", page("components.md"))
    table, _, reference = said.partition("\n")
    assert table == "[`Route`](#berth.components.route) | [Pulumi](repository/Pulumi.yaml.page.md)"
    assert reference == "\n::: berth.components.route"


def test_a_file_is_a_page_of_its_text_and_out_of_the_search() -> None:
    text = _page("Pulumi.dev.yaml")
    assert text.startswith("---\nsearch: { exclude: true }\n---\n\n# Pulumi.dev.yaml\n")
    assert "~~~~~~yaml\nconfig:\n  berth:platform: ecs-ec2\n" in text


def test_a_page_is_known_by_what_links_to_it() -> None:
    assert {"Pulumi.yaml", "docs/cost.md", "tests/conformance"} <= {
        path.removesuffix("/README.md") for path in _targets("README.md")
    }
