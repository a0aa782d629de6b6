"""A slice holds what an entry point needs, in the order of the file, and nothing else."""

import pytest

from grader.submissions import slice_submission, submission_from_bytes

IMPORTS = "import os\nimport numpy as np\nimport matplotlib.pyplot as plt\nfrom pathlib import Path"


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param([IMPORTS, "def f():\n    return np.ones(3)"], "import numpy as np\ndef f():\n    return np.ones(3)", id="imports"),
        pytest.param(["A = 1", "B = A + 1", "C = 3", "def f(): return B"], "A = 1\nB = A + 1\ndef f(): return B", id="constants"),
        pytest.param(["def g(): return h()", "def f(): return g()", "def h(): return 1", "def other(): pass"], "def g(): return h()\ndef f(): return g()\ndef h(): return 1", id="helpers-in-any-order"),
        pytest.param(["class A: pass", "class B(A):\n    x = 1", "class f(B): pass"], "class A: pass\nclass B(A):\n    x = 1\nclass f(B): pass", id="bases"),
        pytest.param(["def deco(g): return g", "N = 3", "class T: pass", "@deco\ndef f(n=N, *, m: T = None) -> T: pass"], "def deco(g): return g\nN = 3\nclass T: pass\n@deco\ndef f(n=N, *, m: T = None) -> T: pass", id="definition-time"),
        pytest.param(["x = 5", "def f(x):\n    y = x\n    return [z for z in y]", "z = 1"], "def f(x):\n    y = x\n    return [z for z in y]", id="locals"),
        pytest.param(["K = 1", "def f():\n    def g():\n        return K\n    return g"], "K = 1\ndef f():\n    def g():\n        return K\n    return g", id="closures"),
        pytest.param(["K = 1", "f = lambda a: a + K"], "K = 1\nf = lambda a: a + K", id="lambda"),
        pytest.param(["a, (b, *c) = 1, (2, 3)", "def f(): return c"], "a, (b, *c) = 1, (2, 3)\ndef f(): return c", id="unpacking"),
        pytest.param(["n = 1", "n += 1", "n = n * 2", "def f(): return n"], "n = 1\nn += 1\nn = n * 2\ndef f(): return n", id="depends-on-itself"),
        pytest.param(["n = 1", "n = 2", "def f(): return n"], "n = 2\ndef f(): return n", id="last-binding"),
        pytest.param(["def f(): return 1", "def f(): return 2"], "def f(): return 2", id="last-definition"),
        pytest.param(["def f(): return n", "n = 1", "n = 2"], "def f(): return n\nn = 2", id="bodies-see-the-end"),
        pytest.param(["def f(): return n", "n = 1", "f()", "n = 2"], "def f(): return n\nn = 1", id="bodies-see-no-further-than-their-last-use"),
        pytest.param(["def f(): return n", "n = 1", "f()", "n = 2", "f()"], "def f(): return n\nn = 2", id="used-again"),
        pytest.param(["n = 1", "def f(): return n", "n = 2"], "n = 1\ndef f(): return n\nn = 2".replace("n = 1\n", ""), id="never-used"),
        pytest.param(["C = []", "def f(): return C", "C.append(2)"], "C = []\ndef f(): return C\nC.append(2)", id="never-used-and-filled"),
        pytest.param(["S = 1", "def g(): return S", "def f(): return g()", "f()", "S = 2", "def g(): return S + 1"], "def f(): return g()\nS = 2\ndef g(): return S + 1", id="mended-with-its-value"),
        pytest.param(["def f(): return n", "f()", "n = 2"], "def f(): return n\nn = 2", id="bound-behind-the-last-use-alone"),
        pytest.param(["import re", "def f(): return re", "f()", "for re in []: pass"], "import re\ndef f(): return re", id="loop-behind-the-last-use"),
        pytest.param(["C = [1]", "def f(): return C", "f()", "C.append(2)"], "C = [1]\ndef f(): return C", id="changed-behind-the-last-use"),
        pytest.param(["def g(): return 1", "def f(): return g()", "f()", "def g(): return 2"], "def f(): return g()\ndef g(): return 2", id="mended-behind-the-last-use"),
        pytest.param(["def f(): return 1", "f()", "from os import f"], "def f(): return 1", id="import-of-the-same-name"),
        pytest.param(["def f(a): return 1", "f = f(2)"], "def f(a): return 1", id="named-as-its-result"),
        pytest.param(["def f(a): return 1", "f = cache(f)"], "def f(a): return 1\nf = cache(f)", id="wrapped"),
        pytest.param(["def g(a, b): return 1", "def f(): return g(1, 2)", "f()", "def g(a): return 2"], "def g(a, b): return 1\ndef f(): return g(1, 2)", id="another-helper-of-the-same-name"),
        pytest.param(["def g(a): return 1", "def f(): return g(1, 2)", "f()", "def g(a, b): return 2"], "def f(): return g(1, 2)\ndef g(a, b): return 2", id="mended-for-the-call-that-it-has"),
        pytest.param(["n = 1", "def f():\n    yield n", "x = f()", "n = 2", "list(x)"], "def f():\n    yield n\nn = 2", id="generators-run-later"),
        pytest.param(["n = 1", "def f(): return n", "x = f()", "n = 2", "print(x)"], "n = 1\ndef f(): return n", id="a-result-is-no-call"),
        pytest.param(["n = 1", "def f(): return n", "g = f", "n = 2", "g()"], "def f(): return n\nn = 2", id="another-name-for-it"),
        pytest.param(["n = 1", "class f:\n    def m(self): return n", "x = f()", "n = 2", "x.m()"], "class f:\n    def m(self): return n\nn = 2", id="methods-are-called-later"),
        pytest.param(["n = 1", "def f(): return n", "n = 2 gave more"], "n = 1\ndef f(): return n", id="notes-bind-nothing"),
        pytest.param(["from os import f", "def f(): return 1"], "def f(): return 1", id="import-before-the-own-one"),
        pytest.param(["from os import f"], "from os import f", id="import-alone"),
        pytest.param(["n = 1", "def f(a=n): return a", "n = 2"], "n = 1\ndef f(a=n): return a", id="defaults-see-the-past"),
        pytest.param(["n = 1", "def g(): return n", "x = g()", "n = 2", "def f(): return x"], "n = 1\ndef g(): return n\nx = g()\nn = 2\ndef f(): return x", id="a-call-while-the-module-runs"),
        pytest.param(["def f(): return 1", "if False:\n    def f(): return 2"], "def f(): return 1\nif False:\n    def f(): return 2", id="conditional-binding"),
        pytest.param(["x = 0", "if a:\n    x = 1\nelse:\n    x = 2", "a = 1", "def f(): return x"], "if a:\n    x = 1\nelse:\n    x = 2\ndef f(): return x", id="both-branches-bind"),
        pytest.param(["try:\n    import keras\nexcept ImportError:\n    from tensorflow import keras", "def f(): return keras.Input"], "try:\n    import keras\nexcept ImportError:\n    from tensorflow import keras\ndef f(): return keras.Input", id="import-with-fallback"),
        pytest.param(["import os.path", "import os", "def f(): return os"], "import os.path\nimport os\ndef f(): return os", id="dotted-imports-add-up"),
        pytest.param(["from tensorflow.keras.layers import *", "def f(): return Dense(1)"], "from tensorflow.keras.layers import *\ndef f(): return Dense(1)", id="star-import"),
        pytest.param(["from os import *", "def f(): return 1"], "def f(): return 1", id="star-import-not-needed"),
        pytest.param(["with open('x') as s:\n    text = s.read()", "def f(): return text"], "with open('x') as s:\n    text = s.read()\ndef f(): return text", id="with"),
        pytest.param(["names = []", "for i in range(3):\n    names.append(i)", "def f(): return names"], "names = []\nfor i in range(3):\n    names.append(i)\ndef f(): return names", id="loop-that-fills"),
        pytest.param(["for i in range(3):\n    last = i", "def f(): return last"], "for i in range(3):\n    last = i\ndef f(): return last", id="loop-that-binds"),
        pytest.param(["if (n := 10) > 3: pass", "def f(): return n"], "if (n := 10) > 3: pass\ndef f(): return n", id="walrus"),
        pytest.param(["count = 0", "def f():\n    global count\n    count += 1"], "count = 0\ndef f():\n    global count\n    count += 1", id="global-statement"),
        pytest.param(["def setup():\n    global base\n    base = 3", "setup()", "def f(): return base"], "def setup():\n    global base\n    base = 3\nsetup()\ndef f(): return base", id="bound-by-a-helper"),
        pytest.param(["a = 1; b = 2", "c = 3", "def f(): return b"], "a = 1; b = 2\ndef f(): return b", id="two-on-a-line"),
        pytest.param(["def f(): return list", "list = [1]", "del list"], "def f(): return list", id="shadowed-builtin-deleted"),
        pytest.param(["base = 1", "def f(): return base", "del base"], "base = 1\ndef f(): return base", id="tidied-up-afterwards"),
        pytest.param(["class A:\n    n = 1\n    m = n\n    def go(self): return k", "k = 1\nn = 2", "f = A()"], "class A:\n    n = 1\n    m = n\n    def go(self): return k\nk = 1\nf = A()", id="class-scope"),
        pytest.param(["def f(): return f()"], "def f(): return f()", id="recursion"),
        pytest.param(["def f(x): return x", "f = staticmethod(f)"], "def f(x): return x\nf = staticmethod(f)", id="wrapped"),
        pytest.param(["from __future__ import annotations\nx = 1", "def f(): pass"], "from __future__ import annotations\ndef f(): pass", id="future"),
        pytest.param(["import re", "match 3:\n    case int(n): pass", "def f(): return n"], "match 3:\n    case int(n): pass\ndef f(): return n", id="match"),
        pytest.param(["async def g(): pass", "async def f(): await g()"], "async def g(): pass\nasync def f(): await g()", id="async"),
    ],
)  # fmt: skip
def test_names_are_followed(notebook, kept, cells, expected):
    """Every way in which one statement can need another."""
    assert kept(notebook(*cells), "f") == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param(["C = {}", "C['a'] = 1", "C.b.c = 2", "del C['a']", "print(C)", "def f(): return C"], "C = {}\nC['a'] = 1\nC.b.c = 2\ndel C['a']\ndef f(): return C", id="items-and-attributes"),
        pytest.param(["f = Sequential()", "f.add(1)\nf.add(2)", "f.summary()", "f.compile(loss=L)", "L = 1", "f.fit(X, epochs=100)", "f.save('x')", "f.evaluate(X)", "f.predict(X)"], "f = Sequential()\nf.add(1)\nf.add(2)\nf.compile(loss=L)", id="methods-that-build"),
        pytest.param(["base = make()", "for layer in base.layers:\n    layer.trainable = False", "for layer in base.layers:\n    print(layer.name)", "def f(): return base"], "base = make()\nfor layer in base.layers:\n    layer.trainable = False\ndef f(): return base", id="freezing-loop"),
        pytest.param(["def tune(m):\n    for i, layer in enumerate(m.layers):\n        layer.trainable = True\n    return m", "m = tune(make())", "def f(xs): return [x for _, x in enumerate(xs)]"], "def f(xs): return [x for _, x in enumerate(xs)]", id="a-loop-does-not-change-what-makes-it"),
        pytest.param(["def tune(m):\n    for one in map(str, m):\n        one.x = 1\n    return m", "m = tune(make())", "def f(xs): return str(xs)"], "def f(xs): return str(xs)", id="nor-what-is-built-in"),
        pytest.param(["str = make()", "str.x = 1", "def f(xs): return str(xs)"], "str = make()\nstr.x = 1\ndef f(xs): return str(xs)", id="unless-it-is-bound-anew"),
        pytest.param(["base = make()", "for i, layer in enumerate(base.layers[:-4]):\n    layer.trainable = False", "def f(): return base"], "base = make()\nfor i, layer in enumerate(base.layers[:-4]):\n    layer.trainable = False\ndef f(): return base", id="freezing-loop-enumerated"),
        pytest.param(["base = make()", "base.get_layer('a').trainable = False", "def f(): return base"], "base = make()\nbase.get_layer('a').trainable = False\ndef f(): return base", id="through-a-call"),
        pytest.param(["base = make()", "def freeze(m):\n    m.trainable = False", "def show(m):\n    print(m)", "freeze(base)", "show(base)", "def f(): return base"], "base = make()\ndef freeze(m):\n    m.trainable = False\nfreeze(base)\ndef f(): return base", id="helper-that-changes"),
        pytest.param(["C = {}", "def prepare(n):\n    C[n] = 1", "def inspect():\n    print(C)", "prepare(1)", "inspect()", "def f(): return C"], "C = {}\ndef prepare(n):\n    C[n] = 1\nprepare(1)\ndef f(): return C", id="helper-that-changes-a-global"),
        pytest.param(["import random", "files = list('abc')", "random.shuffle(files)", "def f(): return files"], "import random\nfiles = list('abc')\nrandom.shuffle(files)\ndef f(): return files", id="shuffle"),
        pytest.param(["n = [1]", "def f(a=n[0]): return a", "n.append(2)"], "n = [1]\ndef f(a=n[0]): return a", id="changes-after-use"),
        pytest.param(["n = [1]", "n.append(2)", "n = []", "def f(): return n"], "n = []\ndef f(): return n", id="changes-before-rebinding"),
        pytest.param(["import os, shutil", "shutil.rmtree('/tmp')", "os.makedirs('x')", "def f(): return os, shutil"], "import os, shutil\ndef f(): return os, shutil", id="libraries-are-not-called"),
        pytest.param(["def f(): pass", "f().run_it()", "f.attribute = 1"], "def f(): pass\nf.attribute = 1", id="what-a-call-returns-is-fresh"),
    ],
)  # fmt: skip
def test_changes_of_needed_objects_are_kept(notebook, kept, cells, expected):
    """Statements that change an object belong to it; those that look on, store or train do not."""
    assert kept(notebook("make = Sequential = X = None", *cells), "f").replace(
        "make = Sequential = X = None\n", ""
    ) == expected  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        "first = C.pop(0)",
        "print(C.append(1))",
        "print(f'{C.pop()} is out')",
        "left, first = C, C.pop(0)",
        "if C.pop():\n    pass",
        "for i in range(C.pop()): pass",
        "for C[0] in range(3): pass",
        "assert C.pop() == 3",
        "with closing(C.pop()): pass",
        "more = [C.append(i) for i in range(3)]",
        "done = [part.sort() for part in C]",
        "done = {i: part.update(i) for i, part in enumerate(C)}",
        "done = [setattr(part, 'trainable', False) for part in C]",
        "for part in C:\n    setattr(part, 'trainable', False)",
        "for part in C:\n    np.copyto(part, 0)",
        "class A:\n    first = C.pop()",
        "def g(first=C.pop()): pass",
        "np.copyto(C, 1)",
        "np.add.at(C, [0], 1)",
        "np.put(C, [0], 1)",
        "np.place(C, C > 1, 0)",
        "np.fill_diagonal(C, 0)",
        "np.add(C, 1, out=C)",
        "random.shuffle(C)",
        "done = random.shuffle(C)",
        "done = np.random.shuffle(C)",
        "list.append(C, 3)",
        "least = heapq.heappop(C)",
        "C.__setitem__(0, 1)",
        "vars(C).update(size=64)",
        "vars(C)['size'] = 64",
        "getattr(C, 'parts').append(1)",
        "C.__dict__.update(size=64)",
        "globals()['C'].append(3)",
        "globals()['C'][0] = 3",
        "globals()['C'] = 3",
        "globals().update(C=3)",
        "globals().update({'C': 3})",
        "globals().__setitem__('C', 3)",
        "vars()['C'] = 3",
        "locals()['C'] = 3",
    ],
)
def test_a_change_is_kept_wherever_it_stands(notebook, kept, change):
    """In the middle of an expression, through a function of a library, or by a name in a text."""
    imports = "import heapq, random\nimport numpy as np"
    cells = [imports, "C = make()", change, "def f(): return C"]
    assert change in kept(notebook(*cells), "f")
    assert change not in kept(notebook(*cells[:-1], "def f(): return 1"), "f")


