"""Hidden checks of `readable_images`: a messy folder, its names and order made from the assignment's seed."""

from grader.checks import files
from grader.examiner import check

TASK = "readable_images"


@check(task=TASK, points=1, concept="unreadable-files")
def test_returns_file_names(sorted_folder):
    """Returns the names of files in the folder that was given."""
    files.assert_file_names(sorted_folder.given, list(sorted_folder.messy.files))


@check(task=TASK, points=2, concept="unreadable-files")
def test_drops_empty_files(sorted_folder):
    """Leaves out empty files."""
    files.assert_left_out(
        sorted_folder.names, sorted_folder.messy.kinds, ["empty"],
        hint="A file of zero bytes cannot be a picture: `path.stat().st_size`, or simply try to decode it.",
    )  # fmt: skip


@check(task=TASK, points=3, concept="unreadable-files")
def test_drops_truncated_files(sorted_folder):
    """Leaves out images that break off half-way."""
    files.assert_left_out(
        sorted_folder.names, sorted_folder.messy.kinds, ["truncated"],
        hint="Opening a file reads only its head, and so does `verify()`. `Image.load()` or `tf.io.decode_image` read it all, unless "
        "`ImageFile.LOAD_TRUNCATED_IMAGES` is True: then Pillow fills up what is missing.",
    )  # fmt: skip


@check(task=TASK, points=2, concept="unreadable-files")
def test_drops_other_files(sorted_folder):
    """Leaves out files that are no images, whatever they are called."""
    files.assert_left_out(
        sorted_folder.names, sorted_folder.messy.kinds, ["not_an_image", "stray"],
        hint="A name that ends in .jpg proves nothing: try to decode the file and leave it out if that fails.",
    )  # fmt: skip


@check(task=TASK, points=2, concept="unreadable-files")
def test_keeps_unusual_images(sorted_folder):
    """Keeps every image that decodes, however unusual."""
    wanted = {
        "photo": "ordinary photographs",
        "grayscale": "grayscale photographs",
        "cmyk": "photographs made for print (CMYK)",
        "rgba": "images with transparency",
        "rotated": "photographs with a rotation mark",
        "palette": "images with a palette",
    }
    files.assert_kept(sorted_folder.sifted, sorted_folder.messy.kinds, wanted)


@check(task=TASK, points=1, concept="unreadable-files")
def test_sorted(sorted_folder):
    """Returns the names in sorted order."""
    files.assert_sorted(sorted_folder.names)


@check(task=TASK, points=1, concept="unreadable-files")
def test_leaves_files_alone(sorted_folder):
    """Only reads, and leaves every file where it is."""
    sizes = {name: len(data) for name, data in sorted_folder.messy.files.items()}
    files.assert_left_alone(sorted_folder.after, sizes)
