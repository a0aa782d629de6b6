"""A Keras model as data: exported in the student cell, checked against an allow-list, rebuilt elsewhere."""

from grader.model_data.check import check_compile_config, check_model
from grader.model_data.data import InputInfo, LossValues, ModelData, Note
from grader.model_data.export import export_model, export_own_model
from grader.model_data.limits import DEFAULT_MODEL_LIMITS, ModelLimits
from grader.model_data.notes import RANDOM_AT_INFERENCE, ModelNote
from grader.model_data.outputs import OutputKind, accuracy, decide, hits, label_ids, output_kind
from grader.model_data.paths import trainable_of, variables_by_path, weights_of
from grader.model_data.problems import CannotExport, NotAModel, WeightsNotFinite
from grader.model_data.rebuild import Rebuilt, rebuild_model

__all__ = [
    "DEFAULT_MODEL_LIMITS",
    "RANDOM_AT_INFERENCE",
    "CannotExport",
    "InputInfo",
    "LossValues",
    "ModelData",
    "ModelLimits",
    "ModelNote",
    "NotAModel",
    "Note",
    "OutputKind",
    "Rebuilt",
    "WeightsNotFinite",
    "accuracy",
    "check_compile_config",
    "check_model",
    "decide",
    "export_model",
    "export_own_model",
    "hits",
    "label_ids",
    "output_kind",
    "rebuild_model",
    "trainable_of",
    "variables_by_path",
    "weights_of",
]
