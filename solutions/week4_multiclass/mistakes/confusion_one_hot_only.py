# mistake: only one-hot labels are expected, as the student's own data sets give them
# fails: confusion_matrix/any_form
# fix_first: confusion_matrix/any_form
import numpy as np
import tensorflow as tf
from tensorflow.keras import layers

IMAGE_SIZE = 28  # param: image_size
CLASS_NAMES = list("ABCDEFGHIKLMNOPQRSTUVWXY")  # param: class_names


# %%
def train_val_datasets():
    settings = dict(class_names=CLASS_NAMES, label_mode="categorical", color_mode="grayscale",
                    image_size=(IMAGE_SIZE, IMAGE_SIZE), batch_size=32)
    train = tf.keras.utils.image_dataset_from_directory("./data/train", shuffle=True, seed=5, **settings)
    validation = tf.keras.utils.image_dataset_from_directory("./data/validation", shuffle=False, **settings)
    return train, validation


# %%
def create_model():
    model = tf.keras.Sequential([
        tf.keras.Input(shape=(IMAGE_SIZE, IMAGE_SIZE, 1)),
        layers.Rescaling(1.0 / 255),
        layers.Conv2D(32, (3, 3), activation="relu"),
        layers.MaxPooling2D((2, 2)),
        layers.Conv2D(64, (3, 3), activation="relu"),
        layers.MaxPooling2D((2, 2)),
        layers.Flatten(),
        layers.Dense(128, activation="relu"),
        layers.Dense(len(CLASS_NAMES), activation="softmax"),
    ])
    model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
    return model


# %%
def decode_predictions(probabilities, class_names, top=3):
    answers = []
    for row in np.asarray(probabilities):
        order = np.argsort(-row, kind="stable")[:top]
        answers.append([(class_names[i], float(row[i])) for i in order])
    return answers


# %%
def confusion_matrix(model, dataset):
    classes = model.output_shape[-1]
    matrix = np.zeros((classes, classes), dtype=int)
    for images, labels in dataset:
        true = np.argmax(labels, axis=1)
        predicted = np.argmax(model.predict_on_batch(images), axis=-1)
        for t, p in zip(true, predicted):
            matrix[t, p] += 1
    return matrix


# %%
train_dataset, validation_dataset = train_val_datasets()
model = create_model()
history = model.fit(train_dataset, epochs=10, validation_data=validation_dataset)
print(confusion_matrix(model, validation_dataset))
