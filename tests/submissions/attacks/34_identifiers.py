# attack: 34
# form: functions, files and lines of the traceback that carry right-to-left marks, look-alikes and markup
# replaces: plot_history
# found: plot_history/returns_figure student_error
def plot_history(history):
    print("ran")
    source = "def ſcript():\n    raise KeyError('\u202e</code><script>document.title=1</script>')\nſcript()\n"
    exec(compile(source, "</td><script>document.title='reached'</script>.py", "exec"), {})
