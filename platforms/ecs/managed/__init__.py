"""Services that AWS runs in place of a container: ``x-berth.managed``. docs/managed.md, docs/decisions/0022.

- ``choice``: which they are, and what is left for containers;
- ``engines``: engine and version out of an image's name;
- ``credentials``, ``parameters``: what a service says to its engine;
- ``plans``: what a service becomes, as plain data, and why it can't;
- ``attributes``, ``rules``: what of a service's other attributes has a meaning there, and what the stack lacks;
- ``create``: the resources.
"""
