"""Tests of importing data sets that users have: layouts, messy files, hostile archives, and what exercises get of it."""

from __future__ import annotations

import os
import stat
import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from grader.data import dataset_classes, dataset_digest, dataset_parts, hidden_images, public_dataset
from grader.data.imports import import_dataset, imported_names
from grader.data.imports.images import judged
from grader.data.imports.known import part_of
from grader.data.imports.opening import Caps
from grader.data.letters import LETTERS, draw_png
from grader.data.pixel_table import letters_csv
from grader.errors import UsageError

SEED = bytes(range(16))


def picture(number: int, form: str = "JPEG") -> bytes:
    """A small image that no other number gives."""
    stream = BytesIO()
    pixels = np.random.default_rng(number).integers(0, 255, (12, 10, 3), np.uint8)
    Image.fromarray(pixels).save(stream, form)
    return stream.getvalue()


def folder(top: Path, files: Mapping[str, bytes]) -> Path:
    for name, data in files.items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_bytes(data)
    return top


def zipped(path: Path, files: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def pets(each: int = 2, prefix: str = "PetImages/") -> dict[str, bytes]:
    return {
        f"{prefix}{kind}/{n}.jpg": picture(n + 1000 * (kind == "Dog")) for kind in ("Cat", "Dog") for n in range(each)
    }


def horses(each: int, start: int = 0) -> dict[str, bytes]:
    return {
        f"{kind}/{kind}{n}.png": picture(start + n + 1000 * place, "PNG")
        for place, kind in enumerate(("horses", "humans"))
        for n in range(each)
    }


def rows(each: int, start: int = 0) -> bytes:
    images = [(letter, draw_png(letter, np.random.default_rng([start, n]))) for n in range(each) for letter in LETTERS]
    return letters_csv(images)


def names(top: Path) -> list[str]:
    return sorted(path.relative_to(top).as_posix() for path in top.rglob("*") if path.is_file())


# --- layouts ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["zip", "folder"])
def test_cats_and_dogs_are_taken_over_from_zip_or_folder(tmp_path, cache, how):
    """Class folders are found below others; bytes stay, names become numbers; a manifest tells where all came from."""
    files = {**pets(), "readme[1].txt": b"hello", "PetImages/Cat/Thumbs.db": b"system"}
    given = zipped(tmp_path / "k.zip", files) if how == "zip" else folder(tmp_path / "k", files)
    done = import_dataset("cats-vs-dogs", [given])

    assert done.folder == (cache / "imported" / "cats-vs-dogs").resolve()
    assert names(done.folder) == ["Cat/0.jpg", "Cat/1.jpg", "Dog/0.jpg", "Dog/1.jpg", "manifest.json"]
    assert (done.folder / "Dog" / "1.jpg").read_bytes() == files["PetImages/Dog/1.jpg"]
    assert (done.name, done.images, done.counts) == ("imported/cats-vs-dogs", 4, {"": {"Cat": 2, "Dog": 2}})
    assert [(left.path.split("/")[-1], left.reason) for left in done.left_out] == [
        ("readme[1].txt", "outside the class folders")
    ]


def test_class_folders_have_names_in_any_case_at_any_depth(tmp_path):
    """The smaller copy of cats and dogs has train/cats and validation/dogs; pools are joined."""
    files = {
        f"a/b/{part}/{kind}/x.jpg": picture(sum(map(ord, part + kind)))
        for part in ("train", "validation")
        for kind in ("CATS", "dogs")
    }
    done = import_dataset("cats-vs-dogs", [folder(tmp_path / "filtered", files)])

    assert done.counts == {"": {"Cat": 2, "Dog": 2}}


def test_names_are_numbered_in_natural_order(tmp_path):
    """`2.jpg` comes before `10.jpg`, as people count."""
    files = {f"Cat/{n}.jpg": picture(n) for n in (10, 2)} | {"Dog/0.jpg": picture(500)}
    done = import_dataset("cats-vs-dogs", [folder(tmp_path / "pets", files)])

    assert (done.folder / "Cat" / "0.jpg").read_bytes() == picture(2)


def test_odd_names_are_no_obstacle(tmp_path):
    """Numbers of any length and names that are no text are sorted and listed like others."""
    long = zipped(tmp_path / "long.zip", pets() | {f"Cat/{'9' * 9000}.jpg": picture(70)})
    assert import_dataset("cats-vs-dogs", [long]).counts == {"": {"Cat": 3, "Dog": 2}}

    top = folder(tmp_path / "pets", pets())
    try:
        Path(os.fsdecode(os.fsencode(top) + b"/PetImages/Cat/\xff.jpg")).write_bytes(b"")
    except (OSError, UnicodeError):
        pytest.skip("this file system takes text only")
    (left,) = import_dataset("cats-vs-dogs", [top]).left_out
    assert (left.path, left.reason) == ("pets/PetImages/Cat/\\udcff.jpg", "empty")


def test_horses_and_humans_come_as_two_zips_in_any_order(tmp_path):
    """The archive whose name says validation is taken for it, wherever it stands."""
    train = zipped(tmp_path / "horse-or-human.zip", horses(3))
    validation = zipped(tmp_path / "validation-horse-or-human.zip", horses(2, 100))
    done = import_dataset("horses-or-humans", [validation, train])

    assert done.counts == {"train": {"horses": 3, "humans": 3}, "validation": {"horses": 2, "humans": 2}}
    assert "train/horses/2.png" in names(done.folder)


def test_two_paths_that_say_nothing_are_training_then_validation(tmp_path):
    """The first holds training images."""
    done = import_dataset(
        "horses-or-humans", [folder(tmp_path / "a", horses(3)), folder(tmp_path / "b", horses(1, 50))]
    )

    assert done.counts["validation"] == {"horses": 1, "humans": 1}


def test_one_folder_may_hold_both_parts(tmp_path):
    """`train` and `test` below it are told apart; a test set counts as validation."""
    kinds = ("rock", "paper", "scissors")
    files = {
        f"{part}/{kind}/{n}.png": picture(7 * n + 100 * kinds.index(kind) + 1000 * (part == "rps-test-set"), "PNG")
        for part, each in (("rps", 3), ("rps-test-set", 2))
        for kind in kinds
        for n in range(each)
    }
    done = import_dataset("rock-paper-scissors", [folder(tmp_path / "all", files)])

    assert done.counts == {
        "train": {"paper": 3, "rock": 3, "scissors": 3},
        "validation": {"paper": 2, "rock": 2, "scissors": 2},
    }


def test_missing_validation_part_is_said(tmp_path):
    """One zip of two is taken over, with the advice to name the other one; even from a folder called `test`."""
    done = import_dataset("horses-or-humans", [folder(tmp_path / "test", horses(2))])

    assert list(done.counts) == ["train"]
    assert done.advice == (
        "There are no validation images: this set comes in two pieces, so name the other one as a second PATH.",
    )


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("validation-horse-or-human", "validation"),
        ("sign_mnist_test", "validation"),
        ("Training", "train"),
        ("rps", None),
        ("contest", None),
        ("train-test", None),
    ],
)
def test_words_in_names_tell_the_part(name, part):
    """Whole words count, contradictory ones do not."""
    assert part_of(name) == part


