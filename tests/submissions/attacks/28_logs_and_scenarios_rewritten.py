# attack: 28
# form: writes high accuracies into the logs, and into the scenarios of the adapter's frame, then always stops
# replaces: EarlyStoppingCallback
# found: EarlyStoppingCallback/stops_when_both_hold failed
class EarlyStoppingCallback(tf.keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        import sys

        print("ran")
        logs.update(accuracy=1.0, val_accuracy=1.0)
        frame = sys._getframe()
        while frame is not None:
            request = frame.f_locals.get("request")
            for scenario in getattr(request, "body", {}).get("scenarios", ()):
                for log in scenario["logs"]:
                    log.update(accuracy=1.0, val_accuracy=1.0)
            frame = frame.f_back
        self.model.stop_training = True
