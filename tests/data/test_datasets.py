"""Tests of the public folder and the hidden images."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from grader.data import cache as cache_module
from grader.data import datasets, sources
from grader.data.datasets import (
    dataset_classes,
    dataset_digest,
    dataset_names,
    dataset_parts,
    generator_version,
    hidden_images,
    public_dataset,
)
from grader.data.sources import Part, code_digest, source
from grader.errors import GraderFault, UsageError

SEED = bytes(range(16))
ROOT = Path(__file__).resolve().parents[2]
posix_only = pytest.mark.skipif(os.name != "posix", reason="Windows has no file modes")


def public(**changes):
    return public_dataset("pets", **{"per_class": 3, "workers": 1, **changes})


def hidden(count, seed=SEED):
    return hidden_images("pets", seed, count, workers=1)


def content(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_public_folder_has_one_folder_per_class_and_nothing_else():
    """A student who lists the folder sees the classes with numbered pictures, no manifest, no stray file."""
    folder = public()

    assert sorted(path.name for path in folder.iterdir()) == ["Cat", "Dog"]
    assert sorted(content(folder)) == [f"{kind}/{number}.jpg" for kind in ("Cat", "Dog") for number in range(3)]


def test_public_set_is_250_of_each_class():
    """The set that students get by default holds 500 pictures."""
    assert [(part.name, part.per_class) for part in source("pets").parts] == [("", 250)]


@pytest.fixture
def parted(monkeypatch):
    """The pets, as a set in two parts of PNG files."""
    several = replace(source("pets"), parts=(Part("train", 3), Part("validation", 2)), suffix=".png")
    monkeypatch.setitem(sources._SOURCES, "pets", several)


@pytest.mark.usefixtures("parted")
def test_set_of_several_parts_has_a_folder_for_each():
    """Class folders lie below the parts, files carry the set's own extension, and no picture lies in both parts."""
    folder = public_dataset("pets", workers=1)
    train, validation = content(folder / "train"), content(folder / "validation")

    assert sorted(path.name for path in folder.iterdir()) == ["train", "validation"] == sorted(dataset_parts("pets"))
    assert sorted(train) == [f"{kind}/{number}.png" for kind in ("Cat", "Dog") for number in range(3)]
    assert sorted(validation) == [f"{kind}/{number}.png" for kind in ("Cat", "Dog") for number in range(2)]
    assert not set(train.values()) & set(validation.values())


@pytest.mark.usefixtures("parted")
def test_count_by_hand_holds_for_each_part():
    """`per_class` overrides the number of images in every part."""
    assert len(content(public(per_class=1))) == 4


def test_progress_is_told_up_to_the_end():
    """Whoever waits sees how many of how many pictures are drawn, never fewer than before."""
    told = []
    public(per_class=25, progress=lambda done, total: told.append((done, total)))

    assert told == [(20, 50), (40, 50), (50, 50)]


def test_public_folder_is_built_once(monkeypatch):
    """A second call draws nothing."""
    first = public()
    monkeypatch.setattr(datasets, "draw_images", lambda *_, **__: pytest.fail("drawn again"))

    assert public() == first


@pytest.mark.parametrize("damage", ["changed", "missing", "added", "emptied", "manifest"])
def test_damaged_public_folder_is_rebuilt(damage):
    """Whatever somebody did to the cache, the next call returns the set as it was."""
    folder = public()
    before = content(folder)
    victim = folder / "Cat" / "1.jpg"
    if damage == "changed":
        victim.write_bytes(victim.read_bytes()[:-1] + b"\0")
    elif damage == "missing":
        victim.unlink()
    elif damage == "added":
        (folder / "Dog" / "notes.txt").write_text("mine")
    elif damage == "emptied":
        victim.write_bytes(b"")
    else:
        (folder.parent / "manifest.json").write_text('{"files": ')

    assert content(public()) == before
    assert sorted(path.name for path in folder.parent.parent.iterdir()) == [folder.parent.name]


def test_concurrent_builders_all_get_the_whole_set():
    """Several processes may ask for the set at once; here threads stand for them."""
    with ThreadPoolExecutor(4) as threads:
        folders = list(threads.map(lambda _: public(), range(4)))

    assert len(set(folders)) == 1
    assert len(content(folders[0])) == 6


def test_set_of_another_size_is_another_folder():
    """Sets of different sizes share pictures but not a folder."""
    small, large = public(), public(per_class=4)

    assert small != large
    assert content(large).items() >= content(small).items()


def test_hidden_images_are_balanced_jpegs_in_an_order_of_the_seed():
    """Every even count holds as many cats as dogs, and labels do not simply alternate."""
    images = hidden(40)

    assert len(images) == len(images.labels) == 40
    assert images.labels.count("Cat") == 20
    assert images.labels[:10].count("Dog") == 5
    assert len(set(zip(images.labels[::2], images.labels[1::2], strict=True))) == 2
    with Image.open(BytesIO(images.files[0])) as first:
        assert first.format == "JPEG"


def test_smaller_count_is_the_start_of_a_larger_one():
    """Image i depends on the seed and on i alone."""
    few, many = hidden(7), hidden(60)

    assert many.files[:7] == few.files
    assert many.labels[:7] == few.labels


