"""The pictures of docs/architecture.md, which ``tools/pictures`` draws into docs/pictures/."""

from __future__ import annotations

from berth.site.drawing import Arrow, Box, Picture

FLOW = Picture(
    title="From the Compose file and a stack's settings by way of docker compose config, the typed application, the"
    " checks and a platform to components, and to a URL that answers.",
    width=92,
    height=34,
    boxes=(
        Box(text=("compose.yaml", "the only description"), x=2, y=3, width=17, height=6),
        Box(text=("docker compose config", "merges, interpolates"), x=24, y=3, width=19, height=6, kind="own"),
        Box(text=("Application", "typed, frozen: compose/"), x=48, y=3, width=19, height=6, kind="own"),
        Box(text=("Pulumi.STACK.yaml", "what differs"), x=2, y=14, width=17, height=6),
        Box(text=("Settings", "typed: settings/"), x=24, y=14, width=19, height=6, kind="own"),
        Box(text=("Checks", "every finding at once"), x=48, y=14, width=19, height=6, kind="own"),
        Box(text=("check, parity, cost", "no Pulumi, no AWS"), x=72, y=14, width=18, height=6, kind="end"),
        Box(text=("Platform", "plans: platforms/"), x=48, y=25, width=19, height=6, kind="own"),
        Box(text=("Components", "Pulumi: components/"), x=24, y=25, width=19, height=6, kind="own"),
        Box(text=("URLs and outputs", "only when it runs"), x=2, y=25, width=17, height=6, kind="end"),
    ),
    arrows=(
        Arrow(points=((19, 6), (24, 6))),
        Arrow(points=((43, 6), (48, 6))),
        Arrow(points=((57.5, 9), (57.5, 14))),
        Arrow(points=((19, 17), (24, 17))),
        Arrow(points=((43, 17), (48, 17))),
        Arrow(points=((67, 17), (72, 17))),
        Arrow(points=((57.5, 20), (57.5, 25)), text="no error"),
        Arrow(points=((48, 28), (43, 28))),
        Arrow(points=((24, 28), (19, 28))),
    ),
)

DEV = Picture(
    title="Stack dev: the internet reaches the published ports of one instance's own address. On it run the services'"
    " tasks, which find each other by Service Connect, use EFS and read secrets, images and logs of AWS.",
    width=92,
    height=40,
    boxes=(
        Box(text=("Internet",), x=2, y=15, width=12, height=5),
        Box(text=("VPC",), x=18, y=2, width=46, height=36, kind="aws", frame=True),
        Box(text=("Public subnet, one instance of the capacity provider",), x=20, y=6, width=42, height=19, frame=True),
        Box(text=("Elastic IP", "port 8080"), x=22, y=14, width=10, height=7, kind="aws"),
        Box(text=("web",), x=36, y=10, width=11, height=5, kind="own"),
        Box(text=("api",), x=36, y=18, width=11, height=5, kind="own"),
        Box(text=("worker",), x=50, y=10, width=10, height=5, kind="own"),
        Box(text=("db",), x=50, y=18, width=10, height=5, kind="own"),
        Box(text=("EFS: access point db-data",), x=36, y=29, width=24, height=6, kind="aws"),
        Box(text=("ECR", "images by digest"), x=69, y=3, width=21, height=6, kind="aws"),
        Box(text=("Secrets Manager",), x=69, y=11, width=21, height=6, kind="aws"),
        Box(text=("CloudWatch Logs", "a group for each service"), x=69, y=19, width=21, height=6, kind="aws"),
        Box(text=("ECS cluster", "Service Connect's names"), x=69, y=29, width=21, height=6, kind="aws"),
    ),
    arrows=(
        Arrow(points=((14, 17.5), (22, 17.5))),
        Arrow(points=((32, 15), (34, 15), (34, 12.5), (36, 12.5))),
        Arrow(points=((41.5, 15), (41.5, 18))),
        Arrow(points=((47, 20.5), (50, 20.5))),
        Arrow(points=((55, 15), (55, 18))),
        Arrow(points=((55, 23), (55, 29))),
        Arrow(points=((69, 8), (62, 8))),
        Arrow(points=((69, 14), (62, 14))),
        Arrow(points=((62, 22), (69, 22))),
        Arrow(points=((69, 32), (66, 32), (66, 24), (62, 24))),
    ),
)

PROD = Picture(
    title="Stack prod: the internet reaches a load balancer in two zones' public subnets, which sends requests to web's"
    " task on Fargate in private subnets. Tasks reach each other by Service Connect where their security groups let"
    " them, AWS's services by NAT gateways, and EFS in each zone.",
    width=92,
    height=44,
    boxes=(
        Box(text=("Internet",), x=2, y=11, width=12, height=5),
        Box(text=("VPC, two zones",), x=18, y=2, width=48, height=40, kind="aws", frame=True),
        Box(text=("Public subnets",), x=20, y=6, width=44, height=12, frame=True),
        Box(text=("Load balancer", "hosts, paths, TLS"), x=22, y=10, width=18, height=6, kind="aws"),
        Box(text=("NAT gateways", "one a zone, or one"), x=44, y=10, width=18, height=6, kind="aws"),
        Box(text=("Private subnets: tasks on Fargate",), x=20, y=20, width=44, height=20, frame=True, title_below=True),
        Box(text=("web", "group front"), x=22, y=22, width=12, height=6, kind="own"),
        Box(text=("api", "front, back"), x=36, y=22, width=12, height=6, kind="own"),
        Box(text=("worker", "back"), x=50, y=22, width=12, height=6, kind="own"),
        Box(text=("EFS", "db-data"), x=22, y=31, width=12, height=5, kind="aws"),
        Box(text=("db", "back"), x=43, y=31, width=12, height=5, kind="own"),
        Box(text=("AWS",), x=68, y=2, width=23, height=40, frame=True),
        Box(text=("ECR", "images by digest"), x=70, y=6, width=19, height=5, kind="aws"),
        Box(text=("Secrets Manager",), x=70, y=12.5, width=19, height=5, kind="aws"),
        Box(text=("CloudWatch", "logs, dashboard"), x=70, y=19, width=19, height=5, kind="aws"),
        Box(text=("ECS cluster", "Service Connect's names"), x=70, y=25.5, width=19, height=5, kind="aws"),
        Box(text=("AWS Backup", "of the volumes, daily"), x=70, y=32, width=19, height=5, kind="aws"),
    ),
    arrows=(
        Arrow(points=((14, 13.5), (22, 13.5))),
        Arrow(points=((28, 16), (28, 22))),
        Arrow(points=((34, 25), (36, 25))),
        Arrow(points=((46, 28), (46, 31))),
        Arrow(points=((52, 28), (52, 31))),
        Arrow(points=((43, 33.5), (34, 33.5))),
        Arrow(points=((56, 20), (56, 16))),
        Arrow(points=((62, 13.5), (68, 13.5))),
    ),
)

PICTURES = {"flow": FLOW, "dev": DEV, "prod": PROD}
