"""``python -m berth scan``: Checkov's rules for Terraform on what Pulumi's engine plans.

``mapping`` asks the provider's plugin for Terraform's names, ``terraform`` writes the plan in its form, ``checkov``
runs the scanner, and ``explained`` compares with the findings that have a reason.
"""
