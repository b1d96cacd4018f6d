"""``tools/setup``: finds or installs what Berth needs, one step after the other, and goes on where it was interrupted.

``bootstrap`` makes a virtual environment with nothing but Python; all else runs in it.
"""
