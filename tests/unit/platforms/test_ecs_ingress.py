"""Routes of the load balancer."""

from __future__ import annotations

from compose.extension import Ingress, ServiceExtension
from platforms.ecs.ingress import listener_ports, plan_routes
from settings import Settings
from tests.unit.applications import application, service

FARGATE = Settings(platform="ecs-fargate")
TLS = Settings(platform="ecs-fargate", certificate_arn="arn:aws:acm:us-east-1:123456789012:certificate/1")


def routed(name: str, **ingress: object) -> object:
    return service(name, expose=[8000], extension=ServiceExtension(ingress=Ingress(**ingress)))


def test_a_published_port_keeps_its_number() -> None:
    (route,) = plan_routes(application(service(ports=[{"target": 80, "published": 8080}])), FARGATE)
    assert (route.port, route.container_port, route.path, route.host) == (8080, 80, "/", None)


def test_an_ingress_takes_the_shared_listener_and_with_a_certificate_tls() -> None:
    app = application(routed("web"))
    assert [route.port for route in plan_routes(app, FARGATE)] == [80]
    assert [route.port for route in plan_routes(app, TLS)] == [443]
    assert listener_ports(app, TLS) == (80, 443)


def test_exposed_and_unpublished_ports_open_nothing() -> None:
    app = application(service("db", expose=[5432]), service("api", ports=[{"target": 8000}]))
    assert plan_routes(app, FARGATE) == ()
    assert listener_ports(app, FARGATE) == ()


def test_without_a_load_balancer_there_are_no_routes() -> None:
    assert plan_routes(application(routed("web")), Settings(platform="ecs-ec2")) == ()


def test_the_more_specific_rule_comes_first() -> None:
    app = application(
        routed("all"),
        routed("path", path="/api"),
        routed("deep", path="/api/v1"),
        routed("host", host="a.example.com"),
        routed("both", host="a.example.com", path="/api"),
    )
    routes = sorted(plan_routes(app, FARGATE), key=lambda route: route.priority)
    assert [route.service for route in routes] == ["both", "host", "deep", "path", "all"]


def test_priorities_are_within_aws_s_range_differ_and_do_not_move_when_a_service_joins() -> None:
    routes = [routed(f"s{index}", path=f"/s{index}") for index in range(99)]
    before = {route.service: route.priority for route in plan_routes(application(*routes), FARGATE)}
    assert len(set(before.values())) == 99
    assert all(1 <= priority <= 50000 for priority in before.values())
    after = {r.service: r.priority for r in plan_routes(application(*routes, routed("z", host="z.com")), FARGATE)}
    assert {name: after[name] for name in before} == before
