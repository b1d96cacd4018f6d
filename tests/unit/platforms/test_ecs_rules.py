"""What does not fit ECS is found before anything is created, and the message says what to write instead."""

from __future__ import annotations

from berth.compose.extension import Ingress, ServiceExtension
from berth.compose.model import Application, Build, Deploy, Resources
from berth.diagnostics import Diagnostic, Severity
from berth.platforms.ecs.rules import check
from berth.platforms.ecs.sizes import MIB
from berth.settings import Settings
from tests.unit.applications import application, service

FARGATE = Settings(platform="ecs-fargate")
EC2 = Settings(platform="ecs-ec2")


def found(app: Application, settings: Settings, key: str, stack: str = "dev") -> Diagnostic:
    findings = [finding for finding in check(app, settings, stack=stack) if finding.key == key]
    assert len(findings) == 1, [str(finding) for finding in check(app, settings, stack=stack)]
    return findings[0]


def test_an_application_that_fits_has_no_findings() -> None:
    limited = Deploy(limits=Resources(cpus=0.25, memory=448 * MIB))
    web = service(ports=[{"target": 80, "published": 8080}])
    assert check(application(web), FARGATE, stack="prod") == []
    assert check(application(service(deploy=limited)), EC2, stack="dev") == []


def test_memory_that_does_not_fit_the_instance_comes_with_the_arithmetic() -> None:
    half = Deploy(limits=Resources(memory=400 * MIB))
    app = application(service("web", deploy=half), service("api", deploy=half))
    finding = found(app, EC2, "berth:instanceType")
    assert finding.severity is Severity.ERROR
    assert finding.file == "Pulumi.dev.yaml"
    assert "api 464 + web 464" in finding.message
    assert "928 MiB" in finding.message
    assert "t3.micro has 918" in finding.message


def test_memory_fits_a_larger_instance_or_two() -> None:
    half = Deploy(limits=Resources(memory=400 * MIB))
    app = application(service("web", deploy=half), service("api", deploy=half))
    assert check(app, Settings(platform="ecs-ec2", instance_type="t3.small"), stack="dev") == []
    assert check(app, Settings(platform="ecs-ec2", instance_count=2), stack="dev") == []


def test_one_task_larger_than_an_instance_is_named() -> None:
    app = application(service(deploy=Deploy(limits=Resources(memory=1000 * MIB))))
    finding = found(app, Settings(platform="ecs-ec2", instance_count=2), "deploy.resources")
    assert finding.service == "web"
    assert "1064 MiB" in finding.message


def test_cpus_that_do_not_fit_the_instance_come_with_the_arithmetic() -> None:
    """A t3.micro has two vCPUs, of 1,024 units each: https://docs.aws.amazon.com/ec2/latest/instancetypes/gp.html"""
    three_quarters = Deploy(replicas=2, reservations=Resources(cpus=0.75, memory=64 * MIB))
    app = application(service("web", deploy=three_quarters), service("api", deploy=three_quarters), service("idle"))
    finding = found(app, EC2, "berth:instanceType")
    assert finding.severity is Severity.ERROR
    assert "need 3072 CPU units (api 2 x 768 + web 2 x 768), but 1 x t3.micro has 2048" in finding.message
    assert "deploy.resources.reservations.cpus" in finding.advice
    assert check(app, Settings(platform="ecs-ec2", instance_count=2), stack="dev") == []
    assert check(app, Settings(platform="ecs-ec2", instance_type="t3.xlarge"), stack="dev") == []


def test_one_task_of_more_cpus_than_an_instance_is_named() -> None:
    app = application(service(deploy=Deploy(reservations=Resources(cpus=2.5))))
    settings = Settings(platform="ecs-ec2", instance_count=2)
    finding = found(app, settings, "deploy.resources.reservations.cpus")
    assert (finding.service, finding.message) == ("web", "one task needs 2560 CPU units, but a t3.micro has 2048")


def test_a_size_that_fargate_does_not_have_is_refused() -> None:
    finding = found(
        application(service(deploy=Deploy(limits=Resources(cpus=32, memory=1024 * MIB)))),
        FARGATE,
        "deploy.resources.limits",
    )
    assert finding.severity is Severity.ERROR
    assert "32 CPUs" in finding.message
    assert "16 CPUs with 122880 MiB" in finding.advice


def test_a_size_that_is_rounded_up_is_a_warning_that_names_both() -> None:
    finding = found(
        application(service(deploy=Deploy(limits=Resources(cpus=0.25, memory=512 * MIB)))),
        FARGATE,
        "deploy.resources.limits",
    )
    assert finding.severity is Severity.WARNING
    assert "512 MiB" in finding.message
    assert "0.25 vCPU with 1024 MiB" in finding.message


def test_a_name_too_long_for_aws_is_refused() -> None:
    app = application(service("a-very-long-service-name-that-nobody-types"))
    finding = found(app, FARGATE, "name", stack="production")
    assert finding.severity is Severity.ERROR
    assert "40" in finding.message


def test_the_architecture_is_decided_once() -> None:
    arm = Settings(platform="ecs-ec2", instance_type="t4g.micro")
    assert "cpuArchitecture to arm64" in found(application(service()), arm, "berth:instanceType").advice
    assert check(application(service()), Settings(platform="ecs-ec2", cpu_architecture="arm64"), stack="dev") == []
    mixed = Settings(platform="ecs-ec2", instance_maximum=2, instance_spot=50, spot_instance_types=("t4g.micro",))
    assert "t4g.micro" in found(application(service()), mixed, "berth:spotInstanceTypes").message
    other = application(service(platform="linux/arm64"))
    assert found(other, FARGATE, "platform").service == "web"
    build = Build(context="/app", platforms=("linux/arm64",))  # type: ignore[arg-type]
    assert "linux/amd64" in found(application(service(build=build, image=None)), FARGATE, "build.platforms").message


