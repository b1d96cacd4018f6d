"""What stacks cost, computed by hand from AWS's prices of us-east-1 and a month of 730 hours."""

from __future__ import annotations

import io
import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from berth.__main__ import main
from berth.compose.model import Deploy, Resources
from berth.cost.estimate import estimate
from berth.cost.model import Assumptions, Estimate
from berth.cost.prices import TABLE, read_prices
from berth.cost.text import show
from berth.diagnostics import PlatformError
from berth.platforms.ecs.sizes import MIB
from berth.settings import Settings
from tests.unit.applications import application, service

LIMITED = Deploy(limits=Resources(cpus=0.5, memory=960 * MIB))
"""With the Service Connect proxy's 64 MiB it is Fargate's 0.5 vCPU with 1 GB."""

SMALL = application(service("web", ports=[{"target": 80, "published": 80}], deploy=LIMITED))


def prod(**settings: Any) -> Settings:
    return Settings(**{"platform": "ecs-fargate", **settings})


def costs(found: Estimate) -> dict[str, float]:
    return {f"{item.service}: {item.what}": round(item.monthly, 2) for item in found.items}


def test_one_instance_costs_nothing_in_the_legacy_free_tier() -> None:
    found = estimate(SMALL, Settings(platform="ecs-ec2"))
    assert costs(found) == {
        "shared: 1 x t3.micro, for all services": 7.59,  # 730 x 0.0104
        "shared: 1 x 30 GB disk": 2.40,  # 30 x 0.08
        "shared: public IPv4 of instances": 3.65,  # 730 x 0.005
    }
    assert found.monthly_beyond_free == 0
    assert round(found.monthly, 2) == 13.64
    assert found.savings == ()


def test_what_is_beyond_the_free_tier_is_counted() -> None:
    found = estimate(SMALL, Settings(platform="ecs-ec2", instance_count=2, instance_type="t3.small", disk_size=40))
    # 2 x 730 x 0.0208 + (2 x 40 - 30) x 0.08 + (1460 - 750) x 0.005
    assert round(found.monthly_beyond_free, 2) == round(30.368 + 4.0 + 3.55, 2)


def test_fargate_with_nat_gateways_and_a_load_balancer() -> None:
    found = estimate(SMALL, prod(nat_gateways="zone"))
    assert costs(found) == {
        "web: 0.5 vCPU": 14.78,  # 730 x 0.5 x 0.04048
        "web: 1 GB of memory": 3.24,  # 730 x 0.004445
        "shared: 2 NAT gateways": 65.70,  # 2 x 730 x 0.045
        "shared: load balancer": 16.43,  # 730 x 0.0225, rounded up
        "shared: public IPv4 of the load balancer": 7.30,
        "shared: public IPv4 of NAT gateways": 7.30,
    }
    assert found.by_service().keys() == {"web", "shared"}


def savings(found: Estimate) -> dict[str, float]:
    return {item.setting: round(item.monthly, 2) for item in found.savings}


def test_what_would_save_is_the_other_settings_own_estimate() -> None:
    found = savings(estimate(SMALL, prod(nat_gateways="zone")))
    assert found["natGateways: one"] == 36.50  # a gateway and its address
    assert found["natGateways: none"] == 73.00 - 3.65  # both of each, but an address for the task
    assert found["cpuArchitecture: arm64"] == round(18.02 - 730 * (0.5 * 0.03238 + 0.00356), 2)
    assert "ingress: instance" not in found
    cut_off = savings(estimate(SMALL, prod(endpoints="interface")))
    assert "natGateways: none" not in cut_off
    assert "endpoints: gateway" in cut_off
    balanced = savings(estimate(SMALL, Settings(platform="ecs-ec2", ingress="alb")))
    assert balanced["ingress: instance"] == pytest.approx(730 * 0.0225 + 7.30, abs=0.01)


def test_endpoints_cost_in_each_zone() -> None:
    alone = {"nat_gateways": "none", "endpoints": "interface", "zones": 3}
    found = costs(estimate(SMALL, prod(**alone)))
    assert found["shared: 9 interface endpoints"] == 65.70  # of ecr.api, ecr.dkr and logs: 9 x 730 x 0.01
    assert "shared: public IPv4 of tasks" not in found
    more = costs(estimate(SMALL, prod(**alone, extra_endpoints=("sqs",), enable_exec=True)))
    assert more["shared: 15 interface endpoints"] == 109.50
    elsewhere = {"vpc_id": "vpc-1", "public_subnet_ids": ("a", "b"), "private_subnet_ids": ("c", "d")}
    assert not [name for name in costs(estimate(SMALL, prod(**elsewhere))) if "endpoint" in name or "NAT" in name]


