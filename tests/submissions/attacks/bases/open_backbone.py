def create_pre_trained_model():
    pre_trained_model = tf.keras.applications.MobileNetV2(
        input_shape=(IMAGE_SIZE, IMAGE_SIZE, 3), alpha=BACKBONE_ALPHA, include_top=False, weights=None
    )
    pre_trained_model.load_weights(LOCAL_WEIGHTS_FILE)
    return pre_trained_model


def output_of_last_layer(pre_trained_model):
    return None
