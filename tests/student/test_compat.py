"""Code written for older Keras runs in the student cell, with a note; today's code runs as it does without shims."""

from __future__ import annotations

import inspect
import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np
import PIL.Image
import pytest
import tensorflow as tf

from grader.examiner.broker_source import BrokerSource, take_notes
from grader.examiner.source import Unusable
from grader.model_data import export_model, rebuild_model
from grader.student import cell, compat, old_imports, stand_ins
from grader.student.drift import TEXTS
from grader.student.module import StudentModule
from grader.wire import Channel, Message

pytestmark = pytest.mark.filterwarnings("ignore:Do not pass an `input_shape`")

OPTIMIZERS = (
    "Adadelta", "Adafactor", "Adagrad", "Adam", "AdamW", "Adamax", "Ftrl", "Lamb", "Lion", "Muon", "Nadam", "RMSprop",
    "SGD",
)  # fmt: skip
BUILT = (
    "import keras\nmodel = keras.Sequential([keras.Input((8, 8, 3)), keras.layers.Flatten(), keras.layers.Dense(2)])\n"
)


@pytest.fixture
def undone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Shims installed in this process vanish after the test, and so do the old modules that it imported."""
    before = set(sys.modules)
    monkeypatch.setattr(
        compat, "_replace", lambda owner, name, value: monkeypatch.setattr(owner, name, value, raising=False)
    )
    yield
    monkeypatch.undo()
    for name in set(sys.modules) - before:
        loader = getattr(getattr(sys.modules[name], "__spec__", None), "loader", None)
        if type(loader).__module__ in (old_imports.__name__, stand_ins.__name__):
            del sys.modules[name]
            parent, _, last = name.rpartition(".")
            vars(sys.modules.get(parent, old_imports)).pop(last, None)


@pytest.fixture
def notes(undone: None) -> compat.Notes:
    return compat.install()


def kinds(notes: compat.Notes) -> list[str]:
    return notes.to_body()


def run(source: str) -> dict[str, Any]:
    """The names that a student's cell with this source binds."""
    return StudentModule([(1, source)], notebook=True).load().__dict__


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_takes_lr(notes, name):
    """The rate given as `lr` is the rate of the optimizer, and its config names it as today."""
    optimizer = getattr(keras.optimizers, name)(lr=0.25)
    assert float(optimizer.learning_rate) == 0.25
    assert "lr" not in optimizer.get_config()
    assert kinds(notes) == ["drift-lr"]


@pytest.mark.parametrize("rate", [np.float32(0.25), np.array(0.25), tf.constant(0.25), keras.Variable(0.25), 1])
def test_a_rate_may_be_any_number(notes, rate):
    """As `optimizer.learning_rate.numpy() / 10` is."""
    optimizer = keras.optimizers.Adam(learning_rate=rate)
    assert float(optimizer.learning_rate) == float(rate)
    assert kinds(notes) == ["drift-rate"]


@pytest.mark.parametrize("rate", ["fast", [0.1, 0.2], None])
def test_a_rate_is_a_number(notes, rate):
    with pytest.raises((TypeError, ValueError)):
        keras.optimizers.Adam(learning_rate=rate)
    assert kinds(notes) == []


def test_an_optimizer_still_refuses_what_it_never_knew(notes):
    """Only `lr` is taken; a typing mistake is an error as before."""
    with pytest.raises(ValueError, match="not recognized"):
        keras.optimizers.Adam(learn_rate=0.1)
    assert kinds(notes) == []


def test_the_rate_is_read_and_set_under_its_old_name(notes):
    """`optimizer.lr` is the learning rate; what is set there counts."""
    seen = run(
        "import tensorflow as tf\n"
        "optimizer = tf.keras.optimizers.Adam(0.25)\n"
        "before = float(optimizer.lr)\n"
        "optimizer.lr = 0.5\n"
    )
    assert (seen["before"], float(seen["optimizer"].learning_rate)) == (0.25, 0.5)
    assert kinds(notes) == ["drift-lr-read"]


