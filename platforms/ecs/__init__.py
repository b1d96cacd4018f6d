"""Amazon ECS, on EC2 instances (``ecs-ec2``) or on Fargate (``ecs-fargate``); ``platform`` is the way in."""