@pytest.mark.parametrize(
    "change",
    [
        "first = C[0]",
        "first = C.get('a')",
        "print(sorted(C), C.copy(), len(C))",
        "images, labels = next(iter(C))",
        "again = C.shuffle(C.size).batch(32)",
        "x = layers.add([C, C])",
        "both = np.add(C, C)",
        "print(globals()['C'], globals().get('C'), vars(C), 'C' in globals())",
        "change = lambda: C.pop()",
        "def change(): C.pop()",
        "history = C.fit(X, epochs=100, callbacks=[X.pop()])",
        "plt.plot(C)",
        "figure = plot(C)",
    ],
)
def test_what_leaves_an_object_as_it_is_stays_out(notebook, kept, change):
    """What makes a new object of it, looks at it, trains it, or would change it only when called."""
    imports = "import numpy as np\nimport matplotlib.pyplot as plt\nfrom keras import layers\nX = []"
    assert change not in kept(notebook(imports, "C = make()", change, "def f(): return C"), "f")


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param(["SIZE = 32", "NEW = {'SIZE': 64}", "globals().update(NEW)", "def f(): return SIZE"], 64, id="update"),
        pytest.param(["SIZE = 32", "globals().update(**{'SIZE': 64})", "def f(): return SIZE"], 64, id="stars"),
        pytest.param(["SIZE = 32", "NEW = {'SIZE': 64}", "for k, v in NEW.items():\n    globals()[k] = v", "def f(): return SIZE"], 64, id="loop"),
        pytest.param(["SIZE = 32", "def put(k, v):\n    globals()[k] = v", "def put_all(d):\n    for k in d: put(k, d[k])", "put_all({'SIZE': 64})", "def f(): return SIZE"], 64, id="helpers"),
        pytest.param(["SIZE = 32", "def put():\n    globals()['SIZE'] = 64", "put()", "def f(): return SIZE"], 64, id="helper-with-a-name"),
        pytest.param(["SIZE = 32", "exec('SIZE = 64')", "def f(): return SIZE"], 64, id="exec"),
        pytest.param(["globals().update({'SIZE': 64})", "SIZE = 32", "def f(): return SIZE"], 32, id="bound-again"),
        pytest.param(["globals()['f'] = lambda: 64"], 64, id="the-entry-point"),
        pytest.param(["k = 'SI'", "globals()[k + 'ZE'] = 64", "def f(): return SIZE"], 64, id="nowhere-else"),
        pytest.param(["globals()['l' + 'en'] = lambda x: 64", "def f(): return len('a')"], 64, id="a-builtin"),
    ],
)  # fmt: skip
def test_names_bound_through_globals(notebook, run, cells, expected):
    """Also where the text does not say which."""
    assert run(slice_submission(notebook(*cells), ["f"]))["f"]() == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param(["from math import *", "def f(): return pow(2, 3)"], 8.0, id="a-builtin"),
        pytest.param(["def f(): return pow(2, 3)", "from math import *"], 8.0, id="a-builtin-when-called"),
        pytest.param(["x = pow(2, 3)", "from math import *", "def f(): return x"], 8, id="a-builtin-before"),
        pytest.param(["from math import pow", "from operator import *", "def f(): return pow(2, 3)"], 8, id="bound-anew"),
        pytest.param(["from operator import *", "from math import pow", "def f(): return pow(2, 3)"], 8.0, id="bound-after"),
    ],
)  # fmt: skip
def test_a_star_import_before_the_use_counts(notebook, run, cells, expected):
    """It may hold names that Python or an earlier line has given already, such as NumPy's `max`."""
    result = run(slice_submission(notebook(*cells), ["f"]))["f"]()
    assert (result, type(result)) == (expected, type(expected))


