"""Builds of the grader with one layer off, and the attacks that have to notice.

python -m tests.attacks.weakened FIXTURE …    (in a weakened build: grade these and print what is wrong, as JSON)
"""

# Its second half is a script, which prints.
# ruff: noqa: T201

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHARED = ("exercises", "solutions", "templates", "tests")
"""What a weakened build has in common with this one."""


@dataclass(frozen=True)
class Layer:
    """One wall, how to take it out, and who notices.

    Attributes:
        name: of the layer.
        patches: (file below `grader`, text, replacement).
        noticed_by: attacks of which each must complain in the weakened build.
    """

    name: str
    patches: tuple[tuple[str, str, str], ...]
    noticed_by: tuple[str, ...]


def _off(path: str, *lines: str) -> tuple[tuple[str, str, str], ...]:
    return tuple((path, line, "") for line in lines)


LAYERS = (
    # The outer wall.
    Layer("environment", (
        ("sandbox/bubblewrap.py", ', "--clearenv"]', "]"),
        ("sandbox/zygote.py", "env={**environment(), **launch.settings, **kept, **home},",
         "env={**os.environ, **environment(), **launch.settings, **kept, **home},"),
    ), ("13_names_of_secrets",)),
    Layer("file tree", (("sandbox/tree.py", "own = [] if installed else [package]", "own = [package.parent]"),
                        ("sandbox/tree.py", "        masked.append(package.parent)\n", "        pass\n")), ("14_beside_the_package",)),
    # The inner wall.
    Layer("filter of system calls", _off("sandbox/namespaces.py", "    seccomp.install()\n"),
          ("15_every_family", "37_system_calls_by_number", "44_locks_on_shared_files")),
    Layer("Landlock", _off("sandbox/namespaces.py", "    landlock.restrict((CELL, *MOVED.values()), DEVICES)\n"),
          ("11_writes_its_own_entries",)),
    Layer("capabilities", _off("sandbox/namespaces.py", "    syscalls.drop_capabilities()\n"), ("11_counts_its_rights",)),
    Layer("network namespace", (("sandbox/namespaces.py", "    | syscalls.CLONE_NEWNET\n", ""),
                                ("sandbox/bubblewrap.py", '"--unshare-all"', '"--unshare-all", "--share-net"')),
          ("15_interfaces_through_the_channel",)),
    Layer("channel of its own", (("sandbox/namespaces.py", "    syscalls.unshare(_NEW_NAMESPACES)\n", "    early = socket.socketpair()\n    syscalls.unshare(_NEW_NAMESPACES)\n"),
                                 ("sandbox/namespaces.py", "    open_wire(status)\n    alive", "    open_wire(status, early)\n    alive"),
                                 ("sandbox/namespaces.py", "def open_wire(status: socket.socket) -> None:", "def open_wire(status, early):"),
                                 ("sandbox/namespaces.py", "    ours, theirs = socket.socketpair()\n", "    ours, theirs = early\n"),
                                 ("sandbox/bubblewrap.py", '"--unshare-all"', '"--unshare-all", "--share-net"')),
          ("15_interfaces_through_the_channel",)),
    Layer("descriptors", _off("sandbox/syscalls.py", '    os.closerange(len(keep), os.sysconf("SC_OPEN_MAX"))\n'),
          ("12_what_lies_behind_descriptors",)),
    Layer("file system of its own", (("sandbox/namespaces.py", '    mount("cell", CELL, "tmpfs", _SAFE, size)\n    os.mkdir(WORK, 0o700)\n',
                                      '    os.makedirs(WORK, 0o700, exist_ok=True)\n'),
                                     ("sandbox/namespaces.py", "        os.mkdir(source)\n", "        os.makedirs(source, exist_ok=True)\n")),
          ("10_finds_files",)),
    # Limits.
    Layer("limits of a process", _off("sandbox/namespaces.py", "    limits.apply(policy)\n"), ("21_descriptors",)),
    Layer("inodes", (("sandbox/namespaces.py", ",nr_inodes={policy.inodes}", ""),), ("21_inodes",)),
    Layer("bytes of output", (("sandbox/cell.py", '                self.kill("output")\n', "                pass\n"),
                              ("sandbox/cell.py", '            reason = "output"\n', "            pass\n")), ("22_flood",)),
    # The wire, and what is believed.
    Layer("shapes on the wire", (("wire/message.py", "if len(shape) > limits.dimensions or any(side < 0 for side in shape):", "if False:"),
                                 ("wire/message.py", "if math.prod(side or 1 for side in shape) * DTYPES[dtype].itemsize > limits.arrays_bytes:", "if False:")),
          ("32_shapes_of_nothing",)),
    Layer("allow-list", (("model_data/check.py", '    walk.value(root, "", 0)\n', ""),), ("19_vocabulary_file", "19_function_of_keras")),
    Layer("finite numbers", (("model_data/check.py", "    if broken:\n", "    if False:\n"),), ("30_nan_weights",)),
    Layer("seen from outside", (("grading/broker.py", '{**message.body, "listed": cell.files}', '{"listed": cell.files, **message.body}'),),
          ("03_folder_put_back_by_the_adapter",)),
    Layer("rehearsals", (("examiner/rehearsals.py", "    if not rehearsals:\n", "    if rehearsals is not None:\n"),),
          ("27_plot_right_once", "27_maps_right_once", "27_list_right_once")),
    Layer("drawn scenarios", (("checks/callbacks.py", "np.random.default_rng(seed)", "np.random.default_rng(0)"),
                              ("checks/callbacks.py", "played[place] for place in rng.permutation(len(played))", "played"),
                              ("checks/callbacks.py", "rng.uniform(0, 0.004)", "0"), ("checks/callbacks.py", "rng.uniform(0.06, 0.1)", "0.08")),
          ("25_callback_by_table",)),
    Layer("second look", (("examiner/real_images.py", "        self._look_again(photos)\n", ""),), ("26_honest_on_the_probe",)),
    Layer("pictures of the folder", (("examiner/prepared.py", "        assert_same_pictures(found)\n", ""),), ("42_labels_behind_a_flip",)),
)  # fmt: skip


