# attack: 43
# form: names that look like paths, options, reports, formulas or markup
# status: graded
def make(folder, wrong):
    names = ["~..py", "-rf.py", "report.json.py", "=cmd|' C calc'!A0.py", "<img src=x onerror=document.title='reached'>.py",
             "a\nb.py", "\u202egnp.py", "%2e%2e%2fout.py", "con.py", "$(touch atk-43).py", "index.html.py"]  # fmt: skip
    for name in names:
        (folder / name).write_text(wrong + f"\n# {name!r}\n")
    return names
