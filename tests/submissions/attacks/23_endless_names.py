# attack: 23
# form: a generator of names that never ends, each one held for ever
# replaces: readable_images
# found: readable_images/returns_file_names failed
# says: more than 10000 names
def readable_images(directory):
    print("ran", flush=True)
    while True:
        yield "0.jpg"
