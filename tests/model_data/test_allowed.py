"""The allow-list names what Keras really has, as Keras really writes it."""

import importlib

import keras
import pytest
from keras.src.ops.operation import Operation

from grader.model_data import allowed


@pytest.mark.parametrize(("module", "name"), sorted(allowed.ALLOWED))
def test_allowed_class_exists_in_keras(module, name):
    """Each entry is a class, found under its module and called by its own name."""
    found = getattr(importlib.import_module(module), name)
    assert isinstance(found, type)
    assert found.__name__ == name
    assert found.__module__.startswith("keras.")


def test_operations_take_no_functions():
    """Nothing on the list runs a function that a config could name."""
    takes_functions = {
        "Lambda", "Map", "Scan", "Cond", "WhileLoop", "ForiLoop", "Switch", "VectorizedMap", "AssociativeScan",
        "TFSMLayer", "TorchModuleWrapper", "JaxLayer", "FlaxLayer", "StringLookup", "IntegerLookup",
        "TextVectorization", "Hashing", "Wrapper", "RNN",
    }  # fmt: skip
    assert not {name for _, name in allowed.ALLOWED} & takes_functions


def test_operations_are_operations_and_layers_are_layers():
    """The kind of each entry is its kind in Keras."""
    parents = {
        "layer": keras.layers.Layer,
        "operation": Operation,
        "model": keras.Model,
        "optimizer": keras.optimizers.Optimizer,
        "loss": keras.losses.Loss,
        "metric": keras.metrics.Metric,
        "initializer": keras.initializers.Initializer,
        "regularizer": keras.regularizers.Regularizer,
        "constraint": keras.constraints.Constraint,
        "schedule": keras.optimizers.schedules.LearningRateSchedule,
        "dtype": keras.DTypePolicy,
    }
    for (module, name), kind in allowed.ALLOWED.items():
        assert issubclass(getattr(importlib.import_module(module), name), parents[kind]), (module, name)


def test_allowed_functions_exist_in_keras():
    """Loss and metric functions go by names that Keras has."""
    assert all(callable(getattr(keras.losses, name)) for name in allowed.LOSS_FUNCTIONS)
    assert all(
        callable(getattr(keras.metrics, name, None) or getattr(keras.losses, name)) for name in allowed.METRIC_FUNCTIONS
    )
