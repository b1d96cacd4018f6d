"""What AWS has made of a run's creations when the run was killed, found and put into Pulumi's state.

``kinds`` says of each type how it is found, as data; ``search`` asks AWS; ``state`` writes what was found.
"""
