"""Expressions of GitHub's workflow files, ``${{ … }}``, as far as Berth's own use them; all others are errors.

https://docs.github.com/en/actions/reference/workflows-and-actions/expressions
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from berth.diagnostics import Diagnostic, ToolError
from berth.untyped import mapping

_TOKEN = re.compile(
    r"""\s*(?: (?P<text>'(?:[^']|'')*') | (?P<number>\d+(?:\.\d+)?) | (?P<name>[A-Za-z_][A-Za-z0-9_-]*)
        | (?P<sign>&&|\|\||==|!=|!|\(|\)|\.|,|\*) )""",
    re.VERBOSE,
)
_INSERTED = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_STATUS = re.compile(r"\b(success|failure|cancelled|always)\s*\(")
_LITERALS = {"true": True, "false": False, "null": None}

Contexts = Mapping[str, Mapping[str, Any]]


@dataclass(slots=True)
class _Reader:
    source: str
    contexts: Contexts
    failed: bool
    tokens: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    def wrong(self, what: str) -> ToolError:
        return ToolError(
            Diagnostic(message=f"{what} in ${{{{ {self.source.strip()} }}}}", advice="Add it to berth/workflow.")
        )

    def read(self) -> Any:
        position, text = 0, self.source.strip()
        while position < len(text):
            match = _TOKEN.match(text, position)
            if match is None:
                raise self.wrong(f"nothing is known of {text[position:].strip()!r}")
            self.tokens.append((str(match.lastgroup), match[match.lastgroup or 0]))
            position = match.end()
        value = self.any_of()
        if self.tokens:
            raise self.wrong(f"{self.tokens[0][1]!r} stands alone")
        return value

    def next(self, *signs: str) -> bool:
        """Whether one of these signs is next; it is then taken."""
        if self.tokens and self.tokens[0] in [("sign", sign) for sign in signs]:
            self.tokens.pop(0)
            return True
        return False

    def need(self, sign: str) -> None:
        if not self.next(sign):
            raise self.wrong(f"{sign!r} is missing")

    def any_of(self) -> Any:
        value = self.all_of()
        while self.next("||"):
            other = self.all_of()
            value = value if _true(value) else other
        return value

    def all_of(self) -> Any:
        value = self.equal()
        while self.next("&&"):
            other = self.equal()
            value = other if _true(value) else value
        return value

    def equal(self) -> Any:
        value = self.single()
        while self.tokens and self.tokens[0] in (("sign", "=="), ("sign", "!=")):
            wanted = self.tokens.pop(0)[1] == "=="
            value = _same(value, self.single()) is wanted
        return value

    def single(self) -> Any:
        if self.next("!"):
            return not _true(self.single())
        if self.next("("):
            value = self.any_of()
            self.need(")")
            return value
        if not self.tokens:
            raise self.wrong("something is missing")
        kind, text = self.tokens.pop(0)
        if kind == "text":
            return text[1:-1].replace("''", "'")
        if kind == "number":
            return float(text)
        if kind == "name":
            return self.call(text) if self.next("(") else self.value(text)
        raise self.wrong(f"{text!r} is out of place")

    def call(self, name: str) -> Any:
        arguments: list[Any] = []
        while not self.next(")"):
            arguments.append(self.any_of())
            if self.tokens and self.tokens[0] != ("sign", ")"):
                self.need(",")
        functions: Mapping[str, Callable[..., Any]] = {
            "success": lambda: not self.failed,
            "failure": lambda: self.failed,
            "always": lambda: True,
            "cancelled": lambda: False,
            "contains": _contains,
            "fromJSON": json.loads,
        }
        if name not in functions:
            raise self.wrong(f"the function {name} is not known")
        return functions[name](*arguments)

    def value(self, name: str) -> Any:
        if name in _LITERALS:
            return _LITERALS[name]
        if name not in self.contexts:
            raise self.wrong(f"the context {name} is not known")
        value: Any = self.contexts[name]
        known = [name]
        each = False  # past a `*`: of a list's items
        while self.next("."):
            if not self.tokens:
                raise self.wrong("something is missing")
            key = self.tokens.pop(0)[1]
            if key == "*":
                value, each = list(value or ()), True
                continue
            if each:
                value = [item[key] for item in value if key in item]
                continue
            if key not in (value or {}) and name in ("steps", "needs", "matrix", "inputs") and len(known) == 1:
                raise self.wrong(f"{'.'.join([*known, key])} is not known")
            value = mapping(value).get(key)
            known.append(key)
        return value


def evaluate(source: str, contexts: Contexts, *, failed: bool = False) -> Any:
    """The value of one expression, without ``${{`` and ``}}``. ``failed``: a step before has.

    What ``vars``, ``secrets``, ``env`` and an event lack is null, as on GitHub.

    Raises:
        ToolError: a context, a function, a step or a form that is not known here.
    """
    return _Reader(source, contexts, failed).read()


def filled(text: str, contexts: Contexts) -> str:
    """A text with the value of each of its expressions."""
    return _INSERTED.sub(lambda match: _text(evaluate(match[1], contexts)), text)


def holds(condition: object, contexts: Contexts, *, failed: bool = False) -> bool:
    """What an ``if:`` says; without a word of ``failure()`` or the like it holds only where nothing has failed."""
    if condition is None:
        return not failed
    text = str(condition).strip()
    inner = text[3:-2] if text.startswith("${{") and text.endswith("}}") else text
    value = _true(evaluate(inner, contexts, failed=failed))
    return value if _STATUS.search(inner) else value and not failed


def _true(value: Any) -> bool:
    return value not in (None, False, "", 0)


def _contains(where: Any, what: Any) -> bool:
    return what in where


def _same(one: Any, other: Any) -> bool:
    """Texts are equal whatever their case; null is an empty text."""
    first, second = (("" if value is None else value) for value in (one, other))
    return first.lower() == second.lower() if isinstance(first, str) and isinstance(second, str) else first == second


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:g}"
    return value if isinstance(value, str) else json.dumps(value)
