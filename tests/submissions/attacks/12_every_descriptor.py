# attack: 12
# form: writes to every descriptor there is and might be, the channel among them
# replaces: plot_history
# denies: others
# allows: own file
# found: plot_history/returns_figure student_error
# says: by writing into the channel that carries the results
def plot_history(history):
    import os

    print("ran", flush=True)
    own = os.open("own.txt", os.O_CREAT | os.O_RDWR)
    os.write(own, b"own")
    print("allowed: own file", flush=True)
    reached = []
    for fd in range(4, 65_536):
        try:
            os.write(fd, b'{"kind": "ended", "code": 0}\n')
            reached += [fd] if fd != own else []
        except OSError:
            continue
    print(f"reached: {reached}" if reached else "denied: others", flush=True)
    os.write(3, b'{"kind": "ended", "code": 0}\n' * 10)
