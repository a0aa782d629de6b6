"""A zip from a hostile hand: each bad entry is reported, the good ones are graded, and nothing outside is touched."""

from __future__ import annotations

import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.batch import BatchOutcome, Choices
from grader.batch.archive import ZipSource
from grader.batch.collect import STORE, collect
from grader.batch.names import safe_name
from grader.errors import UnusableSubmission, UsageError
from tests.batch.downloads import CANVAS, entry, zipped

Grade = Callable[..., BatchOutcome]


@pytest.fixture
def problems(tmp_path: Path) -> Callable[[Path], dict[str, str]]:
    """Problem by file of a zip's submissions, each file being its own."""

    def found(path: Path) -> dict[str, str]:
        collection = collect(path, store=tmp_path / "store", choices=Choices(layout="flat"))
        fetched = {}
        for one in collection.candidates:
            if not one.problem:
                collection.source.fetch(one.report)
                assert one.path.is_relative_to(tmp_path / "store")
                assert one.path.is_file()
            fetched[one.file] = one.problem
        collection.source.close()
        return fetched

    return found


def outside(tmp_path: Path, *ours: Path) -> list[Path]:
    """What lies in the test's folder and is neither the zip nor the store."""
    return [path for path in tmp_path.rglob("*") if not any(path.is_relative_to(one) for one in ours)]


def test_zip_of_canvas_is_graded_in_place(grade: Grade, tmp_path: Path) -> None:
    outcome = grade(zipped(tmp_path / "submissions.zip", CANVAS))
    assert {row.student: (row.status, row.score, row.late) for row in outcome.rows} == {
        "doejane": ("graded", 10.0, False),
        "roejohn": ("graded", 5.0, True),
        "smithann": ("unusable", 0.0, False),
    }
    assert (outcome.layout, outcome.exit_code) == ("canvas", 2)
    store = tmp_path / "out" / STORE
    assert stat.S_IMODE(store.stat().st_mode) == 0o700
    assert {path.name for path in store.rglob("*.ipynb")} == {
        "doejane_123456_7890123_week1.ipynb",
        "roejohn_LATE_123457_7890200_week1-2.ipynb",
    }
    assert {path.name for path in tmp_path.iterdir()} == {"log", "out", "submissions.zip"}


def test_second_run_over_a_zip_takes_over_what_is_done(grade: Grade, engine, tmp_path: Path) -> None:
    place = zipped(tmp_path / "submissions.zip", CANVAS)
    grade(place)
    laid = {path: path.stat().st_mtime_ns for path in (tmp_path / "out" / STORE).rglob("*.ipynb")}
    engine.log.unlink()
    outcome = grade(place)
    assert all(row.resumed for row in outcome.rows if row.status == "graded")
    assert engine.noted() == []
    assert {path: path.stat().st_mtime_ns for path in laid} == laid


def test_entry_that_changed_is_laid_and_graded_anew(grade: Grade, engine, tmp_path: Path) -> None:
    """The same size, so that only the bytes tell."""
    grade(zipped(tmp_path / "one.zip", {"alice/w.py": "pass", "bob/w.py": "pass"}))
    outcome = grade(zipped(tmp_path / "two.zip", {"alice/w.py": "half", "bob/w.py": "pass"}))
    assert [(row.score, row.resumed) for row in outcome.rows] == [(5.0, False), (10.0, True)]


