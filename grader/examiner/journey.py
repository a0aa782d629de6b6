"""Evidence of an image's journey through a network: the feature maps of every layer, and the picture of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from grader.checks import figures, maps
from grader.checks.finding import CheckFailed
from grader.examiner import answers
from grader.examiner.answers import reading_an_answer
from grader.examiner.cases import Case
from grader.examiner.evidence import Evidence
from grader.examiner.once import once
from grader.examiner.own import own_image, own_model
from grader.examiner.source import Array, Unusable
from grader.model_data import export_own_model


@dataclass(frozen=True)
class GivenMaps:
    """The student's feature maps and the true ones, for one model and image."""

    given: tuple[tuple[str, Array], ...]
    truth: tuple[tuple[str, Array], ...]


class JourneyEvidence:
    """What the checks of `feature_maps` and `plot_feature_maps` look at, gathered as they ask for it."""

    def __init__(self, root: Evidence) -> None:
        self._root = root

    @once
    def maps(self) -> GivenMaps:
        """`feature_maps` on the grader's own model and image."""
        body, arrays = self._own_request
        reply = self._root.ask_once(
            "feature_maps", "feature_maps", {}, "feature_maps", body, arrays, rehearsals=self._other_images
        )
        with reading_an_answer():
            given = answers.maps_of(reply)
        maps.assert_not_empty(given)
        return GivenMaps(given, self.true_maps)

    @once
    def maps_drawing(self) -> figures.Drawing:
        """The figure that `plot_feature_maps` makes of the student's own maps; of the true ones where those are wrong."""
        task, entry = "feature_maps", "plot_feature_maps"
        if self._maps_are_right():
            body, arrays = self._own_request
            reply = self._root.ask_once(
                task,
                entry,
                {},
                "feature_maps",
                {"maps_from": "feature_maps", **body},
                arrays,
                names=[entry, "feature_maps"],
            )
        else:
            names = [name for name, _ in self.true_maps]
            batched = self._maps_have_a_batch_axis()
            given = {f"map{i}": array[None] if batched else array for i, (_, array) in enumerate(self.true_maps)}
            reply = self._root.ask_once(task, entry, {}, "feature_maps", {"names": names}, given)
        with reading_an_answer():
            drawing = answers.drawing_of(reply)
        self._root.pictures[entry] = drawing.png
        return drawing

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

    @once
    def true_maps(self) -> tuple[tuple[str, Array], ...]:
        """What `feature_maps` should return for the grader's own model, without a batch axis."""
        found = maps.true_feature_maps(self._own_model, self._own_image)
        return tuple((name, array[0]) for name, array in found)

    @property
    def _other_images(self) -> list[Case]:
        numbers = (self._root.assignment.number(f"maps {number}") for number in range(2))
        return [Case({}, {"image": own_image(number, self._root.params.image_size)}) for number in numbers]

    @once
    def _own_model(self) -> Any:
        return own_model(self._root.assignment.number("maps"), self._root.params.image_size, self._root.params.channels)

    @property
    def _own_image(self) -> Array:
        return own_image(self._root.assignment.number("maps"), self._root.params.image_size)

    @once
    def _own_request(self) -> tuple[dict[str, Any], dict[str, Array]]:
        body, arrays = export_own_model(self._own_model).to_wire()
        return {"model": body}, {**arrays, "image": self._own_image}
