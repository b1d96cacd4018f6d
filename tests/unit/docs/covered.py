"""Which test runs a command that the documentation shows: those that take long, or need Docker or AWS's emulator.

A test is ``FILE::FUNCTION``; a file alone is one that runs the command outside of pytest.
"""

from __future__ import annotations

IMPORTED = "tests/engine/test_import.py::test_a_service_comes_in_rolls_in_place_and_leaves_again"
SHOP = "tests/e2e/test_shop.py::test_the_readmes_commands"
REHEARSED = {
    "dev": "tests/e2e/test_rehearse_dev.py::test_dev_rehearses",
    "prod": "tests/e2e/test_rehearse_prod.py::test_prod_rehearses",
}
RUN = "run here, as it takes a second"

BERTH = {
    ("up", "local"): SHOP,
    ("preview", "local"): SHOP,
    ("run", "local"): SHOP,
    ("down", "local"): SHOP,
    # A rehearsal is `pulumi up` and `destroy` of the stack's own settings, by the real engine and provider.
    **{(command, stack): test for stack, test in REHEARSED.items() for command in ("up", "down", "rehearse")},
    ("status", "local"): "tests/unit/berth/test_status.py::test_one_that_runs_once_on_this_machine",
}
"""A command and its stack."""

_HERE, _ON_AWS = "tests/e2e/test_examples.py", "tests/engine/test_examples.py"
_DEPLOYED = f"{_ON_AWS}::test_two_applications_on_one_cluster_and_others_beside_them"
_PREVIEWED = f"{_ON_AWS}::test_the_provider_takes_the_others_as_they_are_planned"
EXAMPLES = {
    "hello": f"{_HERE}::test_hello",
    "celery": f"{_HERE}::test_a_job_that_came_by_http_is_done_by_the_celery_worker",
    "grpc": f"{_HERE}::test_the_gateway_answers_with_the_grpc_servers_words",
    "schedule": f"{_HERE}::test_the_scheduled_job_runs_when_it_is_told_to",
    **dict.fromkeys(("blog", "wiki"), f"{_HERE}::test_one_of_two_applications_goes_and_the_other_stays"),
    **dict.fromkeys(("blog-dev", "wiki-dev", "hello-dev", "schedule-dev"), _DEPLOYED),
    **dict.fromkeys(("celery-dev", "celery-prod"), _PREVIEWED),
}
"""A stack of an example: whatever the command, the test has the stack up, or previews it."""

BERTH_ON_ANY = {
    "check": RUN,
    "cost": RUN,
    "parity": RUN,
    "preview": "tests/unit/berth/report/test_run.py::test_a_preview_prints_its_report_and_writes_what_is_asked_for",
    "plan-report": "tests/unit/berth/report/test_run.py::test_a_log_is_reported_by_itself",
    "draft": IMPORTED,
    "import": IMPORTED,
    "eject": IMPORTED,
    "drift": "tests/unit/berth/test_drift.py::test_the_exit_code_says_whether_there_is_drift",
    "status": "tests/unit/berth/test_status.py::test_the_exit_code_says_whether_all_is_as_asked_for",
    "logs": "tests/unit/berth/test_logs.py::test_services_can_be_picked",
    "run": "tests/unit/berth/run/test_on_ecs.py::test_the_exit_code_is_the_commands_and_nothing_is_left",
    "exec": "tests/unit/berth/run/test_commands.py::test_exec_hands_the_session_to_the_plugin",
    "scan": ".ci/run",
    "changed": "tests/unit/berth/changed/test_changed.py::test_the_command_prints_a_matrix",
    "comment": "tests/unit/berth/github/test_comment.py::test_there_is_one_comment_however_often_it_is_written",
    "sweep": "tests/unit/berth/test_environments.py::test_one_failure_stops_no_other",
    "up": "tests/engine/test_shared.py::test_pull_requests_have_environments_on_another_stack",
    "down": "tests/unit/berth/test_environments.py::test_down_leaves_nothing_of_an_environment",
}
"""A command where the stack makes no difference, or AWS would be needed."""

MAKE = {
    "test": ".ci/run",
    "workflows": ".ci/run",
    "bootstrap": "tests/unit/bootstrap/test_account.py::test_previews_and_drift_look_and_environments_deploy",
}
"""Targets that run no command of Berth's; .ci/run has the README's first commands from ``.ci/readme``."""

ELSEWHERE = {
    "cp": "the system's own program",
    "docker": "Docker's own program",
    "curl": "what a task says to the ECS agent, and a reader to an example",
    "gh": "GitHub's own program",
    "pip": "Python's own program; tests/unit/test_package.py builds and installs what it would",
}
"""Programs that are no part of Berth, and of which nothing is checked."""
