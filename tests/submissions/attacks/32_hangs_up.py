# attack: 32
# form: closes its side of the channel and lives on
# replaces: plot_history
# found: plot_history/returns_figure timeout
def plot_history(history):
    import socket
    import time

    print("ran")
    socket.socket(fileno=3).shutdown(socket.SHUT_RDWR)
    time.sleep(600)