@pytest.mark.parametrize(
    ("replicas", "spot", "share"),
    [(1, 50, 1.0), (3, 50, (2 + 0.4) / 3), (2, 100, 0.4)],  # of three one at the full price, and of two others one
)
def test_spot_is_a_share_of_the_price_but_for_the_first_task(replicas: int, spot: int, share: float) -> None:
    deploy = LIMITED.model_copy(update={"replicas": replicas})
    found = estimate(application(service("web", deploy=deploy)), prod(fargate_spot=spot))
    full = replicas * 730 * (0.5 * 0.04048 + 0.004445)
    assert found.by_service()["web"] == pytest.approx(full * share)


def test_jobs_cost_while_they_run() -> None:
    every = {"schedule": "rate(1 hour)"}
    sized = Deploy(limits=Resources(cpus=0.5, memory=1024 * MIB))
    report = service("report", deploy=sized, extension=every)
    migrate = service("migrate", deploy=LIMITED)
    web = service("web", deploy=LIMITED, depends_on={"migrate": {"condition": "service_completed_successfully"}})
    found = estimate(application(report, migrate, web), prod(), Assumptions(job_minutes=6, deployments=10))
    hour = 0.5 * 0.04048 + 0.004445
    assert found.by_service()["report"] == pytest.approx(730.5 * 0.1 * hour)  # 30.44 days of 24 runs
    assert found.by_service()["migrate"] == pytest.approx(10 * 0.1 * hour)
    assert "schedule" in next(item.note for item in found.items if item.service == "report")
    off = service("report", deploy=sized, extension={"schedule": {"expression": "rate(1 hour)", "enabled": False}})
    assert estimate(application(off), prod()).by_service()["report"] == 0


def test_what_depends_on_use_is_a_rate_until_it_is_assumed() -> None:
    rates = {rate.what: rate.unit_price for rate in estimate(SMALL, prod()).rates}
    assert rates == {
        "through NAT gateways": 0.045,
        "load balancer's use": 0.008,
        "sent to the internet": 0.09,
        "of logs": 0.50,
    }
    assumed = Assumptions(logs_gb=15, nat_gb=100, out_gb=50, lcu=1)
    found = estimate(SMALL, prod(), assumed)
    assert found.rates == ()
    named = costs(found)
    assert named["shared: of logs"] == 5.00  # 5 of 15 GB are free
    assert named["shared: through NAT gateways"] == 4.50
    assert named["shared: sent to the internet"] == 0  # 100 GB are free
    assert named["shared: load balancer's use"] == 5.84  # 730 x 0.008


def test_secrets_and_volumes_are_counted_where_they_are() -> None:
    web = service(
        environment={"TOKEN": {"value": "x", "sensitive": True}},
        mounts=[{"type": "volume", "source": "data", "target": "/data"}],
    )
    secrets = {"key": {"name": "key", "content": "x"}, "other": {"name": "other", "external": True}}
    app = application(web, volumes={"data": {"name": "data"}}, secrets=secrets)
    found = estimate(app, Settings(platform="ecs-ec2"), Assumptions(efs_gb=10))
    assert costs(found)["shared: secrets key"] == 0.40
    assert costs(found)["web: secret of its variables"] == 0.40
    assert costs(found)["shared: on EFS (data)"] == 3.00
    on_disk = estimate(app, Settings(platform="ecs-ec2", volume_storage="instance"))
    assert not [rate for rate in on_disk.rates if "EFS" in rate.what]


def test_a_type_that_the_table_does_not_have_is_said_and_not_summed() -> None:
    found = estimate(SMALL, Settings(platform="ecs-ec2", instance_type="x9.huge"))
    (item,) = [item for item in found.items if item.unit_price is None]
    assert "x9.huge" in item.what
    out = io.StringIO()
    show("dev", found, Console(file=out, width=150))
    assert "not in the table" in out.getvalue()


