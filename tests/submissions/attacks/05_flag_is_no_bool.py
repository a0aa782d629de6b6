# attack: 5
# form: a flag that equals both True and False, and an adapter whose `bool` makes a 2 of it
# replaces: EarlyStoppingCallback
# found: EarlyStoppingCallback/stops_when_both_hold student_error
# says: answered in a form that none of our requests has
class Both(int):
    __hash__ = int.__hash__

    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    def __bool__(self):
        return True


class EarlyStoppingCallback(tf.keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        import grader.student.adapters.callbacks as adapter

        print("ran")
        adapter.bool = lambda flag: 2
        self.model.stop_training = Both(2)
