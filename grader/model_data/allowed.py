"""The Keras classes and functions that a model from outside may name, as `(module, class)` pairs as serialised.

Whatever is missing here is refused. Left out on purpose: everything that holds code or reads a path (`Lambda`,
`TFSMLayer`, `StringLookup`, `TextVectorization`, wrappers of other frameworks), operations that take a function
(`Map`, `Scan`, `Cond`, …), and what a course on images has no use for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

Kind: TypeAlias = Literal[
    "model", "layer", "operation", "initializer", "regularizer", "constraint", "dtype",
    "optimizer", "schedule", "loss", "metric",
]  # fmt: skip


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


LAYERS = _names("""
    InputLayer Activation ELU LeakyReLU PReLU ReLU Softmax
    Dense EinsumDense Identity Masking Conv1D Conv2D Conv3D DepthwiseConv1D DepthwiseConv2D SeparableConv1D
    SeparableConv2D Conv1DTranspose Conv2DTranspose Conv3DTranspose
    AveragePooling1D AveragePooling2D AveragePooling3D MaxPooling1D MaxPooling2D MaxPooling3D
    GlobalAveragePooling1D GlobalAveragePooling2D GlobalAveragePooling3D
    GlobalMaxPooling1D GlobalMaxPooling2D GlobalMaxPooling3D
    AdaptiveAveragePooling2D AdaptiveMaxPooling2D
    BatchNormalization LayerNormalization GroupNormalization RMSNormalization UnitNormalization Normalization
    Dropout AlphaDropout GaussianDropout GaussianNoise SpatialDropout1D SpatialDropout2D SpatialDropout3D
    ActivityRegularization
    Flatten Reshape Permute RepeatVector Cropping1D Cropping2D Cropping3D UpSampling1D UpSampling2D UpSampling3D
    ZeroPadding1D ZeroPadding2D ZeroPadding3D
    Add Average Concatenate Dot Maximum Minimum Multiply Subtract
    Attention AdditiveAttention MultiHeadAttention
    Rescaling Resizing CenterCrop Pipeline
    AugMix AutoContrast Equalization RandAugment Solarization
    RandomBrightness RandomColorDegeneration RandomColorJitter RandomContrast RandomCrop RandomElasticTransform
    RandomErasing RandomFlip RandomGaussianBlur RandomGrayscale RandomHue RandomInvert RandomPerspective
    RandomPosterization RandomRotation RandomSaturation RandomSharpness RandomShear RandomTranslation RandomZoom
""")
NUMPY_OPERATIONS = _names("""
    Abs Absolute Add All Amax Amin Any Argmax Argmin Average BroadcastTo Ceil Clip Concatenate Copy Cos Divide
    DivideNoNan Equal Exp ExpandDims Expm1 Flip Floor FloorDivide GetItem Greater GreaterEqual Less LessEqual Log
    Log10 Log1p Log2 LogicalAnd LogicalNot LogicalOr Matmul Max Maximum Mean Min Minimum Mod Moveaxis Multiply
    NanToNum Negative NotEqual OnesLike Pad Power Prod Ravel Reciprocal Repeat Reshape Roll Round Sign Sin Split
    Sqrt Square Squeeze Stack Std Subtract Sum Swapaxes Take Tanh Tile Transpose TrueDivide Var Where ZerosLike
""")
NN_OPERATIONS = _names("""
    AveragePool Celu DepthToSpace Elu Gelu HardSigmoid HardSilu HardTanh LeakyRelu LogSigmoid LogSoftmax MaxPool
    Moments Normalize OneHot Relu Relu6 Selu Sigmoid Silu Softmax Softplus Softsign SpaceToDepth TanhShrink
""")
OPTIMIZERS = _names(
    "Adadelta Adafactor Adagrad Adam AdamW Adamax Ftrl Lamb Lion LossScaleOptimizer Muon Nadam RMSprop SGD"
)
SCHEDULES = _names("""
    CosineDecay CosineDecayRestarts ExponentialDecay InverseTimeDecay PiecewiseConstantDecay PolynomialDecay
""")
LOSSES = _names("""
    BinaryCrossentropy BinaryFocalCrossentropy CategoricalCrossentropy CategoricalFocalCrossentropy CategoricalHinge
    CosineSimilarity Hinge Huber KLDivergence LogCosh MeanAbsoluteError MeanAbsolutePercentageError MeanSquaredError
    MeanSquaredLogarithmicError Poisson SparseCategoricalCrossentropy SquaredHinge
""")
METRICS = _names("""
    AUC Accuracy BinaryAccuracy BinaryCrossentropy CategoricalAccuracy CategoricalCrossentropy CategoricalHinge
    CosineSimilarity F1Score FBetaScore FalseNegatives FalsePositives Hinge KLDivergence LogCoshError MeanAbsoluteError
    MeanAbsolutePercentageError MeanSquaredError MeanSquaredLogarithmicError Poisson Precision PrecisionAtRecall Recall
    RecallAtPrecision RootMeanSquaredError SensitivityAtSpecificity SparseCategoricalAccuracy
    SparseCategoricalCrossentropy SparseTopKCategoricalAccuracy SpecificityAtSensitivity SquaredHinge
    TopKCategoricalAccuracy TrueNegatives TruePositives