def test_an_epsilon_of_none_is_keras_own(notes):
    """Keras takes `epsilon=None` and then cannot train; the optimizer gets the number that it meant."""
    optimizer = keras.optimizers.Adam(learning_rate=0.1, epsilon=None)
    assert optimizer.get_config()["epsilon"] == keras.config.epsilon()
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile(optimizer, "mse")
    model.fit(np.ones((4, 2)), np.ones(4), verbose=0)
    assert kinds(notes) == ["drift-epsilon"]


@pytest.mark.filterwarnings("ignore:Argument `decay`")
def test_a_decay_is_noted_and_a_decay_of_zero_is_not(notes):
    """Keras ignores `decay=`; the report says so where it was meant to do something."""
    keras.optimizers.Adam(learning_rate=0.1, decay=0.0)
    assert kinds(notes) == []
    keras.optimizers.RMSprop(learning_rate=0.1, decay=1e-6)
    assert kinds(notes) == ["drift-decay"]


@pytest.mark.filterwarnings("ignore:Argument `decay`")
@pytest.mark.parametrize("name", ["Adagrad", "Adam", "Ftrl", "RMSprop", "SGD"])
@pytest.mark.parametrize(
    "start",
    [
        "import tensorflow as tf\nmake = tf.keras.optimizers.legacy.{}\n",
        "from tensorflow.keras.optimizers.legacy import {} as make\n",
        "from keras.optimizers.legacy import {} as make\n",
    ],
)
def test_legacy_optimizers_are_todays(notes, name, start):
    """By attribute and by import, with the arguments of their time."""
    optimizer = run(start.format(name) + "made = make(lr=0.25, decay=1e-6)\n")["made"]
    assert type(optimizer) is getattr(keras.optimizers, name)
    assert float(optimizer.learning_rate) == 0.25
    assert kinds(notes) == ["drift-legacy", "drift-lr", "drift-decay"]


@pytest.mark.parametrize("metrics", ["accuracy", keras.metrics.BinaryAccuracy, keras.metrics.binary_accuracy])
def test_one_metric_needs_no_brackets(notes, metrics):
    """A bare metric gives the history that the metric in a list gives."""
    metrics = metrics() if isinstance(metrics, type) else metrics
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, activation="sigmoid")])
    model.compile("adam", "binary_crossentropy", metrics=metrics)
    history = model.fit(np.zeros((4, 2)), np.zeros(4), verbose=0).history
    assert set(history) in ({"loss", "accuracy"}, {"loss", "binary_accuracy"})
    assert kinds(notes) == ["drift-metrics"]


def test_a_bare_metric_in_place_is_taken(notes):
    """Positional arguments of `compile` count as the named ones do."""
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("adam", "mse", None, "mae")
    assert model.get_compile_config()["metrics"] == ["mae"]


def test_metrics_may_come_third(notes):
    """As they did; weights of the loss in that place stay what they are."""
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse", ["accuracy"])
    assert model.get_compile_config()["metrics"] == ["accuracy"]
    assert model.get_compile_config()["loss_weights"] is None
    assert kinds(notes) == ["drift-metrics-third"]
    model.compile("sgd", "mse", [0.5])
    assert model.get_compile_config()["loss_weights"] == [0.5]


@pytest.mark.parametrize("name", ["AveragePooling1D", "AveragePooling2D", "AveragePooling3D"])
def test_pooling_needs_no_size(notes, name):
    """Two was the default; a size that is given stays."""
    layer = getattr(keras.layers, name)
    assert set(layer(3).pool_size) == {3}
    assert set(layer(pool_size=3).pool_size) == {3}
    assert kinds(notes) == []
    assert set(layer().pool_size) == {2}
    assert kinds(notes) == ["drift-pool-size"]


def test_acc_is_noted_and_left_as_it_is(notes):
    """Keras takes `acc`; the note says why the history's keys look unusual."""
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("adam", "mse", metrics=["acc"])
    assert model.get_compile_config()["metrics"] == ["acc"]
    assert kinds(notes) == ["drift-acc"]


def test_compile_refuses_unknown_arguments_as_before(notes):
    """The shim adds no argument and hides no mistake."""
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    with pytest.raises(TypeError, match="metric_list"):
        model.compile("adam", metric_list=["accuracy"])
    assert "metrics" in inspect.signature(model.compile).parameters


