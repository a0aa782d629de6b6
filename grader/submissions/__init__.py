"""Submissions: reading a file handed in, and slicing out what an entry point needs. No student code runs here.

`read_submission` takes bounded bytes from a regular file and gives cells of Python; `slice_submission` chooses the
top-level statements that names depend on; `untouched` and `source_location` look at a single definition.
"""

from grader.submissions.cut import with_cut_named
from grader.submissions.definitions import source_location, untouched, written
from grader.submissions.files import bytes_if
from grader.submissions.fitted import with_fitted_names
from grader.submissions.limits import DEFAULT_LIMITS, ReadLimits
from grader.submissions.moved import moved_lines, same_text
from grader.submissions.near import Near, near
from grader.submissions.networks import name_of_network, network_built
from grader.submissions.reading import describe, read_submission, submission_from_bytes
from grader.submissions.rendering import SlicedCell
from grader.submissions.sizes import picture_sizes
from grader.submissions.slicing import Slice, slice_submission
from grader.submissions.stages import WHOLE, Stage
from grader.submissions.submission import DroppedLine, SourceCell, Submission, SyntaxProblem

__all__ = [
    "DEFAULT_LIMITS",
    "WHOLE",
    "DroppedLine",
    "Near",
    "ReadLimits",
    "Slice",
    "SlicedCell",
    "SourceCell",
    "Stage",
    "Submission",
    "SyntaxProblem",
    "bytes_if",
    "describe",
    "moved_lines",
    "name_of_network",
    "near",
    "network_built",
    "picture_sizes",
    "read_submission",
    "same_text",
    "slice_submission",
    "source_location",
    "submission_from_bytes",
    "untouched",
    "with_cut_named",
    "with_fitted_names",
    "written",
]
