"""`grader data`: what its commands print, write and return."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from grader.cli.main import app
from grader.data import dataset_names, sources
from grader.data.sources import Part

Invoke = Callable[..., Result]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh cache, the current folder a fresh one, and small sets."""
    monkeypatch.setenv("GRADER_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("COLUMNS", "200")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    small = {
        name: replace(one, parts=tuple(Part(part.name, 2) for part in one.parts))
        for name, one in sources._SOURCES.items()
    }
    monkeypatch.setattr(sources, "_SOURCES", small)
    return (tmp_path / "cache").resolve()


@pytest.fixture
def invoke() -> Invoke:
    """Run `grader data` with these arguments."""
    return lambda *args: CliRunner().invoke(app, ["data", *args], catch_exceptions=False)


def picture(number: int) -> bytes:
    stream = BytesIO()
    Image.fromarray(np.full((20, 30, 3), number, np.uint8)).save(stream, "JPEG")
    return stream.getvalue()


@pytest.fixture
def pets_zip(tmp_path: Path) -> Path:
    """Three cats, two dogs, an empty file and a stray one."""
    path = tmp_path / "pets.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, number in {"Cat/0": 1, "Cat/1": 20, "Cat/2": 40, "Dog/0": 60, "Dog/1": 80}.items():
            archive.writestr(f"PetImages/{name}.jpg", picture(number))
        archive.writestr("PetImages/Dog/2.jpg", b"")
        archive.writestr("license.txt", b"free")
    return path


def test_build_draws_what_is_named_and_says_where(invoke, cache):
    """One line for each set."""
    result = invoke("build", "letters")
    name, folder = result.stdout.strip().split(": ")

    assert (result.exit_code, name) == (0, "letters")
    assert Path(folder).is_relative_to(cache)
    assert sorted(path.name for path in Path(folder).iterdir()) == ["train", "validation"]


def test_build_draws_all_by_default(invoke):
    """Without a name every generated set is drawn; as JSON for scripts."""
    built = json.loads(invoke("build", "--json").stdout)

    assert [one["name"] for one in built] == list(dataset_names())
    assert all(Path(one["folder"]).is_dir() for one in built)


def test_build_refuses_a_misspelt_name_before_drawing(invoke, cache):
    """Exit code 2 with the names there are; nothing is drawn."""
    result = invoke("build", "letters", "pet")

    assert result.exit_code == 2
    assert result.stderr.startswith("grader: There is no data set `pet`. Data sets: ")
    assert not (cache / "public").exists()


def test_list_tells_what_is_cached(invoke, pets_zip):
    """Generated and imported sets, their classes and counts, and where they lie."""
    invoke("build", "letters")
    invoke("import", "cats-vs-dogs", str(pets_zip))
    sets = {one["name"]: one for one in json.loads(invoke("list", "--json").stdout)}
    table = invoke("list")

    assert set(sets) == {*dataset_names(), "imported/cats-vs-dogs"}
    assert (sets["letters"]["cached"], sets["pets"]["cached"]) == (True, False)
    assert sets["letters"]["images"] == {"train": 48, "validation": 48}
    assert sets["pets"]["folder"] is None
    assert sets["imported/cats-vs-dogs"]["classes"] == ["Cat", "Dog"]
    assert sets["imported/cats-vs-dogs"]["kind"] == "imported"
    assert table.exit_code == 0
    assert "not drawn yet: grader data build pets" in table.stdout
    assert "A, B, ... Y (24)" in table.stdout


def test_list_draws_nothing(invoke, cache):
    """A look at the list costs no minute."""
    assert invoke("list").exit_code == 0
    assert not (cache / "public").exists()


@pytest.mark.parametrize(("name", "size"), [("letters", (24 * 36 + 4, 2 * 36 + 4)), ("pets", (4 * 116 + 4, 120))])
def test_show_writes_a_sheet(invoke, name, size):
    """A PNG here or where one says, with the classes side by side."""
    result = invoke("show", name)
    told = json.loads(invoke("show", name, "--out", "mine.png", "--json").stdout)

    assert result.stdout == f"{name}-sheet.png\n"
    assert told == {"name": name, "file": str(Path("mine.png").absolute())}
    assert Path("mine.png").read_bytes() == Path(f"{name}-sheet.png").read_bytes()
    with Image.open("mine.png") as sheet:
        assert sheet.format == "PNG"
        assert sheet.height > 30
        if name == "letters":
            assert sheet.size == size


