"""The policy pack's program: serves its rules to the Pulumi engine. README.md says how to use it."""

from guard.pack import serve

serve()
