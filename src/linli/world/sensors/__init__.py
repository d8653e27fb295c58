"""The sensing net of the synthetic neighbourhood: some 400 devices, their daily rhythm, their faults and stories."""
