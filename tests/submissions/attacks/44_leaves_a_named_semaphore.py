# attack: 44
# form: looks for what a cell before left: semaphores, shared memory, files, names of sockets
# replaces: plot_history
# after: 44_ipc_by_key_and_name
# denies: semaphore of the cell before
# denies: abstract socket of the machine
# allows: abstract socket of this cell
# found: plot_history/returns_figure failed
def plot_history(history):
    import socket

    print("ran")
    left = [name for folder in ("/dev/shm", "/tmp", ".", "/run") if os.path.isdir(folder) for name in os.listdir(folder)]
    found = [name for name in left if "atk-" in name]
    print(f"reached: {found}" if found else "denied: semaphore of the cell before")
    try:
        socket.socket(socket.AF_UNIX).connect("\0atk-door")
        print("reached: abstract socket of the machine")
    except OSError:
        print("denied: abstract socket of the machine")
    own, other = socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX)
    try:
        own.bind("\0atk-own")
        own.listen()
        other.connect("\0atk-own")
        print("allowed: abstract socket of this cell")
    except OSError as error:
        print(f"refused: abstract socket of this cell {error}")
