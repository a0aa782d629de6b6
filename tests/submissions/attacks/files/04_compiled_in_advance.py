# attack: 4
# form: byte code in __pycache__ that differs from the source beside it
# status: graded
import py_compile


def make(folder, wrong):
    source = folder / "submission.py"
    source.write_text("open('/tmp/atk-04-cached', 'w').write('ran')\nprint('reached: byte code')\n")
    cached = folder / "__pycache__" / "submission.cpython-311.pyc"
    # Unchecked: an import would take it whatever the source says.
    py_compile.compile(str(source), str(cached), invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
    source.write_text(wrong)
    return ["submission.py"]
