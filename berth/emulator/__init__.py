"""An AWS emulator on this machine whose ECS runs what task definitions say, in real containers.

The emulator is ministack; its ECS starts containers without most of a container definition and without Service
Connect's names. ``serve`` puts the rest in: ``containers`` what Docker is given, ``values`` its secrets, ``names``
Service Connect, ``tasks`` how a task starts, ``endings`` its health and its end, ``schedules`` when one starts by
itself, ``target_groups`` how AWS describes them, ``capacity``, ``scaling``, ``blue_green`` and ``alarms`` what AWS
keeps of these, and ``faults`` AWS on a bad day. Not emulated: IAM, security groups, EFS's user of an access point,
sizes, that the containers of a task in awsvpc share localhost, that anything scales, and that both versions of
blue/green run.
"""
