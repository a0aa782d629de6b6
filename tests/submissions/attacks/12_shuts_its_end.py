# attack: 12
# form: shuts the channel down for writing and sleeps, so that the grader waits for an end that does not come
# replaces: plot_history
# found: plot_history/returns_figure timeout
def plot_history(history):
    import os
    import socket
    import time

    print("ran", flush=True)
    channel = socket.socket(fileno=os.dup(3))
    channel.shutdown(socket.SHUT_RDWR)
    while True:
        time.sleep(1)
