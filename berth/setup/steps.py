"""Steps that may take long: how far each is, a line when it is finished, and a log of all that its commands print."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from berth.diagnostics import Diagnostic, ToolError
from berth.setup.explain import explain

TAIL = 60
"""Characters of a command's last line that are shown while it runs."""


class CommandFailed(Exception):
    """A command ended with another code than 0, or took too long. ``output`` is what it printed."""

    def __init__(self, command: str, output: str, timeout: bool = False) -> None:
        super().__init__(command)
        self.command = command
        self.output = output
        self.timeout = timeout

    def __str__(self) -> str:
        if self.timeout:
            return f"{self.command} took too long"
        reason = explain(self.output)
        if reason:
            return f"{self.command}: {reason.message}"
        last = self.output.strip().splitlines()[-1:]
        return f"{self.command} failed: {last[0].strip()}" if last else f"{self.command} failed"


class Steps:
    """``everything`` also prints the lines of what was there already."""

    def __init__(self, log: Path, console: Console | None = None, *, everything: bool = False) -> None:
        log.parent.mkdir(parents=True, exist_ok=True)
        self.console = console or Console(stderr=True, highlight=False)
        self.everything = everything
        self.path = log
        tail = TextColumn("{task.fields[tail]}")
        columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), tail)
        self.progress = Progress(*columns, console=self.console, transient=True, disable=not self.console.is_terminal)
        self.running: set[subprocess.Popen[str]] = set()
        self._log = log.open("a", encoding="utf-8", errors="replace")
        self.log(f"== {time.strftime('%Y-%m-%d %H:%M:%S')}")

    def log(self, line: str) -> None:
        self._log.write(f"{line.rstrip()}\n")
        self._log.flush()

    def found(self, name: str, text: str) -> None:
        """What was there already."""
        self.log(f"{name}: {text}")
        if self.everything:
            self._line("[green]ok[/]", name, text)

    def say(self, name: str, text: str) -> None:
        """What a user should know, whether anything was done or not."""
        self.log(f"{name}: {text}")
        self._line("[yellow]--[/]", name, text)

    @contextmanager
    def step(self, name: str, about: str = "") -> Generator[Step]:
        """A step in work; ``about`` is how long it takes. Its line appears when it is finished.

        Raises:
            ToolError: a command of it failed and nobody caught that.
        """
        step = Step(self, name)
        self.log(f"-- {name}")
        if not self.console.is_terminal:
            self._line("..", name, about)
        self.progress.start()
        step.task = self.progress.add_task(f"{name} ({about})" if about else name, total=None, tail="")
        try:
            yield step
        except CommandFailed as failed:
            raise self.error(name, failed) from failed
        finally:
            self.progress.remove_task(step.task)
            if not self.progress.tasks:
                self.progress.stop()
        self._line("[green]ok[/]", name, f"{step.result}  {time.monotonic() - step.started:.0f} s")

    def abort(self) -> None:
        """End the commands of all steps, those in other threads too."""
        for process in list(self.running):
            _kill(process)

    def error(self, name: str, failed: CommandFailed) -> ToolError:
        reason = explain(failed.output)
        advice = reason.advice if reason else "Run this again; it goes on where it stopped."
        return ToolError(Diagnostic(message=f"{name}: {failed}", advice=f"{advice} All it printed: {self.path}"))

    def _line(self, mark: str, name: str, text: str) -> None:
        self.console.print(f"{mark} {escape(name):<16} {escape(text)}", soft_wrap=True)


class Step:
    def __init__(self, steps: Steps, name: str) -> None:
        self.steps = steps
        self.name = name
        self.result = ""
        self.started = time.monotonic()
        self.task: TaskID | None = None

    def done(self, result: str) -> None:
        """What the step's line says."""
        self.result = result
        self.steps.log(f"{self.name}: {result}")

    def show(self, line: str) -> None:
        """How far it is."""
        self.steps.log(line)
        if self.task is not None:
            self.steps.progress.update(self.task, tail=escape(line.strip()[:TAIL]))

    def run(
        self,
        *command: str | Path,
        cwd: Path | None = None,
        environment: Mapping[str, str] | None = None,
        timeout: float = 3600,
    ) -> str:
        """Run a command, with what it prints in the log and its last line in sight; all that it printed.

        Raises:
            CommandFailed: it failed, is missing, or took longer than ``timeout`` seconds.
        """
        words = [str(word) for word in command]
        self.steps.log(f"$ {' '.join(words)}")
        # A command that outlives a killed setup would meet the next one's in the same files.
        tied = [tie, "--pdeathsig", "TERM"] if (tie := shutil.which("setpriv")) else []
        try:
            process = subprocess.Popen(
                [*tied, *words],
                cwd=cwd,
                env=None if environment is None else dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                start_new_session=True,
            )
        except OSError as error:
            raise CommandFailed(Path(words[0]).name, str(error)) from error
        late = threading.Event()
        timer = threading.Timer(timeout, lambda: (late.set(), _kill(process)))
        timer.start()
        self.steps.running.add(process)
        lines: list[str] = []
        try:
            assert process.stdout is not None
            for line in process.stdout:
                lines.append(line)
                self.show(line)
            process.wait()
        except BaseException:  # Ctrl-C among them: the command would go on in its own session
            _kill(process)
            raise
        finally:
            timer.cancel()
            self.steps.running.discard(process)
        output = "".join(lines)
        if process.returncode != 0:
            raise CommandFailed(_short(words), output, timeout=late.is_set())
        return output


def _kill(process: subprocess.Popen[str]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)


def _short(words: Sequence[str]) -> str:
    """The command without paths and options: ``pip install``; of a script its last line."""
    program = Path(words[0]).name
    if program in ("bash", "sh"):
        return words[2].strip().splitlines()[-1]
    plain = [Path(word).name for word in words if not word.startswith("-")]
    return " ".join(plain[1:3] if "-m" in words else plain[:1] if "-c" in words else plain[:2])