@pytest.mark.parametrize(
    ("given", "today"), [("ReLU", "relu"), ("Softmax", "softmax"), ("Sigmoid", "sigmoid"), ("TANH", "tanh")]
)
def test_activations_in_another_case_are_found(notes, given, today):
    """Layers and `Activation` take the name, and hold the activation under today's name."""
    assert keras.layers.Dense(1, activation=given).get_config()["activation"] == today
    assert keras.layers.Conv2D(1, 3, activation=given).get_config()["activation"] == today
    assert keras.layers.Activation(given).get_config()["activation"] == today
    assert kinds(notes) == ["drift-activation"]


def test_the_name_of_the_leaky_layer_is_its_activation(notes):
    """`LeakyReLU` as a name meant the layer with its own slope of 0.3, and it leaves the cell as such."""
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, activation="LeakyReLU", name="leaky")])
    assert model.layers[0].activation.negative_slope == pytest.approx(0.3)
    assert rebuild_model(export_model(model)).agrees
    assert kinds(notes) == ["drift-leaky-relu"]


@pytest.mark.parametrize("given", ["Rellu", "rellu", "", 3])
def test_unknown_activations_are_refused_as_before(notes, given):
    """What no change of case makes known is the error that Keras gives, naming what was written."""
    with pytest.raises(ValueError, match=f"identifier: {given}"):
        keras.layers.Dense(1, activation=given)
    assert kinds(notes) == []


def test_the_exported_model_is_todays(notes):
    """What leaves the cell names activation, metrics and rate as current Keras does."""
    model = keras.Sequential([keras.Input((8, 8, 3)), keras.layers.Flatten(), keras.layers.Dense(1, activation="ReLU")])
    model.compile(keras.optimizers.RMSprop(lr=0.5), "mse", metrics="accuracy")
    data = export_model(model)
    assert data.config["config"]["layers"][-1]["config"]["activation"] == "relu"
    assert data.compile_config is not None
    assert data.compile_config["metrics"] == ["accuracy"]
    assert data.compile_config["optimizer"]["config"]["learning_rate"] == 0.5


def test_layers_tell_their_shapes(notes):
    """`layer.output_shape` and `layer.input_shape`, as the course's plots of feature maps ask for them."""
    seen = run(BUILT + "shapes = [(layer.input_shape, layer.output_shape) for layer in model.layers]\n")
    assert seen["shapes"] == [((None, 8, 8, 3), (None, 192)), ((None, 192), (None, 2))]
    assert kinds(notes) == ["drift-input-shape", "drift-output-shape"]


def test_a_layer_without_a_shape_has_none(notes):
    """A layer that was never called raises, as it did in older Keras."""
    with pytest.raises(AttributeError):
        run("import keras\nkeras.layers.Dense(2).output_shape\n")
    assert kinds(notes) == []


def test_shapes_of_the_students_own_layers_win(notes):
    """A layer may hold an attribute of that name; the shim neither hides nor forbids it."""
    seen = run(
        "import keras\n"
        "class Mine(keras.layers.Layer):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "        self.output_shape = 7\n"
        "seen = Mine().output_shape\n"
    )
    assert seen["seen"] == 7
    assert kinds(notes) == []


def test_keras_and_the_grader_see_layers_without_shims(notes):
    """Only the student's own lines are answered: `summary` and the export go by what layers lack."""
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    assert not hasattr(model.layers[0], "output_shape")
    model.summary(print_fn=lambda *_a, **_k: None)
    export_model(model)
    with pytest.raises(AttributeError):
        model.input  # noqa: B018
    assert kinds(notes) == []


def test_a_sequential_model_has_ends_once_it_is_built(notes):
    """The course's idiom `Model(inputs=model.input, outputs=[layer.output ...])` gives the layers' values."""
    seen = run(
        BUILT + "journey = keras.Model(inputs=model.input, outputs=[layer.output for layer in model.layers])\n"
        "last = keras.Model(model.input, model.output)\n"
    )
    images = np.ones((1, 8, 8, 3), np.float32)
    expected = seen["model"](images)
    assert np.allclose(seen["journey"](images)[-1], expected)
    assert np.allclose(seen["last"](images), expected)
    assert kinds(notes) == ["drift-sequential-input", "drift-sequential-output"]


