"""Berth's components as a Pulumi package for TypeScript, Go, C#, Java and YAML: ``pulumi package add``.

``schema.py`` says what there is, ``construct.py`` builds a component from what another language sent, ``dynamic.py``
runs the resources whose work is Python's. All three read the components' own classes; nothing is declared twice.
"""
