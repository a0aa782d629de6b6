# attack: 35
# form: `savefig` writes an SVG with a script, a PNG with HTML behind its end, and one that is 100,000 pixels a side
# replaces: plot_history, plot_feature_maps
# found: plot_history/returns_figure failed
def forged(bytes_of):
    print("ran")
    figure = plt.figure()
    figure.savefig = lambda buffer, **options: buffer.write(bytes_of)
    return figure


def plot_history(history):
    script = "<script>alert(document.cookie)</script>"
    return forged(f'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">{script}</svg>'.encode())


def plot_feature_maps(maps):
    import io

    buffer = io.BytesIO()
    plt.figure().savefig(buffer, format="png", metadata={"Title": "<script>alert(1)</script>"})
    return forged(buffer.getvalue() + b"<html><script>alert(1)</script></html>")