def test_a_star_import_that_only_may_hold_a_name_need_not_run(notebook):
    """The library may be missing in the sandbox, and the name be Python's own."""
    part = slice_submission(notebook("from google.colab.patches import *", "def f(): return max(1, 2)"), ["f"])
    assert [(cell.cell, cell.optional) for cell in part.cells] == [(1, (1,)), (2, ())]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["import numpy as np", "np.random.seed(7)", "def f(): return np.ones(1)"], "import numpy as np\nnp.random.seed(7)\ndef f(): return np.ones(1)"),
        (["import numpy as np", "np.random.seed(7)", "def f(): return 1"], "def f(): return 1"),
        (["SEED = 1", "import tensorflow as tf\nfrom tensorflow.keras import layers", "tf.random.set_seed(SEED)", "def f(): return layers"], "SEED = 1\nimport tensorflow as tf\nfrom tensorflow.keras import layers\ntf.random.set_seed(SEED)\ndef f(): return layers"),
        (["from keras import backend as K", "K.set_image_data_format('channels_last')", "import tensorflow as tf", "def f(): return tf"], "from keras import backend as K\nK.set_image_data_format('channels_last')\nimport tensorflow as tf\ndef f(): return tf"),
        (["from PIL import Image, ImageFile", "ImageFile.LOAD_TRUNCATED_IMAGES = True", "def f(): return Image"], "from PIL import Image, ImageFile\nImageFile.LOAD_TRUNCATED_IMAGES = True\ndef f(): return Image"),
        (["import matplotlib.pyplot as plt", "plt.style.use('ggplot')", "plt.figure()", "plt.rcParams['a'] = 1", "plt.rcParams.update({})", "def f(): return plt"], "import matplotlib.pyplot as plt\nplt.style.use('ggplot')\nplt.rcParams['a'] = 1\nplt.rcParams.update({})\ndef f(): return plt"),
        (["import os", "os.environ['A'] = '1'", "def f(): return os"], "import os\nos.environ['A'] = '1'\ndef f(): return os"),
        (["from numpy.random import seed", "seed(1)", "import numpy as np", "def f(): return np"], "from numpy.random import seed\nseed(1)\nimport numpy as np\ndef f(): return np"),
        (["import matplotlib.pyplot as plt", "h = m.fit(1, epochs=2)", "plt.rcParams['a'] = len(h)", "def f(): return 1"], "def f(): return 1"),
    ],
)  # fmt: skip
def test_set_up_of_needed_libraries_is_kept(notebook, kept, cells, expected):
    """Seeds, data formats and styles come with the library they set up, and with nothing else."""
    assert kept(notebook(*cells), "f") == expected


