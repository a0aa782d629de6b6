# attack: 30
# form: a learning rate of NaN, which is neither higher than the old one nor equal to it
# exercise: week3_transfer_learning
# replaces: fine_tune
# base: same_rate
# costs: fine_tune
# found: fine_tune/lower_rate failed
def fine_tune(net, n_layers):
    print("ran")
    end = [layer.name for layer in net.layers].index(LAST_LAYER) + 1
    for layer in net.layers[end - n_layers : end]:
        layer.trainable = not isinstance(layer, tf.keras.layers.BatchNormalization)
    optimizer = tf.keras.optimizers.Adam(1e-5)
    optimizer.learning_rate = float("nan")
    net.compile(optimizer=optimizer, loss="binary_crossentropy", metrics=["accuracy"])
    return net
