# attack: 34
# form: an exception whose type, text and source lines are markup, scripts and formulas
# replaces: plot_history
# found: plot_history/returns_figure student_error
# says: <img src=x onerror=document.title='reached'>
def plot_history(history):
    print("ran")
    kind = type("</pre><script>document.title='reached'</script>", (Exception,), {"__module__": "<b>x"})
    raise kind("<img src=x onerror=document.title='reached'>")  # <script>document.title='reached'</script>
