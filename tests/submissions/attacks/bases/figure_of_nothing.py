def plot_history(history):
    import matplotlib.pyplot as plt

    return plt.figure()