def test_sign_mnist_comes_as_tables(tmp_path):
    """Both CSV files in one zip become folders of letters with the same pixels."""
    train, test = rows(2), rows(1, 9)
    done = import_dataset(
        "sign-mnist",
        [
            zipped(
                tmp_path / "archive.zip",
                {"sign_mnist_train.csv": train, "sign_mnist_test.csv": test, "a.png": picture(1, "PNG")},
            )
        ],
    )
    with Image.open(done.folder / "validation" / "K" / "0.png") as image:
        pixels = np.asarray(image)

    assert {part: sum(found.values()) for part, found in done.counts.items()} == {"train": 48, "validation": 24}
    assert letters_csv([("K", (done.folder / "validation/K/0.png").read_bytes())]).split(b"\n")[1] in test
    assert pixels.shape == (28, 28)


def test_bad_rows_are_listed(tmp_path):
    """Lines with letters that cannot be, too few columns or words are left out, with their numbers."""
    good = rows(1).decode().rstrip("\n")
    image = ",".join(["7"] * 784)
    bad = [f"9,{image}", "1,2,3", f"A,{image}", f"3,{'300,' * 783}1", f"25,{image}", f"1.5,{image}"]
    path = tmp_path / "sign_mnist_train.csv"
    path.write_text("\ufeff" + "\n".join([good, *bad]) + "\n", encoding="utf-8")
    done = import_dataset("sign-mnist", [path])

    assert [(left.path, left.reason) for left in done.left_out] == [
        (f"sign_mnist_train.csv, line {number}", "bad row") for number in range(26, 32)
    ]
    assert done.images == 24


