from enum import Enum
from typing import Any, Self

class InclusionLevel(Enum):
    NOT_IN_NAV = ...

class File:
    @classmethod
    def generated(cls, config: Any, src_uri: str, *, content: str | bytes, inclusion: InclusionLevel = ...) -> Self: ...