def test_another_region_has_other_prices_and_an_unknown_one_is_an_error() -> None:
    assert read_prices("us-west-2").amounts == read_prices("us-east-1").amounts
    here, there = (estimate(SMALL, prod(region=name)).monthly for name in ("us-east-1", "eu-central-1"))
    assert there > here
    with pytest.raises(PlatformError, match=r"no prices of sa-east-1 \(has eu-central-1(?s:.*)--region us-east-1"):
        estimate(SMALL, prod(region="sa-east-1"))


UNSOURCED = {
    *("efs_read_gb", "efs_write_gb", "efs_backup_gb", "rds_mysql", "rds_mariadb", "rds_backup_gb"),
    *("cache_redis", "cache_valkey", "cache_backup_gb", "container_metric_enhanced", "sns_emails"),
}
"""What the table has of us-east-1 alone; elsewhere an estimate says that it does not know."""


def test_every_price_has_a_source_of_awss_own_and_no_region_lacks_another_item() -> None:
    table = tomllib.loads(TABLE.read_text())
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", table["as_of"])
    for name, item in table["items"].items():
        assert item["source"].startswith("https://aws.amazon.com/"), name
        assert item["unit"], name
    for region, amounts in table["regions"].items():
        missing = set(table["items"]) - {key.partition(" ")[0] for key in amounts}
        assert missing == (set() if region == "us-east-1" else UNSOURCED), region
        assert {key.partition(" ")[0] for key in amounts} <= set(table["items"]), region
        assert all(amount > 0 for amount in amounts.values()), region
    assert set(table["same_as"].values()) <= set(table["regions"])


def test_every_item_of_an_estimate_has_its_source() -> None:
    for settings in (prod(endpoints="interface", hosted_zone_id="Z", domain="a.example"), Settings(platform="ecs-ec2")):
        found = estimate(SMALL, settings)
        assert all(entry.source.startswith("https://aws.amazon.com/") for entry in (*found.items, *found.rates))


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("berth.stackfile.ROOT", tmp_path)
    (tmp_path / "compose.yaml").write_text("name: shop\nservices:\n  web: {image: nginx:1.29, ports: ['80:80']}\n")
    for name, platform in (("local", "compose"), ("dev", "ecs-ec2"), ("prod", "ecs-fargate")):
        (tmp_path / f"Pulumi.{name}.yaml").write_text(f"config: {{berth:platform: {platform}}}\n")
    return tmp_path


def command(root: Path, *arguments: str) -> str:
    from argparse import ArgumentParser

    from berth.cost.options import add_arguments
    from berth.cost.run import run

    parser, out = ArgumentParser(), io.StringIO()
    add_arguments(parser)
    assert run(parser.parse_args(arguments), Console(file=out, width=160), root) == 0
    return out.getvalue()


def test_the_command_tells_of_all_stacks_on_aws(checkout: Path) -> None:
    said = command(checkout)
    assert "dev: US dollars a month in us-east-1" in said
    assert "prod: US dollars a month" in said
    assert "local" not in said
    assert "plus 0.045 per GB through NAT gateways (--nat-gb counts it in)" in said
    assert "natGateways: none would save" in said
    assert "made before 2025-07-15" in said
    assert f"Prices of {read_prices('us-east-1').as_of}" in said


def test_the_command_prints_json_and_takes_assumptions(checkout: Path) -> None:
    found = json.loads(command(checkout, "--json", "-s", "dev", "--logs-gb", "25", "--region", "eu-west-1"))
    assert list(found) == ["dev"]
    assert found["dev"]["region"] == "eu-west-1"
    (logs,) = [item for item in found["dev"]["items"] if item["what"] == "of logs"]
    assert (logs["quantity"], logs["unit_price"], logs["monthly"]) == (20, 0.57, 11.4)


def test_a_stack_on_this_machine_costs_nothing(checkout: Path) -> None:
    with pytest.raises(PlatformError, match="costs nothing"):
        command(checkout, "-s", "local")


def test_a_number_below_0_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["cost", "--logs-gb", "-1"])
    assert "must be 0 or more" in capsys.readouterr().err


def test_nothing_of_pulumi_or_aws_is_loaded(checkout: Path) -> None:
    import subprocess
    import sys

    program = "import sys; import berth.cost.run; print([m for m in ('pulumi', 'boto3') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
