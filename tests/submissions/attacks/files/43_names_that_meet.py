# attack: 43
# form: names that differ by case, by Unicode form or by what a file system leaves out, each wrong but for one
# status: graded
import unicodedata


def make(folder, wrong):
    names = ["Ana.py", "ana.py", *(unicodedata.normalize(form, "josé.py") for form in ("NFC", "NFD")), "ana .py", "ana..py"]
    for name in names:
        (folder / name).write_text(wrong + f"\n# {name!r}\n")
    return names
