"""Public checks of `readable_images`."""

from grader.checks import files
from grader.examiner import check

TASK = "readable_images"


@check(task=TASK, points=0, concept="unreadable-files")
def test_returns_file_names(sorted_folder):
    """Returns the names of files in the folder that was given."""
    files.assert_file_names(sorted_folder.given, list(sorted_folder.messy.files))


@check(task=TASK, points=0, concept="unreadable-files")
def test_drops_empty_files(sorted_folder):
    """Leaves out empty files."""
    files.assert_left_out(
        sorted_folder.names, sorted_folder.messy.kinds, ["empty"], hint="A file of zero bytes cannot be a picture."
    )


@check(task=TASK, points=0, concept="unreadable-files")
def test_keeps_photos(sorted_folder):
    """Keeps ordinary photographs."""
    files.assert_kept(sorted_folder.names, sorted_folder.messy.kinds, {"photo": "ordinary photographs"})
