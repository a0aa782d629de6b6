# attack: 34
# form: a figure whose title, labels, legend and metadata are markup; the curves are the wrong ones
# replaces: plot_history
# base: flat_curves
def plot_history(history):
    print("ran")
    bad = "</script><script>document.title='reached'</script>"
    figure, axes = plt.subplots(1, 2, num=bad.replace("/", "_"))
    for ax in axes:
        ax.plot([0, 0, 0], label=bad)
        ax.set(title=bad, xlabel=f'"><img src=x onerror={bad}>', ylabel="=1+1\x1b[31m")
        ax.legend(title="\u202e" + bad)
    figure.suptitle("$" + "x" * 10)
    figure.set_label(bad)
    return figure