def test_table_with_other_columns_is_refused(tmp_path):
    """A CSV that is something else is named, with the header that is expected."""
    path = tmp_path / "train.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(UsageError, match=r"train\.csv: the first line must be `label,pixel1,pixel2,\.\.\.,pixel784`\."):
        import_dataset("sign-mnist", [path])


# --- messy files -----------------------------------------------------------------------------------------------------


def test_messy_files_are_left_out_and_listed(tmp_path):
    """Empty, cut off, no image, repeated, too large: each is told by its name; wrong extensions are put right."""
    files = pets() | {
        "PetImages/Cat/666.jpg": b"",
        "PetImages/Dog/cut.jpg": picture(77)[:400],
        "PetImages/Dog/page.jpg": b"<html></html>",
        "PetImages/Dog/again.jpg": picture(0),
        "PetImages/Cat/large.jpg": picture(5) + bytes(9000),
        "PetImages/Cat/wide.png": picture(6, "PNG"),
        "PetImages/Cat/paint.jpg": picture(8, "BMP"),
    }
    files["PetImages/Cat/wide.png"] = wide = _wide()
    assert len(wide) < 6000
    done = import_dataset(
        "cats-vs-dogs", [folder(tmp_path / "mess", files)], caps=Caps(image_bytes=6000, pixels=100_000)
    )

    assert {left.path.split("/")[-1]: left.reason for left in done.left_out} == {
        "666.jpg": "empty",
        "cut.jpg": "damaged",
        "page.jpg": "not an image",
        "again.jpg": "repeated",
        "large.jpg": "too large",
        "wide.png": "too large",
    }
    assert done.reasons["too large"] == 2
    assert done.counts == {"": {"Cat": 3, "Dog": 2}}
    with Image.open(BytesIO(picture(8, "BMP"))) as before, Image.open(done.folder / "Cat" / "2.png") as after:
        assert after.format == "PNG"
        assert after.tobytes() == before.tobytes()


def _wide() -> bytes:
    stream = BytesIO()
    Image.new("L", (2000, 2000)).save(stream, "PNG")
    return stream.getvalue()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "BMP", "GIF"])