LATE = "ImageFile.LOAD_TRUNCATED_IMAGES = True"


@pytest.mark.parametrize(
    ("cells", "counts"),
    [
        pytest.param(["print(f('a'))", LATE], False, id="after-the-call"),
        pytest.param([LATE, "print(f('a'))"], True, id="before-the-call"),
        pytest.param(["print(f('a'))", LATE, "print(f('a'))"], True, id="before-the-last-call"),
        pytest.param([LATE], True, id="never-called"),
        pytest.param(["grader.check('f')", LATE], False, id="after-the-check"),
        pytest.param(["print(f('a'))", LATE, "grader.check('f')"], True, id="before-the-check"),
        pytest.param(["files = f('a')", "print(len(files))", LATE], False, id="after-what-came-of-it"),
        pytest.param(["data = f('a')", LATE, "model.fit(data, epochs=3)"], True, id="before-what-came-of-it"),
        pytest.param(["parts = []", "parts.append(f('a'))", LATE, "print(parts)"], True, id="put-away"),
        pytest.param(["g = f", "g('a')", LATE, "g('b')"], True, id="by-another-name"),
        pytest.param(["def g(): return f('a')", "print(f('b'))", LATE, "g()"], True, id="by-a-helper"),
        pytest.param(["g = lambda: f('a')", "print(f('b'))", LATE, "print(list(map(lambda x: g(), 'ab')))"], True, id="by-a-lambda"),
        pytest.param(["print(f('a'))", LATE, "def g(): return f('a')"], False, id="by-nobody"),
        pytest.param(["print(f('b'))", LATE, "if True:\n    m.fit(f('a'), epochs=3)"], True, id="inside-of-training"),
        pytest.param(["print(f('a'))", "def f(x): return Image.open(x)", LATE], True, id="defined-again"),
        pytest.param(["for i in range(3):\n    print(f(i))", LATE, "print(Image)"], False, id="in-a-loop"),
    ],
)  # fmt: skip
def test_a_set_up_behind_the_last_use_is_not_held_against_a_function(notebook, kept, cells, counts):
    """What the student saw was without it. One that is never used runs at the end, as the grader calls it."""
    before = ["from PIL import Image, ImageFile", "def f(x): return Image.open(x)"]
    assert (LATE in kept(notebook(*before, *cells), "f")) is counts


