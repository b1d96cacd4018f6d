"""A stack brought up, checked and removed against an AWS emulator with real containers: no account, no cost."""
