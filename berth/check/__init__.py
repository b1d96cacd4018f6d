"""``python -m berth check``: every finding that files alone tell, at once; ``run`` is the way in."""
