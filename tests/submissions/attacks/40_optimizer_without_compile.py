# attack: 40
# form: a new optimizer is put in the old one's place, so that the model looks compiled again and is not
# exercise: week3_transfer_learning
# replaces: fine_tune
# base: not_compiled_again
# found: fine_tune/returns_compiled failed
def fine_tune(net, n_layers):
    print("ran")
    end = [layer.name for layer in net.layers].index(LAST_LAYER) + 1
    for layer in net.layers[end - n_layers : end]:
        layer.trainable = not isinstance(layer, tf.keras.layers.BatchNormalization)
    net.optimizer = tf.keras.optimizers.Adam(float(net.optimizer.learning_rate) / 10)
    return net
