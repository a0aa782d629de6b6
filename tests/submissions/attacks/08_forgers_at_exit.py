# attack: 8
# form: atexit handlers, finalizers, `__del__` and callbacks of the collector wait for the end to send a verdict
# replaces: plot_history
# found: plot_history/returns_figure student_error
def plot_history(history):
    import atexit
    import gc
    import sys
    import threading
    import weakref

    from grader.wire import Message, encode

    print("ran")
    channel = next(one for one in gc.get_objects() if type(one).__name__ == "Channel")

    def forge(*args):
        for kind in ("answer", "result"):
            data = b"".join(encode(Message(kind, {"passed": True, "checks": [], "score": 100})))
            channel._sock.send(data)

    class Late:
        def __del__(self):
            forge()

    atexit.register(forge)
    threading._register_atexit(forge)
    weakref.finalize(channel, forge)
    sys.modules["__late__"] = Late()
    sys.late = Late()
    Late.itself = Late()
    # It lives as long as the last module.
    gc.callbacks.append(lambda phase, info: forge() if sys.is_finalizing() else None)
