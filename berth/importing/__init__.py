"""An ECS service that exists, taken over by a stack: it keeps its ARN, and the next ``up`` rolls it.

``live`` asks AWS, ``planned`` reads what a preview would create in its place, ``refusals`` compares the two,
``entries`` writes the state, and ``leftovers`` says what is nobody's afterwards.
"""
