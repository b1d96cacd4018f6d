"""``python -m berth cost``: what a stack costs a month, from its plan and a dated price table; ``estimate`` is pure."""
