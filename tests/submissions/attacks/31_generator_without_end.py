# attack: 31
# form: a generator of file names that never ends, in place of a list
# replaces: readable_images
# found: readable_images/returns_file_names failed
# says: returned more than 10000 names
def readable_images(directory):
    print("ran")
    names = os.listdir(directory)
    while True:
        yield from names