def test_a_sequential_model_that_is_not_built_has_no_ends(notes):
    """Without an input shape there is nothing to hand out."""
    with pytest.raises(AttributeError, match="never been called"):
        run("import keras\nkeras.Sequential([keras.layers.Dense(1)]).input\n")


def test_an_input_shape_on_the_first_layer_is_noted(notes):
    """Keras takes it with a warning that nobody sees; the report says it."""
    model = keras.Sequential([keras.layers.Rescaling(1 / 255, input_shape=(8, 8, 3)), keras.layers.Flatten()])
    model.compile("adam", "mse")
    assert kinds(notes) == ["drift-first-layer"]


def test_a_callback_may_set_its_model(notes):
    """`self.model = None` in a constructor is taken, and the model that Keras sets later wins."""
    seen = run(
        "import tensorflow as tf\n"
        "class Stop(tf.keras.callbacks.Callback):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "        self.model = None\n"
        "stop = Stop()\n"
    )
    assert seen["stop"].model is None
    seen["stop"].set_model("the model")
    assert seen["stop"].model == "the model"
    assert kinds(notes) == ["drift-callback-model"]


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("import tensorflow as tf\nfound = tf.keras.layers.experimental.preprocessing.Rescaling", "drift-experimental"),
        ("from tensorflow.keras.layers.experimental.preprocessing import Rescaling as found", "drift-experimental"),
        ("from tensorflow.keras.layers.experimental import preprocessing\nfound = preprocessing.Rescaling",
         "drift-experimental"),
        ("from tensorflow.keras.layers import experimental\nfound = experimental.preprocessing.Rescaling",
         "drift-experimental"),
        ("from tensorflow.keras import layers\nfound = layers.experimental.preprocessing.Rescaling",
         "drift-experimental"),
        ("from keras.layers.experimental import preprocessing\nfound = preprocessing.Rescaling", "drift-experimental"),
        ("import keras\nfound = keras.layers.experimental.preprocessing.Rescaling", "drift-experimental"),
        ("from keras.layers.core import Dense as found", "drift-module"),
        ("from keras.layers.convolutional import Conv2D as found", "drift-module"),
        ("from keras.layers.normalization import BatchNormalization as found", "drift-module"),
        ("from keras.layers.advanced_activations import LeakyReLU as found", "drift-module"),
        ("from keras.engine import Model as found", "drift-module"),
        ("from keras.engine.topology import Layer as found", "drift-module"),
        ("from keras.utils.np_utils import to_categorical as found", "drift-module"),
        ("from keras.utils import np_utils\nfound = np_utils.to_categorical", "drift-module"),
        ("import keras.utils.np_utils as old\nfound = old.to_categorical", "drift-module"),
        ("from keras.utils.vis_utils import plot_model as found", "drift-module"),
        ("from keras.preprocessing.image import ImageDataGenerator as found", "drift-generator"),
        ("from keras.preprocessing import image\nfound = image.ImageDataGenerator", "drift-generator"),
        ("import keras\nfound = keras.preprocessing.image.ImageDataGenerator", "drift-generator"),
    ],
)  # fmt: skip
def test_what_has_moved_is_found_where_it_is_now(notes, source, kind):
    """By import and by attribute, from `keras` and from `tensorflow.keras`: the very object of today."""
    found = run(source)["found"]
    name = found.__name__
    homes = (keras.layers, keras.models, keras.utils, tf.keras.preprocessing.image)
    assert any(getattr(home, name, None) is found for home in homes)
    assert kinds(notes) == [kind]


