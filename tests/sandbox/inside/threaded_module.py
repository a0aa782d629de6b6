"""A module that leaves a thread behind when it is imported, as a library that runs an operation does."""

import threading

threading.Thread(target=threading.Event().wait, daemon=True).start()
