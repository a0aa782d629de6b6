# attack: 15
# form: gives the channel a name: abstract names belong to the network in which a socket was made, the grader's own
# replaces: EarlyStoppingCallback
# denies: bind
# denies: names of others
# allows: own name
# found: EarlyStoppingCallback/stops_when_both_hold failed
def EarlyStoppingCallback():
    import errno
    import os
    import socket

    print("ran")
    # In a network of one's own every name is free.
    own = socket.socket(socket.AF_UNIX)
    own.bind("\0atk-door")
    print("allowed: own name")
    channel = socket.socket(fileno=os.dup(3))
    # Closed, or it would be what has taken the name.
    own.close()
    try:
        channel.bind("\0atk-door")
        print("denied: names of others")
    except OSError as error:
        # Taken by a server outside.
        print("reached: names of others" if error.errno == errno.EADDRINUSE else "denied: names of others")
    try:
        channel.bind("\0atk-bound")
        inside = socket.socket(socket.AF_UNIX)
        try:
            inside.bind("\0atk-bound")
            print("reached: bind, in another network")
        except OSError:
            print("denied: bind")
    except OSError:
        print("denied: bind")
