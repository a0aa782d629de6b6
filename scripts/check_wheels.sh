#!/usr/bin/env bash
# Installs the two wheels of a folder in an empty environment and grades from there, away from the checkout.
# Usage: scripts/check_wheels.sh DIST
# The dependencies are taken from .venv by path, which saves the time of installing them a second time.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
dist=$(cd "${1:?which folder holds the wheels?}" && pwd)
exercise=week1_larger_dataset

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work" # graded code runs as another user, who must be able to read the environment

"$root/.venv/bin/python" -m venv "$work/venv"
bin=$work/venv/bin
site=$("$bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
# A path in a .pth file is searched, but the .pth files in it are not read: the checkout stays out.
"$root/.venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))' >"$site/dependencies.pth"
install=("$bin/python" -m pip install --quiet --disable-pip-version-check --no-index --no-deps)

cp "$root/solutions/$exercise/reference.ipynb" "$work/submission.ipynb"
cd "$work"

echo "== the students' wheel"
"${install[@]}" "$dist"/cnn_grader-*.whl
"$bin/python" - "$site" <<'PYTHON'
import sys
import grader
assert grader.__file__.startswith(sys.argv[1]), f"{grader.__file__} is not the installed wheel"
PYTHON
"$bin/grader" --version
"$bin/grader" list
if "$bin/grader" grade "$exercise" submission.ipynb --out without 2>"$work/said"; then
  echo "grading without the hidden tests should have been refused" >&2
  exit 1
fi
grep -i "instructor" "$work/said"

echo "== and the instructors'"
"${install[@]}" "$dist"/cnn_grader_instructor-*.whl
"$bin/grader" grade "$exercise" submission.ipynb --out report
"$bin/python" - <<'PYTHON'
import json
import pathlib
report = json.loads(pathlib.Path("report/report.json").read_text(encoding="utf-8"))
assert report["status"] == "graded", report["status"]
assert report["score"] == report["max_score"], f"the reference has {report['score']} of {report['max_score']}"
PYTHON
echo "both wheels work"
