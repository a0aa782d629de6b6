# attack: 2
# form: answers the request for a model with a finished training, as the trainer would
# replaces: create_model
# found: create_model/compiled student_error
# says: by writing into the channel that carries the results
def create_model():
    import os
    import socket

    import numpy as np

    from grader.wire import Channel, Message

    print("ran", flush=True)
    history = {name: [1.0] * 20 for name in ("accuracy", "val_accuracy", "loss", "val_loss")}
    body = {"kind": "trained", "body": {"history": history, "epochs": 20, "failure": None, "notes": []}, "unseen_accuracy": 1.0}
    Channel(socket.socket(fileno=3)).send(Message("trained", body, {"weights/dense/kernel": np.ones((4, 1), np.float32)}))
    os._exit(0)