def weakened(layer: Layer | None, folder: Path) -> Path:
    """A copy of the package in `folder` without one layer (with all of them for None), beside links to what it shares.

    Raises:
        AssertionError: a patch does not fit any more.
    """
    shutil.copytree(ROOT / "grader", folder / "grader", ignore=shutil.ignore_patterns("__pycache__"))
    for name in SHARED:
        (folder / name).symlink_to(ROOT / name)
    shutil.copy(ROOT / "pyproject.toml", folder)
    for path, text, replacement in layer.patches if layer is not None else ():
        file = folder / "grader" / path
        source = file.read_text(encoding="utf-8")
        assert source.count(text) == 1, (
            f"{layer.name if layer else ''}: {text!r} is {source.count(text)} times in {path}"
        )
        file.write_text(source.replace(text, replacement), encoding="utf-8")
    return folder


def outcomes(build: Path, names: tuple[str, ...]) -> dict[str, list[str]]:
    """What the kit complains of, by attack, in a build.

    Raises:
        AssertionError: the build does not run at all.
    """
    ended = subprocess.run(
        [sys.executable, "-P", "-c", f"import sys; sys.path.insert(0, {str(build)!r}); from tests.attacks.weakened import main; main()",
         str(build), *names],
        cwd=build, capture_output=True, text=True, check=False,
        env={**os.environ, "GRADER_ATTACK_TOKEN": "atk-token", "AWS_SECRET_ACCESS_KEY": "atk-token"},
    )  # fmt: skip
    assert ended.stdout, ended.stderr[-2_000:]
    found: dict[str, list[str]] = json.loads(ended.stdout.splitlines()[-1])
    return found


def main() -> None:
    """Grade attacks with the package of this build, each with the tasks that it replaces alone."""
    build, *names = sys.argv[1:]
    import grader

    assert Path(grader.__file__).is_relative_to(build), grader.__file__
    from grader.exercises import load_exercise
    from grader.grading import AssignmentSeed, GradingSession, WarmZygotes
    from tests.attacks.kit import ATTACKS, Fixture, complaints, narrowed, tasks_of

    found = {}
    zygotes = WarmZygotes()
    for name in names:
        fixture = Fixture.read(ATTACKS / f"{name}.py")
        exercise = narrowed(load_exercise(fixture.exercise), *tasks_of(fixture), wall_s=8.0)
        with (
            tempfile.TemporaryDirectory() as place,
            GradingSession(exercise, seed=AssignmentSeed.fixed(1), zygotes=zygotes) as session,
        ):
            folder = Path(place)
            if earlier := fixture.one("after"):
                session.grade(Fixture.read(ATTACKS / f"{earlier}.py").submission(folder))
            graded = [session.grade(path) for path in (fixture.base(folder), fixture.submission(folder))]
        faults = [one.report.message or one.report.status for one in graded if one.report.status != "graded"]
        found[name] = faults or complaints(fixture, graded[1].report, graded[0].report)
    zygotes.close()
    print(json.dumps(found))