def test_among_several_every_set_up_counts(notebook, kept):
    """Nobody can tell whose it is."""
    cells = ["from PIL import Image, ImageFile", "def f(x): return Image.open(x)", "f('a')", LATE, "def g(): pass"]
    assert LATE in kept(notebook(*cells), "f", "g")


def test_what_only_a_set_up_needs_is_optional(notebook):
    """A key for a download, from a module that no sandbox has, must not cost what happens to use the same library."""
    part = slice_submission(
        notebook(
            "import os",
            "from google.colab import userdata",
            "os.environ['KEY'] = userdata.get(\n    'KEY')",
            "os.environ['TF'] = '3'",
            "def f(): return os",
        ),
        ["f"],
    )
    assert [(cell.cell, cell.optional) for cell in part.cells] == [(1, ()), (2, (1,)), (3, (1, 2)), (4, (1,)), (5, ())]


def test_a_style_of_another_library_is_not_a_set_up(notebook, kept):
    """Who plots with matplotlib alone does not need seaborn for it."""
    submission = notebook(
        "import matplotlib.pyplot as plt", "import seaborn as sns", "sns.set_theme()", "def f(): return plt"
    )
    assert kept(submission, "f") == "import matplotlib.pyplot as plt\ndef f(): return plt"


def test_training_is_not_run_for_its_history(notebook):
    """A function that reads the global history is told so, instead of training for an hour."""
    part = slice_submission(
        notebook("model = 1", "history = model.fit(x, y, epochs=100)", "def f():\n    return history.history"), ["f"]
    )
    assert part.unresolved == ("history",)
    assert [cell.cell for cell in part.cells] == [3]


