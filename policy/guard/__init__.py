"""Rules about AWS resources as Pulumi programs ask for them. All but ``pack`` is plain Python without Pulumi."""