@pytest.mark.parametrize(
    ("source", "found", "kind"),
    [
        ("from keras import backend as K\nfound = K.get_value(K.variable(0.5))", 0.5, "drift-backend"),
        ("import keras\nfound = float(keras.backend.mean(keras.ops.array([1.0, 2.0])))", 1.5, "drift-backend"),
        ("import numpy as np\nfound = np.zeros(2, dtype=np.float).dtype", np.dtype(float), "drift-numpy"),
        ("from PIL import Image\nfound = Image.ANTIALIAS", PIL.Image.Resampling.LANCZOS, "drift-pillow"),
    ],
)
def test_what_a_module_has_lost_it_answers_for(notes, source, found, kind):
    """What `tf.keras` still has, what NumPy called Python's own types, and the best way of resizing."""
    assert run(source)["found"] == found
    assert kinds(notes) == [kind]


def test_an_input_layer_has_its_tensor_as_input(notes):
    """`layers[0].input` of a functional model; Keras itself hears what it always hears."""
    source = f"{BUILT}whole = keras.Model(model.inputs, model.outputs)\nfound = keras.Model(whole.layers[0].input, whole.output)"
    names = run(source)
    assert names["found"].input_shape == (None, 8, 8, 3)
    assert names["whole"].layers[0].input == []
    assert kinds(notes) == ["drift-input-layer"]


def test_own_objects_are_registered_through_tf_keras(notes):
    """`keras.saving` after `from tensorflow import keras`, which is there or not by what was imported before."""
    source = "from tensorflow import keras\nfound = keras.saving.register_keras_serializable('mine')(type('A', (keras.layers.Layer,), {}))"
    assert run(source)["found"].__name__ == "A"
    assert kinds(notes) == []


@pytest.mark.parametrize(
    "source",
    [
        "from tqdm import tqdm\nfound = [i for i in tqdm(range(3))]",
        "from tqdm.auto import tqdm, trange\nfound = [i for i in trange(3, desc='a', leave=False)]",
        "import tqdm\nfound = list(tqdm.tqdm([0, 1, 2], total=3, unit='it'))",
        "from tqdm.notebook import tqdm_notebook\nfound = list(tqdm_notebook(iter([0, 1, 2])))",
        (
            "from tqdm import tqdm\nfound = []\nwith tqdm(total=3) as bar:\n    for i in range(3):\n        found.append(bar.n)\n"
            "        bar.update()\n        bar.set_postfix(loss=1)\n        bar.set_description('b')"
        ),
        (
            "import tensorflow as tf\nfrom tqdm import tqdm\n"
            "found = [int(i) for i in tqdm(tf.data.Dataset.range(5).filter(lambda i: i < 3))]"
        ),
        "from tqdm.contrib import tenumerate\nfound = [i for i, _ in tenumerate('abc')]",
    ],
)
def test_a_progress_bar_is_no_reason_to_fail(notes, capsys, source):
    """The loop runs as without it, and shows nothing."""
    assert run(source)["found"] == [0, 1, 2]
    assert kinds(notes) == []
    assert capsys.readouterr() == ("", "")


def test_other_uses_of_progress_bars(notes, capsys):
    """Tables, a callback, what is printed beside a bar, its length and its truth."""
    names = run(
        "import pandas as pd\nfrom tqdm import tqdm\nfrom tqdm.keras import TqdmCallback\n"
        "tqdm.pandas(desc='a')\nfound = list(pd.Series([1, 2]).progress_apply(lambda x: x + 1))\n"
        "called = TqdmCallback(verbose=0)\ntqdm.write('said')\nbar = tqdm([7])\n"
    )
    assert names["found"] == [2, 3]
    assert isinstance(names["called"], keras.callbacks.Callback)
    assert capsys.readouterr().out == "said\n"
    assert len(names["bar"]) == 1
    assert 7 in names["bar"]
    assert names["bar"]


@pytest.mark.parametrize(
    "source",
    [
        "from keras.layers.core import Dens",
        "from keras.utils import np_util",
        "import keras.layers.kore",
        "from keras.preprocessing.image import ImageGenerator",
        "from keras import backend\nbackend.get_values",
        "import numpy as np\nnp.flaot",
        "from PIL import Image\nImage.ANTIALIASING",
        "import tensorflow as tf\ntf.keras.layers.experiment",
        "import tensorflow as tf\ntf.keras.layers.experimental.preprocessing.Scaling",
    ],
)
def test_what_never_was_is_refused_as_before(notes, source):
    """A typing mistake is an error, and no note."""
    with pytest.raises((ImportError, AttributeError)):
        run(source)
    assert kinds(notes) == []


