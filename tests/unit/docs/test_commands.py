"""Every command that the documentation shows exists with its options, and is run: here, or by a test that is named."""

from __future__ import annotations

import ast
import re
import shlex
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml
from botocore import xform_name
from botocore.session import Session
from pydantic import ValidationError

from berth.__main__ import main
from berth.commands import COMMANDS
from berth.components.naming import ENVIRONMENT_TAG
from berth.settings import Settings, setting_names
from berth.site.commands_page import CALLED, parser, targets
from berth.stackfile import stack_names
from tests.examples import settings_files
from tests.unit.docs import covered
from tests.unit.docs.pages import PAGES, ROOT, Command, commands

SHOWN = sorted({command.words: command for command in commands()}.values(), key=lambda command: command.words)
AWS_OWN = {("ecr", "get-login-password")}
"""What the AWS CLI has beside AWS's operations."""


def of(*programs: str) -> pytest.MarkDecorator:
    chosen = [command for command in SHOWN if command.words[0] in programs]
    return pytest.mark.parametrize("command", chosen, ids=[f"{command.place} {command}" for command in chosen])


@cache
def berth(command: Command) -> tuple[str, str, tuple[str, ...]] | None:
    """Berth's command of ``python -m berth …`` or ``make …``, its stack, and its arguments; None for another target."""
    if command.words[0] == "python":
        assert command.words[1:3] == ("-m", "berth"), command
        name, *arguments = command.words[3:]
        assert name in COMMANDS, f"{command.place}: no command {name}"
        options = vars(parser(name).parse_args(arguments))
        stacks = options.get("stack") or options.get("stacks") or ""
        return name, stacks if isinstance(stacks, str) else (*stacks, "")[0], tuple(arguments)
    name, *given = command.words[1:]
    assert name in targets(), f"{command.place}: no target {name}"
    variables = dict(item.split("=", 1) for item in given)
    recipe = targets()[name]["recipe"]
    assert not [key for key in variables if f"$({key})" not in (ROOT / "Makefile").read_text()], (
        f"{command.place}: make {name} takes no such"
    )
    called = CALLED.search(recipe)
    if called is None:
        return None
    stack = variables.get("STACK", "local")
    words = recipe[called.end() :].split("\n", 1)[0].replace("$(STACK)", stack).split()
    return called["command"], stack, tuple(word for word in words if not word.startswith("$("))


@of("python", "make")
def test_a_command_of_berth_is_run_by_a_test(command: Command) -> None:
    told = berth(command)
    if told is None:
        test = covered.MAKE[command.words[1]]
    else:
        name, stack, _ = told
        assert not stack or stack in {*stack_names(), *settings_files()} or stack.startswith("pr-")
        test = covered.EXAMPLES.get(stack) or covered.BERTH.get((name, stack)) or covered.BERTH_ON_ANY[name]
    assert test == covered.RUN or runs(test, command)


def runs(test: str, command: Command) -> bool:
    """Whether the test is there; of a file alone, whether the command is in it, or CI takes it from the README."""
    file, _, function = test.partition("::")
    text = (ROOT / file).read_text()
    if function:
        return any(isinstance(node, ast.FunctionDef) and node.name == function for node in ast.parse(text).body)
    told = berth(command)
    if told:
        return f"python -m berth {told[0]} " in text
    if f"make {command.words[1]}\n" in text:
        return True
    from_readme = subprocess.run([ROOT / ".ci" / "readme"], capture_output=True, text=True, check=True).stdout
    return ".ci/readme" in text and any(
        shlex.split(line, comments=True) == [*command.words] for line in from_readme.splitlines()
    )


@pytest.mark.parametrize("test", ["tests/e2e/test_shop.py::test_nothing", ".ci/readme"])
def test_a_test_that_is_not_there_is_found(test: str) -> None:
    assert not runs(test, Command("", ("make", "up")))


QUICK = [name for name, test in covered.BERTH_ON_ANY.items() if test == covered.RUN]


@pytest.mark.parametrize(
    "command",
    [
        command
        for command in SHOWN
        if command.words[0] in ("make", "python")
        and {*command.words[1:4]} & {*QUICK}
        and not {word.removeprefix("STACK=") for word in command.words}
        & {*settings_files()}  # tests/unit/test_examples.py
    ],
    ids=str,
)
def test_what_takes_a_second_is_run(command: Command, capsys: pytest.CaptureFixture[str]) -> None:
    told = berth(command)
    assert told
    assert main([told[0], *told[2]]) == 0
    assert capsys.readouterr().out.strip()


@of("pulumi")
def test_pulumi_has_the_command_and_its_options(command: Command) -> None:
    words = [word for word in command.words[1:] if word != ">"]
    elsewhere = words[0] == "-C"
    if elsewhere:
        assert (ROOT / words[1] / "Pulumi.yaml").exists()
        del words[:2]
    name = tuple(words[:2]) if words[0] in ("config", "stack", "state") else tuple(words[:1])
    told = pulumi_help(name)
    usage = re.search(r"^Usage:\n(?:.+\n)+(?:\nAliases:\n.+\n)?", told, re.MULTILINE)
    assert usage and name[-1] in re.findall(r"\w+", usage[0])
    for option in [word.partition("=")[0] for word in words if word.startswith("-")]:
        assert re.search(rf"(^|[\s,]){re.escape(option)}\b", told), option
    if "-s" in words and not elsewhere:
        assert words[words.index("-s") + 1] in stack_names()