def test_training_hidden_in_a_helper_is_not_run(notebook):
    """The same through a function that trains."""
    part = slice_submission(
        notebook(
            "def run(model):\n    return model.fit(x, epochs=3)",
            "def outer(model):\n    return run(model)",
            "history = outer(1)",
            "def f(): return history",
        ),
        ["f"],
    )
    assert part.unresolved == ("history",)


def test_training_runs_where_it_is_asked_for(notebook, kept):
    """An entry point that is itself the outcome of training is built."""
    submission = notebook("model = make()", "history = model.fit(x, y, epochs=1)", "x = y = make = 1")
    assert kept(submission, "history") == "model = make()\nhistory = model.fit(x, y, epochs=1)"


def test_training_inside_a_needed_block_becomes_pass(notebook):
    """What else the block does still happens, at the same lines."""
    submission = notebook(
        "with scope():\n    model = make()\n    history = model.fit(\n        x, epochs=3)  # long\n    model.compile()",
        "def f(): return model",
    )
    part = slice_submission(submission, ["f"])
    assert part.cells[0].source == "with scope():\n    model = make()\n    pass\n\n    model.compile()"
    assert part.unresolved == ("make", "scope")


def test_training_in_one_line_with_a_block(notebook):
    """Where training cannot be cut out, the whole statement is left out."""
    part = slice_submission(notebook("if x: h = m.fit(x, epochs=1)", "def f(): return h"), ["f"])
    assert (part.unresolved, [cell.cell for cell in part.cells]) == (("h",), [2])


