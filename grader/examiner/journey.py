"""Evidence of an image's journey through a network: the feature maps of every layer, and the picture of them."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import Any

from grader.checks import figures, map_pictures, maps
from grader.checks.finding import CheckFailed
from grader.examiner import answers
from grader.examiner.answers import reading_an_answer
from grader.examiner.cases import Case
from grader.examiner.evidence import Evidence
from grader.examiner.once import once
from grader.examiner.own import FEW, own_image, own_model
from grader.examiner.source import Array, Unusable
from grader.model_data import export_own_model

MANY = (32, 48, 64)
"""Filters of a second network, for functions that draw a fixed number of channels: those of the grader's first one are few."""


@dataclass(frozen=True)
class GivenMaps:
    """The student's feature maps and the true ones, for one model and image."""

    given: tuple[tuple[str, Array], ...]
    truth: tuple[tuple[str, Array], ...]


@dataclass(frozen=True)
class Drawn:
    """The figure of `plot_feature_maps`, and the maps that it should show."""

    drawing: figures.Drawing
    truth: tuple[tuple[str, Array], ...]


class JourneyEvidence:
    """What the checks of `feature_maps` and `plot_feature_maps` look at, gathered as they ask for it."""

    def __init__(self, root: Evidence) -> None:
        self._root = root

    @once
    def maps(self) -> GivenMaps:
        """`feature_maps` on the grader's own model and image."""
        body, arrays = self._own_longer.request
        reply = self._root.ask_once(
            "feature_maps", "feature_maps", {}, "feature_maps", body, arrays, rehearsals=self._other_images
        )
        with reading_an_answer():
            given = answers.maps_of(reply)
        maps.assert_not_empty(given)
        return GivenMaps(given, self._own_longer.maps)

    @once
    def drawn(self) -> Drawn:
        """The figure that `plot_feature_maps` makes of the student's own maps; of the true ones where those are wrong.

        One that raises an error at a network with few filters may draw as many channels of each layer as the student's network has,
        and gets one with many.
        """
        try:
            return self._shown(self._drawing_of(self._own))
        except Unusable as error:
            if error.status != "student_error":
                raise
            with contextlib.suppress(Unusable, CheckFailed):
                second = self._drawing_of(self._own_with_many)
                map_pictures.assert_pictures(second.drawing, second.truth, exactly=True)
                return self._shown(second)
            raise

    def _shown(self, drawn: Drawn) -> Drawn:
        self._root.pictures["plot_feature_maps"] = drawn.drawing.png
        return drawn

    def _drawing_of(self, own: OwnJourney) -> Drawn:
        task, entry = "feature_maps", "plot_feature_maps"
        if self._maps_are_right():
            body, arrays = own.request
            wanted = {"maps_from": "feature_maps", **body}
            names = [entry, "feature_maps"]
            reply = self._root.ask_once(task, entry, {}, "feature_maps", wanted, arrays, names=names)
        else:
            batched = self._maps_have_a_batch_axis()
            given = {f"map{i}": array[None] if batched else array for i, (_, array) in enumerate(own.maps)}
            layers = [name for name, _ in own.maps]
            reply = self._root.ask_once(task, entry, {}, "feature_maps", {"names": layers}, given)
        with reading_an_answer():
            return Drawn(answers.drawing_of(reply), own.maps)

    def _maps_have_a_batch_axis(self) -> bool:
        """Whether the student's own maps have one: who plots such maps indexes it."""
        try:
            return all(array.ndim == 4 for _, array in self.maps.given)
        except Unusable:
            return False

    def _maps_are_right(self) -> bool:
        try:
            maps.assert_layers(self.maps.given, self.maps.truth)
            maps.assert_values(self.maps.given, self.maps.truth)
        except (Unusable, CheckFailed):
            return False
        return True

    @property
    def _other_images(self) -> list[Case]:
        numbers = (self._root.assignment.number(f"maps {number}") for number in range(2))
        return [Case({}, {"image": own_image(number, self._root.params.image_size)}) for number in numbers]

    @once
    def _own(self) -> OwnJourney:
        return self._journey(FEW)

    @once
    def _own_longer(self) -> OwnJourney:
        """For functions that take layers by their places, which a chain of convolution and pooling alone would not show."""
        return self._journey(FEW, longer=True)

    @once
    def _own_with_many(self) -> OwnJourney:
        return self._journey(MANY)

    def _journey(self, filters: tuple[int, ...], *, longer: bool = False) -> OwnJourney:
        seed, params = self._root.assignment.number("maps"), self._root.params
        image = own_image(seed, params.image_size)
        return OwnJourney(own_model(seed, params.image_size, params.channels, filters, longer=longer), image)


class OwnJourney:
    """A network and an image of the grader's own.

    Attributes:
        maps: what `feature_maps` should return for them, without a batch axis.
        request: both as a request carries them.
    """

    def __init__(self, model: Any, image: Array) -> None:
        self.maps = tuple((name, array[0]) for name, array in maps.true_feature_maps(model, image))
        body, arrays = export_own_model(model).to_wire()
        self.request: tuple[dict[str, Any], dict[str, Array]] = {"model": body}, {**arrays, "image": image}
