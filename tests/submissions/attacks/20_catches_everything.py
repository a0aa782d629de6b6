# attack: 20
# form: ignores every signal, clears every timer and catches whatever is raised in it, for ever
# replaces: plot_history
# found: plot_history/returns_figure timeout
# says: was stopped
def plot_history(history):
    import faulthandler
    import signal
    import time

    print("ran", flush=True)
    while True:
        try:
            signal.alarm(0)
            signal.setitimer(signal.ITIMER_PROF, 0)
            faulthandler.cancel_dump_traceback_later()
            signal.pthread_sigmask(signal.SIG_BLOCK, range(1, signal.NSIG))
            for number in set(range(1, signal.NSIG)) - {signal.SIGKILL, signal.SIGSTOP, 32, 33}:
                signal.signal(number, signal.SIG_IGN)
            while True:
                time.sleep(0.1)
        except BaseException:
            continue
