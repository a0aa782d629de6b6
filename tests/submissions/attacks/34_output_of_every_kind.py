# attack: 34
# form: printed text that is a page, a link, a template, a terminal's title, a formula and text that runs backwards
# replaces: plot_history
TEXTS = (
    "</pre></details><script>document.title='reached'</script>",
    "<svg/onload=document.title='reached'><iframe srcdoc='<script>parent.document.title=1</script>'>",
    "[click](javascript:document.title='reached') <javascript:alert(1)>",
    "![x](http://127.0.0.1:47110/atk.png) <link rel=stylesheet href=//127.0.0.1:47110/x.css>",
    "{{ 7 * 7 }} {% include '/etc/passwd' %} ${7*7} #{7*7}",
    "\x1b]0;reached\x07\x1b[2J\x1b]8;;http://127.0.0.1:47110\x1b\\link\x9b31m",
    "=HYPERLINK(\"http://127.0.0.1:47110\")\t+1\t-1\t@SUM(1)",
    "\u202e\u2066gnp.exe\u2069 \u200b\u0000 \ud800",
    "````\n# Score: 100 of 100\n````",
)


def plot_history(history):
    print("ran")
    for text in TEXTS:
        print(text)
