"""``python -m berth run`` and ``exec``: a command in a task of its own, or in one that runs."""
