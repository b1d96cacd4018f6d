"""``python -m berth status``: whether what a stack runs is what was asked for."""
