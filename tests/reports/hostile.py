"""A report in which every string that anybody could influence is an attack."""

from __future__ import annotations

from samples import check, png, report, task

from grader.results import ExerciseRef, Exhibit, Note, Report, SubmissionRef, Where

ATTACKS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)",
    '" onfocus="alert(1)" autofocus="',
    "</pre></style></title></textarea><script>alert(2)</script>",
    "--><iframe src=javascript:alert(3)></iframe>",
    "[click](javascript:alert(4)) ![x](http://evil.example/x.png) <javascript:alert(5)>",
    "{{ 7 * 7 }} {% raw %} ${7*7}",
    "=HYPERLINK(\"http://evil.example\")",
    "\x1b[31mred\x1b]0;title\x07\x1b]8;;http://evil.example\x1b\\link",
    "abc\u202egnp.exe\u2066 \u2069",
    "nul\x00 bell\x07 \x9b31m del\x7f",
    "lone \ud800 surrogate \udc80",
    "````\n```\n# heading\n<script>alert(6)</script>\n````",
    "`<script>alert(7)</script>` `a``b` | pipe | **bold** _x_ https://evil.example www.evil.example",
    "- list\n\n1. one\n\n> quote\n\n    code\n\n---\n",
    "zal\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308go",
    "../../../etc/passwd",
)  # fmt: skip
EVERYTHING = " ".join(ATTACKS)
LONG = "<b>" + "A" * 200_000


def hostile(**fields) -> Report:
    """Every status, every field hostile, one very long."""
    statuses = (
        "failed", "passed", "not_attempted", "blocked", "student_error", "timeout", "memory", "output", "grader_fault",
    )  # fmt: skip
    tasks = tuple(
        task(
            f"{attack} task {number}",
            f"{attack} title {number}",
            *(
                check(
                    attack,
                    f"{name} {status}",
                    f"{attack} {status}",
                    2.5,
                    status,
                    seen=EVERYTHING if status != "blocked" else f"Waiting for `{attack}`.",
                    expected=LONG if status == "failed" else attack,
                    why=attack,
                    hint=EVERYTHING,
                    where=Where(cell=number, line=-1),
                    concept=attack,
                    traceback=EVERYTHING + LONG,
                )
                for name, status in enumerate(statuses)
            ),
        )
        for number, attack in enumerate(ATTACKS)
    )
    values = {
        "exercise": ExerciseRef(name=EVERYTHING, title=EVERYTHING, version=EVERYTHING, variant=EVERYTHING),
        "submission": SubmissionRef(file=EVERYTHING, sha256=EVERYTHING),
        "seed": EVERYTHING,
        "key": EVERYTHING,
        "needs_review": True,
        "notes": tuple(Note(kind=attack, text=attack, where=Where(cell=None, line=3)) for attack in ATTACKS),
        "environment": {attack: attack for attack in ATTACKS},
        "message": EVERYTHING,
        "curves": {"accuracy": [float("nan"), 1.0], "loss": [1e308, -1e308], "val_loss": [3.0, float("inf")]}
        | {attack: [1.0] for attack in ATTACKS},
        "output": {one.name: EVERYTHING + LONG for one in tasks},
    }
    return report(*tasks, **(values | fields))


def hostile_exhibits() -> tuple[Exhibit, ...]:
    """Good bytes under bad names, bad bytes under a good one."""
    return (
        *(Exhibit(name=attack, title=attack, caption=attack, png=png()) for attack in ATTACKS),
        Exhibit(name="journey", title="A page", caption="", png=b"<script>alert(1)</script>" * 9),
        Exhibit(name="samples", title="An SVG", caption="", png=b"<svg onload=alert(1)></svg>"),
    )
