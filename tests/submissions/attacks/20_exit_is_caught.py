# attack: 20
# form: os._exit, SystemExit and the flush at the end replaced, so that the process cannot leave after its answer
# replaces: create_model
# found: create_model/compiled failed
def create_model():
    import signal
    import sys
    import time

    class Stuck:
        def write(self, text):
            return len(text)

        def flush(self):
            raise KeyboardInterrupt

    print("ran", flush=True)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os._exit = lambda code: time.sleep(3600)
    sys.exit = sys.excepthook = lambda *parts: None
    sys.stdout = sys.stderr = Stuck()
    return None
