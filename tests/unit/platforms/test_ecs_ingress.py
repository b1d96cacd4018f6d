"""Routes of the load balancer."""

from __future__ import annotations

from berth.compose.extension import Ingress, ServiceExtension
from berth.platforms.ecs.ingress import SHARED, listener_ports, plan_routes
from berth.platforms.ecs.network_ingress import plan_network_routes
from berth.settings import Settings
from tests.unit.applications import application, service

FARGATE = Settings(platform="ecs-fargate")
TLS = Settings(platform="ecs-fargate", certificate_arn="arn:aws:acm:us-east-1:123456789012:certificate/1")

SHARED_LISTENER = Settings(
    platform="ecs-fargate",
    vpc_id="vpc-1",
    public_subnet_ids=("subnet-1",),
    listener_arn="arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/shared/1/2",
)


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


def several(*ways: dict[str, object], **fields: object) -> object:
    extension = ServiceExtension(ingress=tuple(Ingress(**way) for way in ways))
    return service("web", extension=extension, **fields)


def test_each_way_in_is_a_rule_of_its_own_name() -> None:
    app = application(several({"path": "/a"}, {"path": "/b"}, {"host": "a.example.com"}, expose=[80]))
    routes = plan_routes(app, FARGATE)
    assert {route.path for route in routes} == {"/", "/a", "/b"}
    assert len({(route.port, route.label) for route in routes}) == 3
    assert [route.label for route in routes if route.path == "/a"] == [""]
    reordered = application(several({"path": "/a"}, {"host": "a.example.com"}, {"path": "/b"}, expose=[80]))
    assert plan_routes(reordered, FARGATE) == routes


def test_ports_that_no_ingress_speaks_of_are_published_beside_it() -> None:
    ports = [{"target": target, "published": 8000 + target} for target in (80, 90, 5432)]
    ways = {(route.port, route.container_port) for route in plan_routes(application(several({}, ports=ports)), FARGATE)}
    assert ways == {(80, 80), (8090, 90)}
    tcp = application(several({"protocol": "tcp", "port": 5432}, ports=ports))
    assert {route.port for route in plan_routes(tcp, FARGATE)} == {8080, 8090}
    (network,) = plan_network_routes(tcp, FARGATE)
    assert (network.protocol, network.port, network.container_port) == ("TCP", 13432, 5432)


def test_a_listener_s_own_ports_are_its_ingress_s() -> None:
    ports = [{"target": 80, "published": 8080}, {"target": 443, "published": 443}]
    assert [route.port for route in plan_routes(application(several({}, ports=ports)), TLS)] == [443]


def test_a_chosen_priority_stays_and_others_make_room() -> None:
    (first,) = plan_routes(application(routed("a", path="/a")), FARGATE)
    chosen = routed("b", path="/b", priority=first.priority)
    routes = {
        route.service: route.priority for route in plan_routes(application(routed("a", path="/a"), chosen), FARGATE)
    }
    assert routes == {"a": first.priority + 1, "b": first.priority}


def test_a_shared_listener_has_room_for_the_rules_of_other_stacks() -> None:
    hosts = [routed(f"s{index}", host=f"{index}.example.com") for index in range(40)]
    routes = plan_routes(application(*hosts, routed("p", path="/p")), SHARED_LISTENER)
    priorities = {route.priority for route in routes}
    assert len(priorities) == 41
    assert all(1 <= priority <= 50000 for priority in priorities)
    assert max(routes, key=lambda route: route.priority).service == "p"
    assert {route.port for route in routes} == {SHARED}
    assert listener_ports(application(*hosts), SHARED_LISTENER) == ()
