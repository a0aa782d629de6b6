"""What the doctor says, and the advice that goes with failures."""

from __future__ import annotations

import pytest

from grader.paths import exercises_dir, solutions_dir
from grader.results import Isolation
from grader.sandbox import advice, examine
from grader.sandbox.attempts import ATTEMPTS
from grader.sandbox.selftest import attack


def test_this_machine_can_isolate() -> None:
    """Every required finding is fine here: without that, no other test of this folder means anything."""
    findings = examine()
    assert [finding for finding in findings if finding.required and not finding.ok] == []
    assert [finding.name for finding in findings] == [
        "bubblewrap",
        "user namespaces",
        "seccomp",
        "landlock",
        "interpreter",
        "cell",
        "cgroup",
        "memory",
        "cores",
    ]
    assert all(bool(finding.mend) != finding.ok for finding in findings if finding.required)


def test_missing_bubblewrap_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each finding that needs it says how to get it, the others are still examined."""
    monkeypatch.setattr("shutil.which", lambda *_, **__: None)
    findings = {finding.name: finding for finding in examine()}
    for name in ("bubblewrap", "user namespaces", "cell"):
        assert not findings[name].ok
        assert "sudo apt-get install bubblewrap" in findings[name].mend
    assert findings["seccomp"].ok


@pytest.mark.parametrize(
    ("container", "setting", "said", "cause", "mend"),
    [
        (
            False,
            "kernel.apparmor_restrict_unprivileged_userns=0",
            "bwrap: setting up uid map: Permission denied",
            "user namespaces are switched off (bwrap: setting up uid map: Permission denied).",
            "`sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0`.",
        ),
        (
            True,
            None,
            "bwrap: No permissions to creating new namespace",
            "the container forbids user namespaces (bwrap: No permissions to creating new namespace).",
            f"{advice.IN_CONTAINER}.",
        ),
        (
            True,
            None,
            "PermissionError: [Errno 1] mount proc on /proc: Operation not permitted",
            "the container hides parts of /proc (PermissionError: [Errno 1] mount proc on /proc: Operation not permitted).",
            f"{advice.IN_CONTAINER}.",
        ),
        (
            False,
            None,
            "",
            "the sandbox could not be set up (it said nothing.).",
            "`grader doctor` tries each part by itself.",
        ),
    ],
)
def test_advice_names_cause_and_command(
    monkeypatch: pytest.MonkeyPatch, container: bool, setting: str | None, said: str, cause: str, mend: str
) -> None:
    """The usual causes lead to the usual commands."""
    monkeypatch.setattr(advice, "in_container", lambda: container)
    monkeypatch.setattr(advice, "switched_off", lambda: setting)
    assert advice.explain(said) == advice.Advice(cause, mend)


@pytest.mark.parametrize("isolation", ["namespaces", "cold"])
def test_the_isolation_of_this_machine_holds(isolation: Isolation) -> None:
    """Every attack is stopped, every allowed twin works, in either mode."""
    found = attack(isolation, [exercises_dir(), solutions_dir()])
    assert [one for one in found if not one.ok] == []
    assert len(found) == len(ATTEMPTS) + 7


def test_without_isolation_the_attacks_get_through() -> None:
    """The twin: where nothing stops them, each attack says what it reached."""
    found = {one.name: one for one in attack("unsafe", [exercises_dir()])}
    through = {"files of the machine", "writing outside", "environment", "other processes", "network", "kernel", "own programs",
               "locks on shared files", "disk"}  # fmt: skip
    assert {name for name in through if found[name].ok} == set()
    assert str(exercises_dir()) in found["files of the machine"].detail
    assert found["honest work"].ok