def test_a_published_port_takes_one_replica_an_instance() -> None:
    app = application(service(ports=[{"target": 80, "published": 8080}], deploy=Deploy(replicas=2)))
    assert "port 8080" in found(app, EC2, "deploy.replicas").message
    assert check(app, Settings(platform="ecs-ec2", instance_count=2), stack="dev") == []


def test_udp_has_no_place_behind_the_load_balancer() -> None:
    app = application(service(ports=[{"target": 53, "published": 53, "protocol": "udp"}]))
    assert found(app, FARGATE, "ports.53").severity is Severity.ERROR
    assert check(app, EC2, stack="dev") == []


def test_an_ingress_needs_a_port_of_the_service() -> None:
    other = ServiceExtension(ingress=Ingress(port=9000))
    finding = found(application(service(expose=[8000], extension=other)), FARGATE, "x-berth.ingress.port")
    assert 'expose: ["9000"]' in finding.advice
    none = application(service(image="own/app", extension=ServiceExtension(ingress=Ingress())))
    assert found(none, FARGATE, "x-berth.ingress.port").severity is Severity.ERROR


def test_two_services_may_not_take_the_same_requests() -> None:
    root = ServiceExtension(ingress=Ingress())
    app = application(service("a", expose=[80], extension=root), service("b", expose=[80], extension=root))
    assert "as a" in found(app, FARGATE, "x-berth.ingress").message


def test_a_health_check_outside_ecs_s_limits_is_a_warning() -> None:
    app = application(service(healthcheck={"test": ("CMD", "x"), "interval": 2}))
    finding = found(app, FARGATE, "healthcheck.interval")
    assert finding.severity is Severity.WARNING
    assert "2 becomes 5" in finding.message


def test_a_service_that_others_need_but_that_names_no_port_is_a_warning() -> None:
    app = application(service("web", depends_on={"api": {}}), service("api", image="own/api"))
    finding = found(app, FARGATE, "expose")
    assert (finding.service, finding.severity) == ("api", Severity.WARNING)


def test_more_networks_than_security_groups_are_refused() -> None:
    app = application(service(networks={name: {} for name in ("a", "b", "c", "d")}))
    assert "at most three" in found(app, FARGATE, "networks").advice


def test_a_load_balancer_opens_named_ports_only() -> None:
    app = application(service(ports=[{"target": 80}]))
    assert found(app, FARGATE, "ports.80").severity is Severity.WARNING
    assert check(app, EC2, stack="dev") == []


def test_a_service_that_runs_once_takes_no_requests() -> None:
    migrate = service("migrate", expose=[80], extension=ServiceExtension(ingress=Ingress()))
    web = service("web", depends_on={"migrate": {"condition": "service_completed_successfully"}})
    assert found(application(migrate, web), FARGATE, "x-berth.ingress").service == "migrate"


HOURLY = ServiceExtension.model_validate({"schedule": "rate(1 hour)"})


def test_a_scheduled_service_is_told_which_names_it_does_not_reach() -> None:
    db = service("db", expose=[5432], networks={"default": {"aliases": ["database"]}})
    by_order = service("report", depends_on={"db": {}}, extension=HOURLY)
    finding = found(application(by_order, db), FARGATE, "depends_on.db")
    assert (finding.severity, finding.service) == (Severity.WARNING, "report")
    assert "reaches no service called db" in finding.message
    assert "berth run" in finding.advice
    for value in ("database", "postgres://user@database:5432/shop", "http://database/"):
        by_variable = service("report", environment={"WHERE": {"value": value}}, extension=HOURLY)
        finding = found(application(by_variable, db), EC2, "environment.WHERE")
        assert "called database" in finding.message
    other = service("report", environment={"KIND": {"value": "a database of our own"}}, extension=HOURLY)
    assert check(application(other, db), EC2, stack="dev") == []


def test_a_schedule_starts_one_to_ten_tasks() -> None:
    many = service("report", deploy=Deploy(replicas=11), extension=HOURLY)
    assert "1 to 10" in found(application(many), FARGATE, "deploy.replicas").message


def test_a_scheduled_service_takes_no_requests_and_has_no_proxy() -> None:
    ingress = ServiceExtension.model_validate({"schedule": "rate(1 hour)", "ingress": {}})
    report = service("report", expose=[80], extension=ingress)
    assert "runs by a schedule" in found(application(report), FARGATE, "x-berth.ingress").message
    limited = service("report", deploy=Deploy(limits=Resources(cpus=0.25, memory=512 * MIB)), extension=HOURLY)
    assert check(application(limited), FARGATE, stack="prod") == []  # without the proxy's share it fits as it is


def test_alarms_that_nobody_hears_of_are_told() -> None:
    web = application(service(ports=[{"target": 80, "published": 8080}]))
    finding = found(web, FARGATE.model_copy(update={"alarms": True}), "berth:alarms", stack="prod")
    assert (finding.severity, finding.file) == (Severity.WARNING, "Pulumi.prod.yaml")
    assert "alarmEmails" in finding.advice
    told = Settings(platform="ecs-fargate", alarms=True, alarm_emails=["ops@example.com"])
    assert check(web, told, stack="prod") == []