def test_seeds_give_different_images():
    """No image of one assignment appears in another, or in the public set."""
    one, other = hidden(20), hidden(20, b"another seed")

    assert not set(one.files) & set(other.files)
    assert not set(one.files) & set(content(public()).values())


def test_hidden_images_come_from_the_cache(monkeypatch):
    """A second call draws nothing, also where it asks for fewer."""
    first = hidden(20)
    monkeypatch.setattr(datasets, "draw_images", lambda *_, orders=(), **__: ())

    assert hidden(20) == first


def test_damaged_hidden_cache_is_drawn_again(cache):
    """A pack whose digest does not match is replaced, with the same images."""
    first = hidden(20)
    (pack,) = (cache / "hidden").rglob("*.pack")
    pack.write_bytes(pack.read_bytes()[:-5])

    assert hidden(20) == first


@posix_only
def test_hidden_images_are_for_their_owner_alone(cache):
    """Folders have mode 0700 and files 0600, and no name holds the seed."""
    hidden(2)
    modes = {path: path.stat().st_mode & 0o777 for path in (cache, *(cache / "hidden").rglob("*"), cache / "hidden")}

    assert all(mode == (0o700 if path.is_dir() else 0o600) for path, mode in modes.items()), modes
    assert not any(SEED.hex() in str(path) for path in modes)


@posix_only
def test_cache_of_hidden_images_is_closed_again(cache):
    """A folder that somebody opened to others is closed before anything is written to it."""
    (cache / "hidden").mkdir(parents=True)
    (cache / "hidden").chmod(0o755)
    hidden(2)

    assert (cache / "hidden").stat().st_mode & 0o777 == 0o700


@posix_only
def test_cache_of_another_user_is_refused(monkeypatch):
    """Hidden images are not put where another user could read them."""
    monkeypatch.setattr(cache_module.os, "getuid", lambda: -1)

    with pytest.raises(GraderFault, match=r"belongs to another user.* Set GRADER_CACHE to a folder of your own\."):
        hidden(2)


def test_version_covers_the_drawing_code(tmp_path):
    """Any change to a drawing module gives another version, a change of line ends does not."""
    digests = []
    for name, text in (("unix", b"a = 1\n"), ("dos", b"a = 1\r\n"), ("changed", b"a = 2\n")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "cat.py").write_bytes(text)
        digests.append(code_digest(tmp_path / name))

    assert digests[0] == digests[1] != digests[2]


def test_version_covers_shared_drawing_code(tmp_path):
    """A change in a folder that several sets draw with changes the version of each; other folders do not count."""
    for name in ("own", "shared"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "code.py").write_text("a = 1\n")
    alone = replace(source("pets"), code=tmp_path / "own", shared=())
    versions = {alone.version, replace(alone, shared=(tmp_path / "shared",)).version}
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "code.py").write_text("a = 2\n")
    versions.add(replace(alone, shared=(tmp_path / "other",)).version)

    assert len(versions) == 3
    assert alone.version == code_digest(tmp_path / "own")
    assert generator_version("pets") == source("pets").version


def test_pets_do_not_depend_on_what_they_are_not_drawn_with():
    """A change to horses, humans or pre-training classes leaves the pets' caches alone."""
    folders = {folder.name for folder in (source("pets").code, *source("pets").shared)}

    assert folders == {"pets", "scenery"}


def test_digest_is_known_before_anything_is_drawn(cache):
    """The digest of a set costs no drawing, so that a report's key is cheap."""
    assert len(dataset_digest("pets")) == 64
    assert not cache.exists()


def test_names_and_classes():
    """The sets there are, and their classes in the order in which Keras numbers folders."""
    assert {"horses_or_humans", "letters", "pets"} <= set(dataset_names())
    assert dataset_classes("pets") == ("Cat", "Dog")
    assert dataset_classes("horses_or_humans") == ("horses", "humans")


@pytest.mark.parametrize(
    "call", [public_dataset, dataset_digest, dataset_classes, lambda name: hidden_images(name, b"s", 1)]
)
def test_unknown_set_is_named(call):
    """A misspelt name is answered with the names there are."""
    with pytest.raises(UsageError, match=r"There is no data set `pet`\. Data sets: .*pets\."):
        call("pet")


def test_senseless_counts_are_refused():
    """Counts below zero, empty sets and empty seeds are mistakes of the caller."""
    with pytest.raises(UsageError, match=r"`count` \(=-1\)"):
        hidden(-1)
    with pytest.raises(UsageError, match=r"`seed` \(of 0 bytes\)"):
        hidden(1, b"")
    with pytest.raises(UsageError, match=r"`per_class` \(=0\)"):
        public(per_class=0)


def test_script_without_a_main_guard_may_ask_for_the_set(tmp_path):
    """Drawing in worker processes does not run the caller's script a second time."""
    script = tmp_path / "homework.py"
    script.write_text(
        "print('started', flush=True)\n"
        "from grader.data import public_dataset\n"
        "print(len(list(public_dataset('pets', per_class=45, workers=2).rglob('*.jpg'))))\n"
    )
    done = subprocess.run(
        [sys.executable, script],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.stdout, done.stderr) == ("started\n90\n", "")