def test_show_names_a_place_that_cannot_be_written(invoke):
    """Exit code 2, since another --out mends it."""
    result = invoke("show", "letters", "--out", "nowhere/sheet.png")

    assert result.exit_code == 2
    assert result.stderr == "grader: nowhere/sheet.png cannot be written: No such file or directory.\n"


def test_import_prints_a_summary_and_the_line_for_the_overlay(invoke, cache, pets_zip):
    """What was taken over, what was not and why, where it is, how an exercise uses it."""
    result = invoke("import", "cats-vs-dogs", str(pets_zip))

    assert result.exit_code == 0
    assert result.stdout == (
        "cats-vs-dogs: 5 images of 2 classes.\n"
        "  Cat 3, Dog 2\n"
        "Left out: 1 empty, 1 outside the class folders.\n"
        "  pets.zip/PetImages/Dog/2.jpg: empty\n"
        "  pets.zip/license.txt: outside the class folders\n"
        f"Folder: {cache}/imported/cats-vs-dogs\n"
        "To grade with it, write this into an overlay file and name the file with --params:\n"
        '  data = "imported/cats-vs-dogs"\n'
        "Its images are public: those set aside for scoring are kept from the training, but are no secret.\n"
    )
    assert invoke("show", "imported/cats-vs-dogs").stdout == "cats-vs-dogs-sheet.png\n"


def test_import_as_json_lists_all(invoke, cache, pets_zip):
    """The same for scripts, every file that was left out by name."""
    told = json.loads(invoke("import", "cats-vs-dogs", str(pets_zip), "--json").stdout)

    assert told == {
        "name": "imported/cats-vs-dogs",
        "folder": f"{cache}/imported/cats-vs-dogs",
        "images": {"": {"Cat": 3, "Dog": 2}},
        "left_out": [
            {"path": "pets.zip/PetImages/Dog/2.jpg", "reason": "empty"},
            {"path": "pets.zip/license.txt", "reason": "outside the class folders"},
        ],
        "advice": [],
    }


def test_import_into_a_folder_of_ones_own(invoke, pets_zip):
    """For notebooks; exercises look in the cache only, which is said."""
    result = invoke("import", "cats-vs-dogs", str(pets_zip), "--out", "PetImages")

    assert result.exit_code == 0
    assert sorted(path.name for path in Path("PetImages").iterdir()) == ["Cat", "Dog", "manifest.json"]
    assert "import it without --out to grade with it" in result.stdout
    assert invoke("import", "cats-vs-dogs", str(pets_zip), "--out", "PetImages").exit_code == 2


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("mnist", "x.zip"), "grader: `mnist` is no data set that can be imported. These are: cats-vs-dogs, "),
        (("cats-vs-dogs", "x.zip"), "grader: x.zip: there is no such file or folder.\n"),
        (("cats-vs-dogs",), "Usage: "),
    ],
)
def test_import_of_something_else_is_refused(invoke, args, message):
    """One line and exit code 2."""
    result = invoke("import", *args)

    assert result.exit_code == 2
    assert result.stderr.startswith(message)


def test_names_in_archives_cannot_write_on_the_terminal(invoke, tmp_path):
    """Escape sequences in file names are shown harmless."""
    path = tmp_path / "odd.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("Cat/0.jpg", picture(1))
        archive.writestr("Dog/0.jpg", picture(90))
        archive.writestr("\x1b[31mred.txt", b"red")
    result = invoke("import", "cats-vs-dogs", str(path))

    assert result.exit_code == 0
    assert "red.txt: outside the class folders" in result.stdout
    assert "\x1b" not in result.stdout


def test_cache_that_cannot_be_written_is_a_fault(invoke, monkeypatch, tmp_path, pets_zip):
    """Exit code 3: not the user's files are at fault."""
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("GRADER_CACHE", str(tmp_path / "file"))
    result = invoke("import", "cats-vs-dogs", str(pets_zip))

    assert result.exit_code == 3
    assert "Set GRADER_CACHE to a folder that you may write to." in result.stderr
