"""Evidence of a function that draws: what stands in the figure, and its picture as PNG bytes."""

from __future__ import annotations

import contextlib
import hashlib
import io
import itertools
import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from grader.student.failures import NotWhatWasAsked
from grader.student.module import StudentModule
from grader.wire import Message

MAX_AXES = 400
MAX_LINES = 100
MAX_POINTS = 10_000
MAX_TEXT = 300
MAX_IMAGES = 96
MAX_IMAGE_SIDE = 512
MAX_SIDE_INCHES = 20.0
PICTURE_DPI = 60


def run(module: StudentModule, request: Message) -> Message:
    """Call `entry(history)` with a Keras History made of body `history`; answer what the figure shows."""
    import keras

    history = keras.callbacks.History()
    history.history = {name: list(values) for name, values in request.body["history"].items()}
    history.epoch = list(range(max(len(values) for values in history.history.values())))
    history.params = {"epochs": len(history.epoch), "steps": 1, "verbose": 0}
    entry = request.body["entry"]
    if "rehearsal" in request.body:
        # Nobody looks at it, and laying out and drawing take longer than all the rest.
        with _as_it_lies():
            figure_of(module.get(entry)(history), entry)
        return Message("answer", {})
    returned = module.get(entry)(history)
    return Message("answer", *describe_figure(returned, entry))


def describe_figure(returned: Any, entry: str) -> tuple[dict[str, Any], dict[str, np.ndarray[Any, Any]]]:
    """What a figure shows, as (body, arrays).

    `axes`: for each, title, x and y label (the figure's where it has none), legend texts, position, and lines (label, number
    of the arrays `x<i>` and `y<i>`). `images`: how many different images show something; arrays `image<i>` hold the first of
    them, (height, width) float32, colours one after another. Array `png` (uint8): the picture.

    Raises:
        NotWhatWasAsked: no figure was returned.
    """
    figure = figure_of(returned, entry)
    arrays: dict[str, np.ndarray[Any, Any]] = {}
    axes = [_axes(ax, arrays, figure) for ax in figure.axes[:MAX_AXES]]
    images = _images(figure.axes[:MAX_AXES])
    for number, band in enumerate(itertools.islice((band for one in images for band in _bands(one)), MAX_IMAGES)):
        arrays[f"image{number}"] = band
    legends = [_text(text.get_text()) for legend in figure.legends for text in legend.get_texts()]
    body = {
        "axes": axes,
        "title": _text(figure.get_suptitle()),
        "legend": legends,
        "images": len(images),
        "tuple": figure is not returned,
    }
    arrays["png"] = np.frombuffer(_picture(figure), dtype=np.uint8)
    return body, arrays


def figure_of(returned: Any, entry: str) -> Any:
    """The figure in what was returned, which may stand first in a tuple, as `plt.subplots` gives it.

    Raises:
        NotWhatWasAsked: no figure was returned.
    """
    from matplotlib.figure import Figure

    figure = returned[0] if isinstance(returned, tuple) and returned else returned
    if not isinstance(figure, Figure):
        kind = "None" if returned is None else f"a {type(returned).__name__[:80]}"
        raise NotWhatWasAsked("not_a_figure", f"`{entry}` returned {kind}, not a matplotlib Figure.")
    return figure


def _axes(ax: Any, arrays: dict[str, np.ndarray[Any, Any]], figure: Any) -> dict[str, Any]:
    from matplotlib.lines import Line2D

    lines = []
    legend = ax.get_legend()
    drawn = _drawn_labels(ax, [*([legend] if legend is not None else []), *figure.legends])
    for line in ax.get_lines()[:MAX_LINES]:
        if not _is_seen(line):
            continue
        number = len(arrays) // 2
        # As matplotlib's own class tells it: a line of another class might draw one curve and name another.
        arrays[f"x{number}"] = _numbers(Line2D.get_xdata(line))
        arrays[f"y{number}"] = _numbers(Line2D.get_ydata(line))
        lines.append({"label": _text(drawn.get(_look(line), line.get_label())), "number": number})
    box = ax.get_position()
    return {
        "title": _text(ax.get_title() or ax.get_title(loc="left") or ax.get_title(loc="right")),
        "xlabel": _text(ax.get_xlabel() or figure.get_supxlabel()),
        "ylabel": _text(ax.get_ylabel() or figure.get_supylabel()),
        "legend": [_text(text.get_text()) for text in legend.get_texts()] if legend is not None else [],
        "position": [float(box.x0), float(box.x1), float(box.y0), float(box.y1)],
        "lines": lines,
    }


