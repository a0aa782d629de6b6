def fine_tune(net, n_layers):
    end = [layer.name for layer in net.layers].index(LAST_LAYER) + 1
    for layer in net.layers[end - n_layers : end]:
        layer.trainable = not isinstance(layer, tf.keras.layers.BatchNormalization)
    rate = float(net.optimizer.learning_rate)
    net.compile(optimizer=tf.keras.optimizers.Adam(rate), loss="binary_crossentropy", metrics=["accuracy"])
    return net
