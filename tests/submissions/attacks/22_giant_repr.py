# attack: 22
# form: `__str__`, `__repr__` and the class's name write and return megabytes, then raise
# replaces: EarlyStoppingCallback
# found: EarlyStoppingCallback/stops_when_both_hold student_error
# says: could not be read
class Loud(ValueError):
    def __str__(self):
        print("y" * 300_000 + "\nran", flush=True)
        raise self

    __repr__ = __str__
    __format__ = __str__


class EarlyStoppingCallback(tf.keras.callbacks.Callback):
    def __init__(self):
        print("ran", flush=True)
        raise Loud(Loud(), *[Loud()] * 1000) from Loud()