""")
INITIALIZERS = _names("""
    Constant GlorotNormal GlorotUniform HeNormal HeUniform Identity LecunNormal LecunUniform Ones Orthogonal
    RandomNormal RandomUniform TruncatedNormal VarianceScaling Zeros
""")
REGULARIZERS = _names("L1 L1L2 L2 OrthogonalRegularizer")
CONSTRAINTS = _names("MaxNorm MinMaxNorm NonNeg UnitNorm")

LOSS_FUNCTIONS = frozenset(
    _names("""
    binary_crossentropy binary_focal_crossentropy categorical_crossentropy categorical_focal_crossentropy
    categorical_hinge cosine_similarity hinge huber kl_divergence log_cosh mean_absolute_error
    mean_absolute_percentage_error mean_squared_error mean_squared_logarithmic_error poisson
    sparse_categorical_crossentropy squared_hinge
""")
)
METRIC_FUNCTIONS = LOSS_FUNCTIONS | frozenset(
    _names("""
    binary_accuracy categorical_accuracy sparse_categorical_accuracy top_k_categorical_accuracy
    sparse_top_k_categorical_accuracy
""")
)
DTYPE_POLICIES = frozenset(_names("float32 float64 float16 bfloat16 mixed_float16 mixed_bfloat16 uint8 int32 int64"))
DTYPES = frozenset(
    _names("""
    bool float16 bfloat16 float32 float64 int8 int16 int32 int64 uint8 uint16 uint32 uint64
""")
)
FUNCTIONAL = ("keras.src.models.functional", "Functional")
SEQUENTIAL = ("keras", "Sequential")


def _table() -> dict[tuple[str, str], Kind]:
    table: dict[tuple[str, str], Kind] = {FUNCTIONAL: "model", SEQUENTIAL: "model", ("keras", "DTypePolicy"): "dtype"}

    def add(module: str, names: Iterable[str], kind: Kind) -> None:
        table.update({(module, name): kind for name in names})

    add("keras.layers", LAYERS, "layer")
    add("keras.src.ops.numpy", NUMPY_OPERATIONS, "operation")
    add("keras.src.ops.nn", NN_OPERATIONS, "operation")
    add("keras.src.ops.core", ("Cast", "ConvertToTensor", "SaturateCast", "StopGradient"), "operation")
    add("keras.src.ops.math", ("Erf", "Logsumexp", "Rsqrt"), "operation")
    add("keras.src.ops.image", ("CropImages", "PadImages", "RGBToGrayscale", "Resize"), "operation")
    add("keras.src.activations.activations", ("Mish", "ReLU"), "operation")
    add("keras.optimizers", OPTIMIZERS, "optimizer")
    add("keras.optimizers.schedules", SCHEDULES, "schedule")
    add("keras.losses", LOSSES, "loss")
    add("keras.metrics", METRICS, "metric")
    add("keras.initializers", INITIALIZERS, "initializer")
    add("keras.regularizers", REGULARIZERS, "regularizer")
    add("keras.constraints", CONSTRAINTS, "constraint")
    return table


ALLOWED: MappingProxyType[tuple[str, str], Kind] = MappingProxyType(_table())

_RESCALE = (
    "Use a built-in layer instead, such as `Rescaling`, or call the function on the tensor itself, as in "
    "`x = preprocess_input(x)`: a grader cannot look inside a function that is stored in a layer."
)
_OTHER = "Use one of the standard layers of `keras.layers` instead."
INSTEAD: MappingProxyType[str, str] = MappingProxyType(
    {
        "Lambda": _RESCALE,
        "__lambda__": _RESCALE,
        "TFSMLayer": "Build the network from `keras.layers` or `keras.applications`: saved models are not loaded.",
        "TorchModuleWrapper": "Build the network from `keras.layers`: modules of other frameworks are not loaded.",
        "JaxLayer": "Build the network from `keras.layers`: modules of other frameworks are not loaded.",
        "FlaxLayer": "Build the network from `keras.layers`: modules of other frameworks are not loaded.",
        "StringLookup": "Turn text into numbers in the data set, not in the model.",
        "IntegerLookup": "Turn labels into numbers in the data set, not in the model.",
        "TextVectorization": "Turn text into numbers in the data set, not in the model.",
    }
)


def instead_of(class_name: str) -> str:
    """What to write in place of a class that is not allowed."""
    return INSTEAD.get(class_name, _OTHER)


def named(value: Any, names: Collection[str]) -> bool:
    """Whether a value from a student's config is one of our names; it may be of any type, unhashable ones included."""
    return type(value) is str and value in names