@pytest.mark.parametrize(
    "name",
    [
        "../evil.py",
        "a/../../evil.py",
        "/tmp/evil.py",
        "//evil.py",
        "C:evil.py",
        "..\\evil.py",
        "a/b\\..\\evil.py",
        "a\0.py",
    ],
)
def test_name_that_leads_out_is_reported_and_the_rest_is_read(problems, tmp_path, name) -> None:
    path = zipped(tmp_path / "x.zip", {name: "evil", "good.py": "pass"})
    found = problems(path)
    assert found.pop("good.py") == ""
    assert list(found.values()) == ["would leave the folder, so it is not unpacked."]
    assert outside(tmp_path, path, tmp_path / "store") == []
    assert not Path("/tmp/evil.py").exists()


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK])
def test_link_or_device_is_reported(problems, tmp_path, kind) -> None:
    path = zipped(tmp_path / "x.zip", {"a.py": "/etc/passwd"}, kind)
    zipped(path, {"good.py": "pass"})
    assert problems(path) == {"a.py": "is a link or a device, so it is not unpacked.", "good.py": ""}


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_repeated_and_colliding_names_are_reported(problems, tmp_path) -> None:
    path = zipped(tmp_path / "x.zip", {"a.py": "1", "B.py": "1", "b.py": "2", "caf\u00e9.py": "", "cafe\u0301.py": ""})
    zipped(path, {"a.py": "2", "good.py": "pass"})
    found = problems(path)
    assert found.pop("good.py") == ""
    assert found.pop("a.py") == "lies 2 times in the archive under this name; download the archive again."
    assert set(found) == {"B.py", "b.py", "caf\u00e9.py", "cafe\u0301.py"}
    assert all("in capitals or accents' form alone" in problem for problem in found.values())


def test_nested_zip_is_not_opened(problems, tmp_path) -> None:
    inner = zipped(tmp_path / "inner.zip", {"w.py": "pass"})
    path = zipped(tmp_path / "x.zip", {"alice.zip": inner.read_bytes()})
    assert problems(path) == {"alice.zip": "is a .zip file; hand in the notebook (.ipynb) or a Python file (.py)."}


def test_encrypted_entry_is_reported(problems, tmp_path) -> None:
    path = zipped(tmp_path / "x.zip", {"a.py": "secret", "good.py": "pass"})
    data = bytearray(path.read_bytes())
    for signature, flags in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        data[data.index(signature) + flags] |= 1
    path.write_bytes(data)
    assert problems(path) == {"a.py": "is encrypted, so it is not unpacked.", "good.py": ""}


