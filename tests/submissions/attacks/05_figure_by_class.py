# attack: 5
# form: an object whose `__class__` is Figure, with axes, lines and values that equal everything
# replaces: plot_history
# found: plot_history/returns_figure failed
# says: no lines
class Anything:
    """Answers every question with itself, has every attribute, equals all."""

    def __getattr__(self, name):
        return self

    def __call__(self, *args, **kwargs):
        return self

    def __eq__(self, other):
        return True

    def __getitem__(self, key):
        return self

    def __iter__(self):
        return iter(())

    def __float__(self):
        return 0.5

    def __len__(self):
        return 1


class Drawn(Anything):
    def get_size_inches(self):
        return 8.0, 6.0

    @property
    def __class__(self):
        from matplotlib.figure import Figure

        return Figure


def plot_history(history):
    print("ran")
    return Drawn()