@cache
def pulumi_help(name: tuple[str, ...]) -> str:
    return subprocess.run(["pulumi", *name, "--help"], capture_output=True, text=True, check=True).stdout


def configured() -> Iterator[tuple[str, str, object]]:
    """Each setting that a ``pulumi config set`` changes: its name, the rest of its path, its value."""
    for command in SHOWN:
        if command.words[:3] == ("pulumi", "config", "set"):
            options = {"-s": 1, "--path": 0, "--secret": 0}
            words = list(command.words[3:])
            for option, arguments in options.items():
                if option in words:
                    at = words.index(option)
                    del words[at : at + 1 + arguments]
            key, *value = words
            name, path = re.match(r"(?:berth:)?(\w+)(.*)", key).groups()  # type: ignore[union-attr]
            # The pages leave out what is each reader's own.
            yield name, path, re.sub(":…:", ":123456789012:", value[0]).replace("…", "x") if value else "asked for"


ROTATION = {"lambdaArn": "arn:aws:lambda:eu-west-1:123456789012:function:rotate", "days": 30}
PARTS = dict.fromkeys(ROTATION, ROTATION)
"""What is set a part at a time, and is checked as a whole."""


@pytest.mark.parametrize("name,path,value", list(configured()))
def test_a_setting_that_is_set_is_one_and_takes_the_value(name: str, path: str, value: object) -> None:
    assert name in setting_names()
    for step in reversed(re.findall(r"\.(\w+)|\[(\d+)\]", path)):
        value = {**PARTS.get(step[0], {}), step[0]: value} if step[0] else [value]
    try:
        Settings.model_validate({name: value})
    except ValidationError as error:
        assert not [detail for detail in error.errors() if detail["loc"]], error


@of("aws")
def test_aws_has_the_operation_and_its_options(command: Command) -> None:
    service, operation, *words = command.words[1:]
    if (service, operation) in AWS_OWN:
        return
    model = Session().get_service_model(service)
    operations = {xform_name(name, "-"): name for name in model.operation_names}
    shape = model.operation_model(operations[operation]).input_shape
    known = {f"--{xform_name(name, '-')}" for name in (shape.members if shape else {})} | {"--query"}
    assert {word for word in words if word.startswith("--")} <= known


@of("export")
def test_an_exported_variable_is_one_and_its_path_is_there(command: Command) -> None:
    name, _, value = command.words[1].partition("=")
    assert name in (ROOT / "tools" / "environment").read_text()
    if value.startswith("$PWD"):
        assert Path(value.replace("$PWD", str(ROOT))).exists()


@of("tools/run-workflow")
def test_a_workflow_has_the_job(command: Command) -> None:
    assert (ROOT / command.words[0]).exists()
    assert command.words[2] in yaml.safe_load((ROOT / command.words[1]).read_text())["jobs"]


def test_no_other_program_is_shown() -> None:
    checked = {"python", "make", "pulumi", "aws", "export", "tools/run-workflow", *covered.ELSEWHERE}
    unknown = [f"{command.place}: {command}" for command in SHOWN if command.words[0] not in checked]
    assert not unknown, "say in tests/unit/docs/covered.py what runs it"
    assert {command.words[0] for command in SHOWN} >= set(covered.ELSEWHERE)


TEXT = {page: re.sub(r"\$\([^)]*\)", "", page.read_text()) for page in PAGES if page.name != "CHANGELOG.md"}


@pytest.mark.parametrize("page", TEXT, ids=lambda page: str(page.relative_to(ROOT)))
def test_what_is_named_within_a_sentence_exists(page: Path) -> None:
    text = TEXT[page]
    settings = set(re.findall(r"\bberth:([a-z]\w+)\b(?!:)", text))
    tags = {ENVIRONMENT_TAG.removeprefix("berth:")}
    missing = [f"berth:{name}" for name in settings - tags if name not in setting_names()]
    missing += [f"make {name}" for name in re.findall(r"`make ([a-z-]+)", text) if name not in targets()]
    for name, rest in re.findall(r"(?:python -m berth|`berth) ([a-z-]+)([^`\n|]*)", text):
        if name not in COMMANDS:
            missing.append(f"berth {name}")
            continue
        known = {string for action in parser(name)._actions for string in action.option_strings} | {"--help"}
        if COMMANDS[name].arguments.__name__ != "_words_arguments":  # whose other options are the command's own
            missing += [
                f"berth {name} {option}"
                for option in re.findall(r"(?<=[\s\[])--[a-z-]+", rest.split(" #")[0])
                if option not in known
            ]
    assert not missing
