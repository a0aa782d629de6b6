# attack: 33
# form: saved outputs that claim success, hold the results and carry scripts; code in raw and text cells
# status: graded
import json


def make(folder, wrong):
    fake = [
        {"output_type": "stream", "name": "stdout", "text": "100 passed in 0.1s\nreached: a saved output\n"},
        {"output_type": "execute_result", "execution_count": 1, "metadata": {}, "data": {
            "text/html": "<script>document.title='reached'</script>", "application/json": {"score": 100}}},
    ]  # fmt: skip
    good = "def plot_history(history):\n    open('/tmp/atk-33-raw', 'w')\n"
    cells = [
        {"cell_type": "code", "metadata": {}, "id": "a", "outputs": fake, "execution_count": 1, "source": wrong},
        {"cell_type": "raw", "metadata": {"format": "text/x-python"}, "id": "b", "source": good},
        {"cell_type": "markdown", "metadata": {}, "id": "c", "source": f"```python\n{good}```",
         "attachments": {"x.py": {"text/x-python": good}}},
    ]  # fmt: skip
    (folder / "outputs.ipynb").write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    return ["outputs.ipynb"]
