"""An AWS emulator on this machine whose ECS runs what task definitions say, in real containers.

The emulator is ministack; its ECS starts containers without most of a container definition and without Service
Connect's names. ``serve`` puts the rest in: ``containers`` what Docker is given, ``names`` Service Connect, ``tasks``
the order of containers and their health. Not emulated: IAM, security groups, EFS's user of an access point, sizes.
"""