def test_entry_that_grows_or_is_too_large_is_reported(problems, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("grader.batch.archive.RATIO", 50)
    monkeypatch.setattr("grader.batch.archive.LARGEST", 100)
    path = zipped(tmp_path / "x.zip", {"a.py": "0" * (2 << 20), "b.py": "0" * 101, "good.py": "0" * 100})
    found = problems(path)
    assert found.pop("a.py").startswith("would grow from ")
    assert found == {"b.py": "is too large: 101 bytes, at most 100 are read.", "good.py": ""}


def lying(path: Path, announced: int) -> Path:
    """The first entry of a zip says that it has another size."""
    data = bytearray(path.read_bytes())
    struct.pack_into("<L", data, data.index(b"PK\3\4") + 22, announced)
    struct.pack_into("<L", data, data.index(b"PK\1\2") + 24, announced)
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("announced", [10, 100_000])
def test_entry_that_lies_about_its_size_is_unusable_and_leaves_nothing(tmp_path, announced) -> None:
    path = lying(zipped(tmp_path / "x.zip", {"a.py": "0" * 50_000}), announced)
    found = collect(path, store=tmp_path / "store")
    [one] = found.candidates
    if announced < 50_000:
        with pytest.raises(UnusableSubmission, match="Download the archive again"):
            found.source.fetch(one.report)
        left = []
    else:
        found.source.fetch(one.report)
        left = [50_000]
    assert [file.stat().st_size for file in (tmp_path / "store").rglob("*.*") if file.is_file()] == left


def test_damaged_entry_is_unusable_and_the_rest_is_graded(grade: Grade, tmp_path) -> None:
    path = zipped(tmp_path / "x.zip", {"alice/w.py": "pass" * 1000, "bob/w.py": "pass"})
    data = bytearray(path.read_bytes())
    start = 30 + len("alice/w.py")
    data[start : start + 4] = b"\xff\xff\xff\xff"
    path.write_bytes(data)
    outcome = grade(path)
    assert {row.file: row.status for row in outcome.rows} == {"alice/w.py": "unusable", "bob/w.py": "graded"}
    assert "cannot be unpacked from x.zip" in outcome.rows[0].message


def test_all_entries_together_are_bounded(grade: Grade, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("grader.batch.archive.TOTAL_BYTES", 6)
    outcome = grade(zipped(tmp_path / "x.zip", {"alice/w.py": "pass", "bob/w.py": "pass"}))
    assert [row.status for row in outcome.rows] == ["graded", "unusable"]
    assert "the files hold more than" in outcome.rows[1].message


def test_zip_without_an_end_is_refused_in_one_line(tmp_path) -> None:
    path = zipped(tmp_path / "x.zip", {"a.py": "pass" * 1000})
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(UsageError, match=r"x.zip: this is no zip that can be opened .* Download it again"):
        collect(path, store=tmp_path / "store")


def test_too_many_entries_are_refused_before_they_are_listed(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("grader.batch.archive.ENTRIES", 20)
    path = zipped(tmp_path / "x.zip", {f"{number}.py": "" for number in range(21)})
    with pytest.raises(UsageError, match="more than 20 files"):
        collect(path, store=tmp_path / "store")
    many = zipped(tmp_path / "many.zip", {f"{number}.py": "" for number in range(200)})
    monkeypatch.setattr(zipfile, "ZipFile", None)
    with pytest.raises(UsageError, match="more than 20 files"):
        collect(many, store=tmp_path / "store")


def test_name_in_utf8_that_does_not_say_so_is_read_right(problems, tmp_path) -> None:
    path = zipped(tmp_path / "x.zip", {"José.py": "pass", "Ünal.py": "pass"})
    data = bytearray(path.read_bytes())
    for signature, flags in ((b"PK\3\4", 7), (b"PK\1\2", 9)):
        start = 0
        while (start := data.find(signature, start)) >= 0:
            data[start + flags] &= ~0x08
            start += 1
    path.write_bytes(data)
    assert set(problems(path)) == {"José.py", "Ünal.py"}


def test_name_that_no_file_system_takes_is_graded(grade: Grade, tmp_path) -> None:
    """A platform keeps longer names than a disk does."""
    outcome = grade(zipped(tmp_path / "x.zip", {"alice/" + "ü" * 300 + ".py": "pass", "bob/a\tb?.py": "pass"}))
    assert [row.status for row in outcome.rows] == ["graded", "graded"]


def test_store_that_is_a_link_is_not_followed(grade: Grade, tmp_path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / STORE).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError, match="is a link; remove it"):
        grade(zipped(tmp_path / "x.zip", {"alice/w.py": "pass"}))
    assert list((tmp_path / "elsewhere").iterdir()) == []


names = st.lists(
    st.one_of(
        st.sampled_from(["..", ".", "a", "A", "out", "\\", "C:", "", "con", "submission_1", "x_12345_67890_w"]),
        st.text(st.characters(blacklist_categories=["Cs"]), max_size=8),
    ),
    min_size=1,
    max_size=5,
).map("/".join)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=st.lists(st.tuples(names, st.sampled_from([".py", ".ipynb", ".pdf", ".png", "", "/"])), max_size=8))
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_whatever_entries_are_called_nothing_outside_is_written_and_none_is_lost(files, tmp_path_factory) -> None:
    home = tmp_path_factory.mktemp("hostile")
    path, store = home / "x.zip", home / "store"
    with zipfile.ZipFile(path, "w") as archive:
        for stem, suffix in files:
            archive.writestr(entry(stem + suffix), "pass")
    try:
        found = collect(path, store=store, choices=Choices(layout="flat"))
    except UsageError:
        return
    for one in found.candidates:
        if not one.problem:
            found.source.fetch(one.report)
            assert one.path.read_text() == "pass"
    source = found.source
    assert isinstance(source, ZipSource)
    assert outside(home, path, store) == []
    assert not any(one.is_symlink() for one in store.rglob("*"))
    reports = [one.report.casefold() for one in found.candidates]
    assert len(set(reports)) == len(reports)
    found.source.close()


@given(st.text(max_size=300))
def test_safe_name_is_one_part_of_a_path_on_every_system(name) -> None:
    safe = safe_name(name)
    assert safe == Path(safe).name
    assert len(safe.encode()) <= 255
    assert not safe.startswith(".")
    assert safe.isprintable()
    assert not set(safe) & set('/\\:*?"<>|\0')
