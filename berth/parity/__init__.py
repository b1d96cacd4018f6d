"""``python -m berth parity``: what differs between environments, service by service, and why.

Each service is looked at twice in each stack: what the Compose file says, as ``docker compose config`` prints it, and
what runs, for ECS out of the container definitions that the deployment registers. What does not follow from a rule of
the platform or from a setting is ``unexplained``, and an error.
"""
