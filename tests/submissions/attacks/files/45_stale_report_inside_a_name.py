# attack: 45
# form: two versions of one submission, the older with a report of full points under every name that a run might look for
# status: graded
import json
import os


def make(folder, wrong):
    old, new = folder / "attempt1", folder / "attempt2"
    for attempt in (old, new):
        attempt.mkdir()
        (attempt / "submission.py").write_text(wrong)
        for name in ("report.json", "submission.py.report.json", "grades.csv", ".report.json.tmp"):
            (attempt / name).write_text(
                json.dumps({"schema": "grader-report/1", "status": "graded", "score": 8, "max_score": 8, "key": "0" * 64})
            )
    # As if it were older than the report beside it.
    os.utime(new / "submission.py", (1, 1))
    return ["attempt1/submission.py", "attempt2/submission.py"]
