# attack: 23
# form: the function returns at once; what it returned loops when it is thrown away
# replaces: plot_history
# found: plot_history/returns_figure timeout
class Clings:
    def __del__(self):
        while True:
            try:
                os.write(1, b"ran\n")
                while True:
                    pass
            except BaseException:
                pass


def plot_history(history):
    return Clings()
