# attack: 41
# form: makes `stop_training` an object that is true or false as it pleases, each time that it is asked
# replaces: EarlyStoppingCallback
# base: never_stops
# found: EarlyStoppingCallback/stops_when_both_hold failed
class EarlyStoppingCallback(tf.keras.callbacks.Callback):
    def on_train_begin(self, logs=None):
        print("ran")

        class Answer:
            asked = 0

            def __bool__(self):
                Answer.asked += 1
                return Answer.asked % 2 == 0

            def __eq__(self, other):
                return True

        self.model.__class__ = type("Sequential", (type(self.model),), {"stop_training": property(lambda _: Answer(), lambda *_: None)})