def _is_seen(artist: Any) -> bool:
    """Whether it was neither switched off nor made transparent."""
    alpha = artist.get_alpha()
    return bool(artist.get_visible() and artist.axes.get_visible()) and (
        alpha is None or bool(np.any(np.asarray(alpha) != 0))
    )


def _look(line: Any) -> tuple[str, ...]:
    """What tells a line from others to the eye."""
    try:
        return str(line.get_color()), str(line.get_linestyle()), str(line.get_marker())
    except AttributeError:
        return ()


def _drawn_labels(ax: Any, legends: Sequence[Any]) -> dict[tuple[str, ...], str]:
    """The text that a legend shows beside each look: `legend([...])` names lines without telling them."""
    looks = [_look(line) for line in ax.get_lines()[:MAX_LINES]]
    found = {
        _look(handle): text.get_text()
        for legend in legends
        for handle, text in zip(legend.legend_handles, legend.get_texts(), strict=False)
    }
    return {look: text for look, text in found.items() if look and looks.count(look) == 1}


def _images(axes: Sequence[Any]) -> list[np.ndarray[Any, Any]]:
    """Images (`imshow`, `pcolormesh`) that show something, each once."""
    from matplotlib.collections import QuadMesh

    found: dict[bytes, np.ndarray[Any, Any]] = {}
    meshes = (one for ax in axes for one in ax.collections if isinstance(one, QuadMesh))
    for artist in itertools.chain(*(ax.images for ax in axes), meshes):
        if not _is_seen(artist):
            continue
        try:
            pixels = np.ma.filled(np.ma.asarray(artist.get_array()).astype(np.float64), np.nan)
        except (TypeError, ValueError):
            continue
        # A single pixel may be all that is left of a small picture; of more, at least two must differ.
        flat = pixels.reshape(-1, pixels.shape[2]) if pixels.ndim > 2 else pixels.reshape(-1, 1)
        if len(flat) == 1 or not np.all((flat == flat[:1]) | np.isnan(flat)):
            found[hashlib.sha256(str(pixels.shape).encode() + pixels.tobytes()).digest()] = pixels
    return list(found.values())


def _bands(image: np.ndarray[Any, Any]) -> Iterator[np.ndarray[Any, Any]]:
    """The colours of an image one by one, cut to a size that is enough to know a picture again."""
    if image.ndim not in (2, 3):
        return
    cut = image[:MAX_IMAGE_SIDE, :MAX_IMAGE_SIDE]
    for band in range(min(cut.shape[2], 3)) if cut.ndim == 3 else (None,):
        yield np.nan_to_num(cut if band is None else cut[..., band]).astype(np.float32)


def _numbers(values: Any) -> np.ndarray[Any, Any]:
    try:
        return np.asarray(values, dtype=np.float64).reshape(-1)[:MAX_POINTS]
    except (TypeError, ValueError):
        return np.empty(0)


def _text(value: Any) -> str:
    return str(value)[:MAX_TEXT]


@contextlib.contextmanager
def _as_it_lies() -> Iterator[None]:
    """`tight_layout` moves nothing."""
    from matplotlib import figure

    kind: Any = figure.Figure
    own = kind.tight_layout
    kind.tight_layout = lambda _figure, **_options: None
    try:
        yield
    finally:
        kind.tight_layout = own


def _picture(figure: Any) -> bytes:
    from matplotlib.layout_engine import PlaceHolderLayoutEngine

    width, height = figure.get_size_inches()
    side = max(float(width), float(height))
    if not math.isfinite(side) or side > MAX_SIDE_INCHES:
        figure.set_size_inches(
            min(float(width), MAX_SIDE_INCHES) if math.isfinite(width) else 8.0,
            min(float(height), MAX_SIDE_INCHES) if math.isfinite(height) else 6.0,
        )
    buffer = io.BytesIO()
    if isinstance(figure.get_layout_engine(), PlaceHolderLayoutEngine):
        # What `tight_layout()` leaves behind. It moves nothing, but `savefig` draws everything twice while it is there.
        figure._layout_engine = None  # noqa: SLF001 - its setter puts another one in place
    figure.savefig(buffer, format="png", dpi=PICTURE_DPI)
    return buffer.getvalue()