@pytest.mark.parametrize(
    "source",
    [
        "from tensorflow.keras.preprocessing.image import ImageDataGenerator, img_to_array, load_img",
        "from tensorflow.keras.preprocessing import image_dataset_from_directory",
        "from keras.preprocessing.image import img_to_array, load_img",
        "from tensorflow.keras.utils import to_categorical",
        "from tensorflow.keras.layers import Convolution2D, MaxPool2D",
        "import tensorflow as tf\nhasattr(tf.keras.layers, 'nothing')\ndir(tf.keras.layers)",
    ],
)
def test_what_is_still_there_is_not_noted(notes, source):
    """Old spellings that Keras itself has kept need no word."""
    run(source)
    assert kinds(notes) == []


def test_todays_code_is_not_noted(notes):
    """A model as the course teaches it now goes through without a word."""
    seen = run(
        "import keras\n"
        "model = keras.Sequential([keras.Input((8, 8, 3)), keras.layers.Flatten(),\n"
        "                          keras.layers.Dense(1, activation='sigmoid')])\n"
        "model.compile(keras.optimizers.Adam(learning_rate=1e-3), 'binary_crossentropy', metrics=['accuracy'])\n"
        "journey = keras.Model(model.inputs, [layer.output for layer in model.layers])\n"
    )
    assert len(seen["journey"].outputs) == 2
    assert kinds(notes) == []


@pytest.mark.filterwarnings("ignore")
def test_the_old_image_generator_still_reads_folders(notes, tmp_path, monkeypatch):
    """`ImageDataGenerator` needs no shim: it turns and rescales images as it did."""
    from PIL import Image

    monkeypatch.chdir(tmp_path)
    for name in ("Cat", "Dog"):
        (tmp_path / "photos" / name).mkdir(parents=True)
        Image.new("RGB", (20, 20), (255, 255, 255)).save(tmp_path / "photos" / name / "0.png")
    seen = run(
        "import tensorflow as tf\n"
        "make = tf.keras.preprocessing.image.ImageDataGenerator(rescale=1 / 255, rotation_range=40)\n"
        "images, labels = next(make.flow_from_directory('photos', (8, 8), batch_size=2, class_mode='binary'))\n"
    )
    assert seen["images"].shape == (2, 8, 8, 3)
    assert seen["images"].max() == pytest.approx(1.0)
    assert sorted(seen["labels"]) == [0.0, 1.0]


def test_notes_come_once_each(notes):
    """A thousand uses are one note with its text."""
    for _ in range(1000):
        notes.add("drift-lr")
    assert notes.to_body() == ["drift-lr"]


def test_every_text_fits_what_the_examiner_takes():
    """No note is cut or dropped on its way into the report."""
    known: list[tuple[str, str]] = []
    take_notes(list(TEXTS), known)
    assert known == list(TEXTS.items())


# over the wire ------------------------------------------------------------------------------------------------------


def ask_cell(source: str, **more: Any) -> Message:
    """The reply of a cell that holds `source` to a request for the file names that `names` gives."""
    ours, theirs = socket.socketpair()
    serving = threading.Thread(target=cell.main, args=(theirs,))
    serving.start()
    channel = Channel(ours)
    setup = {"cells": [{"cell": 1, "source": source}], "notebook": True, "seed": 1, "files": [], **more}
    channel.send(Message("setup", setup, {"files": np.empty(0, np.uint8)}))
    channel.send(Message("request", {"adapter": "file_names", "entry": "names", "directory": "."}))
    reply = channel.receive(timeout_s=60)
    channel.close()
    serving.join(60)
    theirs.close()
    return reply


LR = "import keras\nkeras.optimizers.Adam(lr=0.1)\n"


def test_notes_travel_with_answers_and_errors(undone, tmp_path, monkeypatch):
    """Drift before an exception is noted as well."""
    monkeypatch.chdir(tmp_path)
    good = ask_cell(LR + "def names(folder): return ['a']\n")
    bad = ask_cell(LR + "def names(folder): return 1 / 0\n")
    assert (good.kind, bad.kind) == ("answer", "error")
    assert good.body["notes"] == bad.body["notes"] == ["drift-lr"]


