"""A Compose file and a stack's settings for an ECS service that exists: a draft, with what neither could take over."""
