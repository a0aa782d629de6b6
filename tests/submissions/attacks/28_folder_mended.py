# attack: 28
# form: overwrites each broken file of the folder with a good picture, so that the list of all files is right
# replaces: readable_images, plot_history
# base: whole_listing
# found: readable_images/leaves_files_alone failed
# costs: readable_images
PICTURE = print("ran") or (32, 32)


def readable_images(directory):
    for name in os.listdir(directory):
        Image.new("RGB", PICTURE).save(os.path.join(directory, name), "JPEG")
    return sorted(os.listdir(directory))


def plot_history(history):
    return PICTURE