def test_notebook_calls_inside_a_needed_block_become_pass(notebook):
    """Talking to Colab is not needed to bind a name."""
    part = slice_submission(
        notebook("if True:\n    drive.mount('/d')\n    get_ipython().system('ls')\n    p = 1", "def f(): return p"),
        ["f"],
    )
    assert part.cells[0].source == "if True:\n    pass\n    pass\n    p = 1"
    assert part.unresolved == ()


def test_lines_stay_where_they_are(notebook):
    """The map from slice to notebook is the identity: other lines are blank."""
    source = "import os\nprint('hi')\n\n@staticmethod\n# why\ndef f():\n    '''Doc.'''\n    # note\n    return 1  # one\n\nf()\n"
    part = slice_submission(notebook(("markdown", ""), source), ["f"])
    assert part.cells[0].cell == 2
    assert part.cells[0].source == (
        "\n\n\n@staticmethod\n# why\ndef f():\n    '''Doc.'''\n    # note\n    return 1  # one\n\n\n"
    )


def test_unresolved_names(notebook):
    """A function that only works because a stray cell ran first gets told so; IPython's own names are not missing."""
    part = slice_submission(
        notebook("def f(x: Image):\n    display(x)\n    return base_model(x), __name__, len(x)"), ["f"]
    )
    assert part.unresolved == ("Image", "base_model")


def test_a_name_that_is_nearly_the_unresolved_one_is_found(notebook):
    """Whether the case differs or a word is shortened; and nothing is made up where no name is alike."""
    cells = ["n_classes = 3\nBATCH = 8", "def f():\n    return NUM_CLASSES, batch, IMAGE_SIZE"]
    part = slice_submission(notebook(*cells), ["f"])
    assert part.unresolved == ("IMAGE_SIZE", "NUM_CLASSES", "batch")
    assert part.similar == {"NUM_CLASSES": "n_classes", "batch": "BATCH"}


def test_a_name_bound_too_late_is_unresolved(notebook):
    """Cells that were run out of order fail when the notebook starts fresh."""
    part = slice_submission(notebook("x = size * 2", "size = 3", "def f(): return x"), ["f"])
    assert part.unresolved == ("size",)


def test_missing_entry_points(notebook):
    """Names bound nowhere are missing; the rest is sliced."""
    part = slice_submission(notebook("def f(): pass", "g.x = 1"), ["f", "g", "h"])
    assert (part.names, part.missing) == (("f", "g", "h"), ("g", "h"))
    assert len(part.cells) == 1


def test_a_local_name_is_no_entry_point(notebook):
    """Only the module's own names count."""
    assert slice_submission(notebook("def f():\n    g = 1", "class A:\n    def g(self): pass"), ["g"]).missing == ("g",)


def test_entry_point_in_a_broken_cell(notebook):
    """It is not missing: its cell does not parse."""
    part = slice_submission(notebook("x = 1", "def f(:\n    return 1"), ["f"])
    assert part.missing == ()
    assert (part.broken.cell, part.broken.line, part.broken.text) == (2, 1, "def f(:")


def test_broken_cell_nobody_needs(notebook):
    """A broken scratch cell costs nothing."""
    part = slice_submission(notebook("def f(): pass", "print('a'", "    f = 1\n  g"), ["f"])
    assert (part.broken, part.missing) == (None, ())


