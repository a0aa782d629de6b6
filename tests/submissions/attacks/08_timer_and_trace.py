# attack: 8
# form: a tracer in the grader's own frames and an interval timer put another reply into its local variables
# replaces: plot_history
# base: figure_of_nothing
# found: plot_history/returns_figure student_error
# says: answered in a form that none of our requests has
def plot_history(history):
    import ctypes
    import signal
    import sys

    import matplotlib.pyplot as plt

    from grader.wire import Message

    print("ran")
    forged = Message("answer", {"passed": True, "status": "passed", "score": 8})

    def put(frame):
        while frame is not None:
            if type(frame.f_locals.get("reply")) is Message:
                frame.f_locals["reply"] = forged
                ctypes.pythonapi.PyFrame_LocalsToFast(ctypes.py_object(frame), ctypes.c_int(0))
            frame = frame.f_back

    def trace(frame, event, value):
        put(frame)
        return trace

    frame = sys._getframe().f_back
    while frame is not None:
        frame.f_trace = trace
        frame = frame.f_back
    sys.settrace(trace)
    signal.signal(signal.SIGALRM, lambda number, frame: put(frame))
    signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
    return plt.figure()
