# attack: 6
# form: an exception whose class, text and frames call exit(0) while the grader describes it
# replaces: plot_history
# found: plot_history/returns_figure student_error
# says: ended with exit status 0
def plot_history(history):
    import sys

    print("ran", flush=True)

    class Kind(type):
        @property
        def __name__(cls):
            sys.exit(0)

        def __repr__(cls):
            sys.exit(0)

    class Leaving(Exception, metaclass=Kind):
        def __str__(self):
            sys.exit(0)

        @property
        def __class__(self):
            sys.exit(0)

    raise Leaving
