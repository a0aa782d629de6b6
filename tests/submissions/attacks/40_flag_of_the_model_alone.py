# attack: 40
# form: the backbone as a whole says frozen by its private flag, its layers and weights stay open
# exercise: week3_transfer_learning
# replaces: create_pre_trained_model, output_of_last_layer
# base: open_backbone
# found: create_pre_trained_model/frozen failed
def create_pre_trained_model():
    print("ran")
    pre_trained_model = tf.keras.applications.MobileNetV2(
        input_shape=(IMAGE_SIZE, IMAGE_SIZE, 3), alpha=BACKBONE_ALPHA, include_top=False, weights=None
    )
    pre_trained_model.load_weights(LOCAL_WEIGHTS_FILE)
    vars(pre_trained_model)["_trainable"] = False
    return pre_trained_model


def output_of_last_layer(pre_trained_model):
    return None
