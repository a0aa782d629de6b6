# attack: 38
# form: servers that TensorFlow brings along: profiler, data service, distribution
# replaces: plot_history
# denies: profiler
# denies: data service
# denies: distribution
# allows: a data set of this process
# found: plot_history/returns_figure failed
def plot_history(history):
    import socket

    print("ran")

    def profiler():
        tf.profiler.experimental.server.start(47111)
        socket.create_connection(("127.0.0.1", 47111), 1)

    def service():
        dispatcher = tf.data.experimental.service.DispatchServer(tf.data.experimental.service.DispatcherConfig(port=47112))
        socket.create_connection(("127.0.0.1", int(dispatcher.target.rpartition(":")[2])), 1)

    def distribution():
        tf.distribute.Server({"local": ["127.0.0.1:47113"]}, job_name="local", task_index=0)
        socket.create_connection(("127.0.0.1", 47113), 1)

    for what, start in (("profiler", profiler), ("data service", service), ("distribution", distribution)):
        child = os.fork()
        if child == 0:
            # A server that cannot open its port ends the process.
            try:
                start()
            except BaseException:
                os._exit(1)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        print(f"reached: {what}" if status == 0 else f"denied: {what}")
    total = sum(int(n) for n in tf.data.Dataset.range(4))
    print("allowed: a data set of this process" if total == 6 else "refused: a data set of this process")
