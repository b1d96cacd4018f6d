from collections.abc import Mapping

class Config:
    def __init__(self, *, retries: Mapping[str, str | int], connect_timeout: float) -> None: ...