def test_image_that_breaks_off_is_damaged(form):
    """The header is whole and opens; only decoding to the end shows that pixels are missing."""
    stream = BytesIO()
    pixels = np.random.default_rng(3).integers(0, 255, (60, 90, 3), np.uint8)
    Image.fromarray(pixels).save(stream, form)
    whole = stream.getvalue()
    with Image.open(BytesIO(whole[: len(whole) * 7 // 10])) as image:
        assert image.size == (90, 60)

    assert judged(whole, max_pixels=10_000).reason is None
    assert judged(whole[: len(whole) * 7 // 10], max_pixels=10_000).reason == "damaged"


def test_validation_image_that_is_a_training_image_is_left_out(tmp_path):
    """What was trained on must not be measured on."""
    shared = horses(2)
    done = import_dataset("horses-or-humans", [folder(tmp_path / "a", shared), folder(tmp_path / "b", horses(3))])

    assert done.counts == {"train": {"horses": 2, "humans": 2}, "validation": {"horses": 1, "humans": 1}}
    assert done.reasons == {"repeated": 4}


def test_set_without_a_class_is_refused_and_leaves_nothing(tmp_path, cache):
    """A missing class would shift the labels of the others; no half-made folder stays behind."""
    with pytest.raises(UsageError, match=r"`cats-vs-dogs` needs images in folders called dog; none were found\."):
        import_dataset("cats-vs-dogs", [folder(tmp_path / "cats", {"Cat/1.jpg": picture(1)})])

    assert list((cache / "imported").iterdir()) == []


def test_unknown_set_and_wrong_paths_are_named(tmp_path):
    """Each mistake of the caller gets a sentence of its own."""
    with pytest.raises(UsageError, match=r"`mnist` is no data set that can be imported\. These are: cats-vs-dogs, "):
        import_dataset("mnist", [tmp_path])
    with pytest.raises(UsageError, match="there is no such file or folder"):
        import_dataset("cats-vs-dogs", [tmp_path / "nothing"])
    with pytest.raises(UsageError, match="one or two paths, not 3"):
        import_dataset("cats-vs-dogs", [tmp_path] * 3)
    (tmp_path / "broken.zip").write_bytes(b"PK\3\4 no more")
    with pytest.raises(UsageError, match=r"no zip that can be opened .* Download it again\."):
        import_dataset("cats-vs-dogs", [tmp_path / "broken.zip"])


def test_out_folder_must_be_new(tmp_path):
    """Nothing of the user's is overwritten."""
    given = folder(tmp_path / "pets", pets())
    done = import_dataset("cats-vs-dogs", [given], out=tmp_path / "new")
    assert (done.name, done.folder) == (None, tmp_path / "new")

    with pytest.raises(UsageError, match="exists and is no empty folder; name a new one"):
        import_dataset("cats-vs-dogs", [given], out=tmp_path / "new")


def test_second_import_replaces_the_first(tmp_path, cache):
    """In the cache the newest import counts."""
    import_dataset("cats-vs-dogs", [folder(tmp_path / "one", pets(3))])
    done = import_dataset("cats-vs-dogs", [folder(tmp_path / "two", pets(1))])

    assert done.images == len(names(done.folder)) - 1 == 2
    assert [path.name for path in (cache / "imported").iterdir()] == ["cats-vs-dogs"]


def test_progress_ends_at_the_whole(tmp_path):
    """Whoever waits sees bytes of bytes."""
    told = []
    files = pets(4)
    import_dataset("cats-vs-dogs", [folder(tmp_path / "p", files)], progress=lambda *state: told.append(state))

    total = sum(map(len, files.values()))
    assert told == sorted(told)
    assert told[-1] == (total, total)


# --- hostile archives ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["../evil.jpg", "/etc/evil.jpg", "Cat/../../evil.jpg", "Cat\\..\\evil.jpg", "C:/evil.jpg"]
)
def test_entry_that_would_leave_the_folder_is_refused(tmp_path, name):
    """Zip slip: such an archive was made to harm, so none of it is taken."""
    with pytest.raises(UsageError, match="would leave the folder; such an archive is not opened"):
        import_dataset("cats-vs-dogs", [zipped(tmp_path / "slip.zip", pets() | {name: picture(3)})])
    assert imported_names() == ()


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFIFO])
def test_link_or_device_in_an_archive_is_refused(tmp_path, kind):
    """Nothing but files and folders is expected in a data set."""
    path = zipped(tmp_path / "link.zip", pets())
    with zipfile.ZipFile(path, "a") as archive:
        info = zipfile.ZipInfo("Cat/link.jpg")
        info.external_attr = (kind | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    with pytest.raises(UsageError, match="is a link or a device"):
        import_dataset("cats-vs-dogs", [path])


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
@pytest.mark.parametrize("made", ["file", "folder", "pipe"])
def test_link_or_pipe_in_a_folder_is_refused(tmp_path, made):
    """A link could show files that the user did not mean, a pipe would never end."""
    top = folder(tmp_path / "pets", pets(prefix=""))
    if made == "pipe":
        os.mkfifo(top / "Cat" / "pipe.jpg")
    else:
        (top / "Cat" / "link").symlink_to("/etc/hostname" if made == "file" else "/etc")
    with pytest.raises(UsageError, match="is a link" if made != "pipe" else "neither a file nor a folder"):
        import_dataset("cats-vs-dogs", [top])


def test_bomb_is_refused_before_it_is_unpacked(tmp_path):
    """Zeros that grow a thousandfold are no images."""
    path = zipped(tmp_path / "bomb.zip", pets() | {"Cat/bomb.jpg": bytes(5 << 20)})
    with pytest.raises(UsageError, match=r"would grow from 5,\d\d\d to 5,242,880 bytes"):
        import_dataset("cats-vs-dogs", [path])


def test_bomb_that_lies_about_its_size_is_left_out(tmp_path):
    """The announced size is not believed: reading stops at it, and the entry counts as damaged."""
    path = zipped(tmp_path / "lie.zip", pets() | {"Cat/bomb.jpg": bytes(3 << 20)})
    data = path.read_bytes().replace((3 << 20).to_bytes(4, "little"), (900).to_bytes(4, "little"))
    path.write_bytes(data)
    done = import_dataset("cats-vs-dogs", [path])

    assert [(left.path.split("/")[-1], left.reason) for left in done.left_out] == [("bomb.jpg", "damaged")]


def test_counts_and_total_size_are_bounded(tmp_path):
    """Too many files or bytes, in a zip or in a folder, are refused."""
    given = {"zip": zipped(tmp_path / "p.zip", pets(5)), "folder": folder(tmp_path / "p", pets(5))}
    for path in given.values():
        with pytest.raises(UsageError, match="more than 9 files"):
            import_dataset("cats-vs-dogs", [path], caps=Caps(entries=9))
        with pytest.raises(UsageError, match="the files hold more than 0 MB"):
            import_dataset("cats-vs-dogs", [path], caps=Caps(total_bytes=3000))


def test_table_is_bounded(tmp_path):
    """A CSV that goes on for ever ends with a sentence."""
    path = tmp_path / "train.csv"
    path.write_bytes(rows(1))
    with pytest.raises(UsageError, match=r"train\.csv is larger than 0 MB"):
        import_dataset("sign-mnist", [path], caps=Caps(table_bytes=20_000))


def test_encrypted_archive_is_refused(tmp_path):
    """We ask nobody for a password."""
    path = zipped(tmp_path / "secret.zip", pets())
    data = bytearray(path.read_bytes())
    where = data.index(b"PK\x01\x02")
    data[where + 8] |= 1
    path.write_bytes(data)
    with pytest.raises(UsageError, match=r"is encrypted\. Unpack the archive and name its folder"):
        import_dataset("cats-vs-dogs", [path])


# --- as an exercise's data -------------------------------------------------------------------------------------------


@pytest.fixture
def imported_pets(tmp_path):
    return import_dataset("cats-vs-dogs", [folder(tmp_path / "pets", pets(20))])


def test_imported_set_is_a_data_set_like_the_others(imported_pets):
    """Names, classes, parts and the whole public folder."""
    assert imported_names() == ("imported/cats-vs-dogs",)
    assert dataset_classes("imported/cats-vs-dogs") == ("Cat", "Dog")
    assert dataset_parts("imported/cats-vs-dogs") == ("",)
    assert public_dataset("imported/cats-vs-dogs") == imported_pets.folder


def test_hidden_images_are_kept_out_of_the_training_folder(imported_pets):
    """A fifth is set aside, balanced, by the seed; the folder for cells holds the others and nothing else."""
    hidden = hidden_images("imported/cats-vs-dogs", SEED, 600)
    shown = public_dataset("imported/cats-vs-dogs", seed=SEED)
    content = {path.read_bytes() for path in shown.rglob("*") if path.is_file()}

    assert (len(hidden), hidden.labels.count("Cat")) == (8, 4)
    assert len(content) == 32
    assert not content & set(hidden.files)
    by_class = {path.read_bytes(): path.parent.name for path in imported_pets.folder.glob("*/*")}
    assert [by_class[data] for data in hidden.files] == list(hidden.labels)


def test_seed_decides_what_is_hidden(imported_pets):
    """Equal seeds hide the same images, different ones others; a smaller count is the start of a larger one."""
    one = hidden_images("imported/cats-vs-dogs", SEED, 8)

    assert hidden_images("imported/cats-vs-dogs", SEED, 8) == one
    assert hidden_images("imported/cats-vs-dogs", SEED, 3).files == one.files[:3]
    assert set(hidden_images("imported/cats-vs-dogs", b"other", 8).files) != set(one.files)


def test_hidden_images_come_from_the_validation_part(tmp_path):
    """Training images all stay; a quarter of the validation part is left to look at."""
    import_dataset("horses-or-humans", [folder(tmp_path / "a", horses(5)), folder(tmp_path / "b", horses(8, 200))])
    hidden = hidden_images("imported/horses-or-humans", SEED, 600)
    shown = public_dataset("imported/horses-or-humans", seed=SEED)

    assert dataset_parts("imported/horses-or-humans") == ("train", "validation")
    assert len(hidden) == 12
    assert len(list(shown.glob("train/*/*"))) == 10
    assert len(list(shown.glob("validation/*/*"))) == 4


def test_cells_get_no_more_than_they_can_take(tmp_path, monkeypatch):
    """Of a large set each class gives equally many, up to a bound."""
    monkeypatch.setattr("grader.data.imports.shelf._MOST_SHOWN", 10)
    import_dataset("cats-vs-dogs", [folder(tmp_path / "pets", pets(20) | {"Cat/more.jpg": picture(9999)})])
    shown = public_dataset("imported/cats-vs-dogs", seed=SEED)

    assert [len(list(shown.glob(f"{kind}/*"))) for kind in ("Cat", "Dog")] == [5, 5]


def test_digest_follows_the_images(tmp_path, imported_pets):
    """Another import gives other report keys; the same one gives the same."""
    before = dataset_digest("imported/cats-vs-dogs")
    import_dataset("cats-vs-dogs", [folder(tmp_path / "again", pets(20))])
    same = dataset_digest("imported/cats-vs-dogs")
    import_dataset("cats-vs-dogs", [folder(tmp_path / "less", pets(19))])

    assert before == same != dataset_digest("imported/cats-vs-dogs")


def test_changed_imported_set_is_refused(imported_pets):
    """Images that were changed, taken away or added are no longer what was imported."""
    victim = imported_pets.folder / "Cat" / "0.jpg"
    victim.write_bytes(victim.read_bytes() + b"\0")
    with pytest.raises(UsageError, match=r"Cat/0\.jpg is not as it was imported; run `grader data import` again\."):
        [hidden_images("imported/cats-vs-dogs", SEED, 8), public_dataset("imported/cats-vs-dogs", seed=SEED)]
    victim.unlink()
    with pytest.raises(UsageError, match="is not as it was imported"):
        public_dataset("imported/cats-vs-dogs")


@pytest.mark.parametrize("path", ["/Cat/0.jpg", "../Cat/0.jpg", "Cat/../0.jpg", "Bird/0.jpg"])
def test_manifest_cannot_lead_elsewhere(imported_pets, path):
    """A manifest that names files outside its folder is damaged."""
    manifest = imported_pets.folder / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"Cat/0.jpg"', f'"{path}"'))
    with pytest.raises(UsageError, match=r"is damaged; run `grader data import cats-vs-dogs PATH` again\."):
        dataset_digest("imported/cats-vs-dogs")


def test_set_that_is_not_there_is_named():
    """What to run is said for sets that can be imported; other names get the list."""
    with pytest.raises(
        UsageError,
        match=r"`imported/cats-vs-dogs` was not imported yet; run `grader data import cats-vs-dogs PATH` first\.",
    ):
        dataset_digest("imported/cats-vs-dogs")
    with pytest.raises(
        UsageError, match=r"There is no data set `imported/\.\./x`\. Sets that can be imported: imported/cats"
    ):
        public_dataset("imported/../x")
    with pytest.raises(UsageError, match=r"`per_class` \(=3\) must be left out"):
        public_dataset("imported/cats-vs-dogs", per_class=3)
