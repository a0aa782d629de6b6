# attack: 45
# form: reports with full points, locks and seeds beside the submission, as a crashed run would have left them
# status: graded
import json


def make(folder, wrong):
    (folder / "submission.py").write_text(wrong)
    for name in ("submission.py", "45_claims_of_an_earlier_run", "out"):
        (folder / f"{name}.d").mkdir()
        (folder / f"{name}.d" / "report.json").write_text(json.dumps({"status": "graded", "score": 100, "max_score": 100}))
    (folder / ".assignment").write_text("00" * 16)
    (folder / ".grader.lock").write_text("")
    return ["submission.py"]