@pytest.mark.parametrize(
    ("cells", "broken"),
    [
        (["def f(): return 1", "def f(: return 2"], 2),
        (["def f(: return 2", "def f(): return 1"], None),
        (["SIZE = (1", "def f(): return SIZE"], 1),
        (["a, SIZE = (1", "def f(): return SIZE"], 1),
        (["SIZE: int = (1", "def f(): return SIZE"], 1),
        (["from x import (a, SIZE\nx = (", "def f(): return SIZE"], 1),
        (["import numpy as np", "import numpy as np\nprint(", "def f(): return np"], None),
        (["def g():\n    f = (1", "def f(): pass"], None),
        (["if SIZE == (1", "def f(): return 1"], None),
    ],
)
def test_needed_names_in_broken_cells(notebook, cells, broken):
    """A broken cell matters where it is the last to bind a needed name; an import repeated there does not."""
    part = slice_submission(notebook("ok = 1", *cells), ["f"])
    assert (part.broken.cell if part.broken else None) == (broken + 1 if broken else None)


def test_main_block_of_a_script(kept):
    """What a script does when it is run is not what it defines."""
    submission = submission_from_bytes(
        b"C = {}\ndef f(): return C, m\nif __name__ == '__main__':\n    C['a'] = 1\n    f()\nm = 1\n",
        "lab.py",
        notebook=False,
    )
    assert kept(submission, "f") == "C = {}\ndef f(): return C, m\nm = 1"


def test_main_block_of_a_notebook(notebook, kept):
    """In a notebook it is plain code."""
    submission = notebook("C = {}", "if __name__ == '__main__':\n    C['a'] = 1", "def f(): return C")
    assert "C['a'] = 1" in kept(submission, "f")


def test_magics_bind_their_names(notebook, run):
    """`files = !ls` leaves the name, as None, so code that only mentions it still runs."""
    part = slice_submission(notebook("files = !ls", "def f(): return files"), ["f"])
    assert run(part)["f"]() is None


def test_backslash_at_the_end_of_a_kept_statement(notebook, run):
    """A continuation into a dropped comment still compiles."""
    part = slice_submission(notebook("def f(): return 1 \\\n\nprint(1)", "x = f()"), ["f", "x"])
    assert run(part)["x"] == 1


SAME = "import numpy as np\nK = 3\ndef f(a=K):\n    return np.ones(a)"


@pytest.mark.parametrize(
    "cells",
    [
        [("markdown", "# Hello"), SAME],
        ["print('plots')", SAME, "plt.plot()", "def other(): pass"],
        ["import numpy as np", "K = 3", "def f(a=K):\n    return np.ones(a)"],
        [SAME.replace("K = 3", "K = 3  # images").replace("    return", "\n    # why\n    return")],
        [SAME, "print((1"],
        ["%matplotlib inline\n" + SAME.replace("np.ones(a)", "np.ones( (a) )")],
    ],
)
def test_digest_ignores_what_cannot_matter(notebook, cells):
    """Text, comments, layout, plots and unrelated cells leave a cached grade valid."""
    assert slice_submission(notebook(*cells), ["f"]).digest == slice_submission(notebook(SAME), ["f"]).digest


@pytest.mark.parametrize(
    "source",
    [SAME.replace("3", "4"), SAME.replace("a=K", "b=K"), SAME + " + 0", SAME.replace("ones(a)", "ones('a')"), SAME.replace("3", "3.0"), SAME.replace("3", "True"), SAME.replace("    return", "    '''Doc.'''\n    return")],
)  # fmt: skip
def test_digest_sees_code(notebook, source):
    """Any change of the code itself is another slice; so is a docstring, which code can read and run."""
    assert slice_submission(notebook(source), ["f"]).digest != slice_submission(notebook(SAME), ["f"]).digest


@pytest.mark.parametrize(("name", "same"), [("f", True), ("history", False)])
def test_digest_of_training_inside_a_needed_block(notebook, name, same):
    """It counts where it is asked for, and not where it is left out."""
    block = "with scope():\n    model = make()\n    history = model.fit(x, epochs={})"
    digests = {
        slice_submission(notebook(block.format(epochs), "def f(): return model"), [name]).digest for epochs in (3, 4)
    }
    assert (len(digests) == 1) is same


def test_digest_sees_a_broken_cell(notebook):
    """A task that is broken does not share a grade with one that works."""
    good, bad = notebook(SAME), notebook(SAME, "def f(: pass")
    assert slice_submission(good, ["f"]).digest != slice_submission(bad, ["f"]).digest
