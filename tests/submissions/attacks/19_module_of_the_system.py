# attack: 19
# form: `get_config` of a real Dense names os.system as its initialiser and subprocess.Popen as its activation
# replaces: create_model
# found: create_model/compiled failed
# says: Your model contains a `
def create_model():
    command = "touch /tmp/atk-config"

    def get_config(self):
        return {
            **own(self),
            "kernel_initializer": {"module": "os", "class_name": "system", "config": {"command": command}, "registered_name": "system"},
            "activation": {"module": "subprocess", "class_name": "Popen", "config": {"args": command, "shell": True}, "registered_name": "Popen"},
        }

    print("ran")
    own = tf.keras.layers.Dense.get_config
    tf.keras.layers.Dense.get_config = get_config
    model = tf.keras.Sequential([tf.keras.Input((64, 64, 3)), tf.keras.layers.Flatten(), tf.keras.layers.Dense(1)])
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    return model
