# attack: 15
# form: servers that Python and TensorFlow bring along, to be called from outside
# replaces: plot_history
# denies: http
# denies: listener
# denies: asyncio
# denies: manager
# denies: data service
# allows: own listener
# found: plot_history/returns_figure failed
def plot_history(history):
    import asyncio
    import http.server
    import multiprocessing.connection as connection
    import xmlrpc.server

    import tensorflow as tf

    print("ran", flush=True)

    async def listening():
        # It passes over addresses that it gets no socket for.
        return (await asyncio.start_server(print, "127.0.0.1", 0)).sockets[0]

    for what, start in {
        "http": lambda: http.server.HTTPServer(("127.0.0.1", 0), None),
        "manager": lambda: xmlrpc.server.SimpleXMLRPCServer(("127.0.0.1", 0)),
        "listener": lambda: connection.Listener(("127.0.0.1", 0)),
        "asyncio": lambda: asyncio.run(listening()),
        "data service": lambda: tf.data.experimental.service.DispatchServer(),
    }.items():
        try:
            print(f"reached: {what} {start()}")
        except Exception:
            print(f"denied: {what}", flush=True)
    with connection.Listener(family="AF_UNIX") as own:
        print("allowed: own listener" if own.address else "refused: own listener")