def test_shims_can_be_switched_off(undone, tmp_path, monkeypatch):
    """With `compat` false, Keras refuses what it refuses."""
    monkeypatch.chdir(tmp_path)
    reply = ask_cell(LR + "def names(folder): return ['a']\n", compat=False)
    assert reply.kind == "error"
    assert "lr" in reply.body["message"]
    assert reply.body["notes"] == []


class Replies:
    """A channel at whose far end each request is answered by the next of some messages."""

    def __init__(self, *replies: Message) -> None:
        self._replies = list(replies)

    def send(self, message: Message) -> None:
        pass

    def receive(self) -> Message:
        return self._replies.pop(0)


def test_the_examiner_takes_notes_from_every_reply():
    """Notes beside an answer and beside an error both arrive, each once."""
    lr, acc = "drift-lr", "drift-acc"
    source = BrokerSource(
        Replies(
            sliced := Message("sliced", {"cells": [], "unresolved": []}),
            Message("answer", {"notes": [lr]}),
            sliced,
            Message("error", {"type": "ValueError", "message": "no", "notes": [lr, acc]}),
        )
    )
    request = Message("request", {"adapter": "model", "entry": "entry"})
    source.ask("task", ["entry"], {}, 0, request, quiet=False)
    with pytest.raises(Unusable):
        source.ask("task", ["entry"], {}, 0, request, quiet=False)
    assert [kind for kind, _ in source.notes] == ["drift-lr", "drift-acc"]


@pytest.mark.parametrize(
    "given",
    [
        None, "drift-lr", 3, {"kind": "drift-lr", "text": "x"}, [None], [1], [["drift-lr"]], ["model-differs"],
        ["drift-of-my-own"], ["drift-lr "], [{"kind": "drift-lr", "text": "x"}],
    ],
)  # fmt: skip
def test_what_is_no_note_is_dropped(given):
    """A hostile cell writes nothing else into the report, and speaks for no other part of the grader."""
    known: list[tuple[str, str]] = []
    take_notes(given, known)
    assert known == []


def test_notes_are_bounded_over_all_replies():
    """Many notes from many cells stay one for each kind, and do not crowd out the grader's own."""
    known = [("model-differs", "ours")] * 30
    for _ in range(20):
        take_notes(list(TEXTS) * 100, known)
    assert known[30:] == list(TEXTS.items())


@pytest.mark.parametrize(
    "source",
    [
        "from IPython.display import Image, clear_output, display\nx = [display(Image('a.png')), clear_output(wait=True)]",
        "import IPython\nx = [IPython.display.HTML('<b>'), IPython.get_ipython().run_line_magic('a', 'b')]",
        "import IPython.display as show\nx = [show.Markdown('# a').data, show.update_display(1)]",
        "import matplotlib.pyplot as plt\nfrom IPython.display import clear_output\nx = [plt.ion(), plt.ioff()]",
        "from IPython import get_ipython, display\nx = [get_ipython().system('true'), display.Audio([1])]",
    ],
)
def test_what_shows_things_shows_nothing(notes, source):
    """IPython is no package of the course's; who imports its display from there sees what others see."""
    assert len(run(source)["x"]) == 2


@pytest.mark.parametrize("root", ["keras", "tensorflow.keras"])
def test_no_network_is_drawn(notes, root, tmp_path, monkeypatch):
    """`plot_model` needs Graphviz, which a student's machine may have and a cell has not; whoever reads its file finds one."""
    monkeypatch.chdir(tmp_path)
    source = (
        f"import {root} as k\nfrom {root}.utils import plot_model\nm = k.Sequential([k.Input((2,)), k.layers.Dense(1)])\n"
        "x = [plot_model(m, to_file='a.png', show_shapes=True), k.utils.model_to_dot(m).create(prog='dot')]"
    )
    assert run(source)["x"]
    assert Path("a.png").read_bytes().startswith(b"\x89PNG")
