# attack: 11
# form: every signal to every process id, to its group and to process 1
# replaces: plot_history
# denies: process 1
# denies: others
# allows: own child
# found: plot_history/returns_figure failed
def plot_history(history):
    import os
    import signal

    print("ran", flush=True)
    # Its own handlers first: a signal to all comes back.
    for number in set(signal.valid_signals()) - {signal.SIGKILL, signal.SIGSTOP}:
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            continue
    for pid in [pid for pid in range(1, 5_000) if pid != os.getpid()]:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGSTOP, signal.SIGKILL):
            try:
                os.kill(pid, number)
                # Process 1 takes only what it has a handler for; whoever kills it does not come to this line.
                if pid != 1:
                    print(f"reached: {pid} {number}")
            except ProcessLookupError:
                break
            except PermissionError:
                if pid != 1:
                    print(f"reached: another's process {pid}")
    print("denied: process 1")
    try:
        os.kill(-1, signal.SIGTERM)
    except OSError:
        print("denied: others")
    else:
        print("denied: others" if os.listdir("/proc") else "")
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    child = os.fork()
    if child == 0:
        signal.pause()
    os.kill(child, signal.SIGKILL)
    print("allowed: own child" if os.waitpid(child, 0)[1] == signal.SIGKILL else "refused: own child")
