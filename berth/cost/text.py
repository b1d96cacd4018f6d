"""An estimate for a terminal: a table of what costs, what comes on top by use, and what would save."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from berth.cost.model import SHARED, Estimate, Item, Rate

FREE_TIER = (
    "Free tier: an account made before 2025-07-15 has it in its first 12 months (a t3.micro counts where AWS says so "
    "of the region); a newer one has $100 to $200 of credits instead, which pay for all of this until they are used up "
    "or have expired."
)
"""https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/free-tier.html"""


def show(stack: str, found: Estimate, console: Console) -> None:
    table = Table(
        title=f"{stack}: US dollars a month in {found.region}", title_justify="left", box=None, padding=(0, 2)
    )
    for heading in ("", "what", "a month", "at"):
        table.add_column(heading)
    table.add_column("costs", justify="right")
    table.add_column("in the free tier", justify="right")
    items = sorted(found.items, key=lambda item: (item.service == SHARED, item.service))
    before = ""
    for item in items:
        table.add_row(item.service if item.service != before else "", *_cells(item))
        before = item.service
    table.add_section()
    table.add_row("[bold]all", "", "", "", f"[bold]{found.monthly:,.2f}", f"[bold]{found.monthly_beyond_free:,.2f}")
    console.print(table)
    for rate in found.rates:
        console.print(f"  plus {_rate(rate)}", highlight=False, soft_wrap=True)
    for saving in found.savings:
        text = f"  {saving.setting} would save {saving.monthly:,.2f}: {saving.lost}"
        console.print(text, style="green", highlight=False, soft_wrap=True)
    console.print()


def footer(as_of: str, console: Console) -> None:
    console.print(FREE_TIER, style="dim", highlight=False)
    text = f"Prices of {as_of}, on demand, without tax and discounts; each one's source is in berth/cost/prices.toml."
    console.print(text, style="dim", highlight=False)


def _cells(item: Item) -> tuple[str, str, str, str, str]:
    what = f"{item.what} [dim]({item.note})[/]" if item.note else item.what
    quantity = f"{item.quantity:,.4g} {item.unit}" if item.quantity < 1000 else f"{item.quantity:,.0f} {item.unit}"
    if item.unit_price is None:
        return what, quantity, "not in the table", "?", "?"
    return what, quantity, f"{item.unit_price:g}", f"{item.monthly:,.2f}", f"{item.monthly_beyond_free:,.2f}"


def _rate(rate: Rate) -> str:
    price = "an unknown price" if rate.unit_price is None else f"{rate.unit_price:g}"
    free = f" beyond {rate.free:g}" if rate.free else ""
    counted = f" ({rate.option} counts it in)" if rate.option else ""
    return f"{price} per {rate.unit}{free} {rate.what}{counted}"
