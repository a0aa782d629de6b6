# attack: 2
# form: writes the result files of every known grader wherever it may, and leaves with 0
# replaces: plot_history
# denies: autograder
# denies: beside the grader
# allows: own folder
# found: plot_history/returns_figure student_error
# says: The Python process ended with exit status 0
def plot_history(history):
    import json
    import os

    import grader

    print("ran")
    text = json.dumps({"score": 100, "status": "graded", "tests": [{"name": "plot_history", "score": 8, "max_score": 8}]})
    for what, folder in {
        "own folder": ".",
        "temporary": "/tmp",
        "autograder": "/autograder/results",
        "grade": "/grade/results",
        "beside the grader": os.path.dirname(os.path.dirname(grader.__file__)),
        "in the grader": os.path.dirname(grader.__file__),
    }.items():
        for name in ("report.json", "results.json", "result.json", "atk-score.json", "junit.xml"):
            try:
                with open(f"{folder}/{name}", "w") as file:
                    file.write(text)
                # Where a checkout lies below /tmp, what is beside it is the cell's own.
                if what not in ("own folder", "temporary") and not folder.startswith("/tmp/"):
                    print(f"reached: {folder}/{name}")
                elif name == "report.json":
                    print(f"denied: {what}" if "grader" in what else f"allowed: {what}")
            except OSError:
                if name == "report.json":
                    print(f"denied: {what}")
    print(text, flush=True)
    os._exit(0)
