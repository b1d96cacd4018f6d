"""Docker Compose on this machine: ``platform`` has its two verbs, ``rules`` what is known without Docker."""
