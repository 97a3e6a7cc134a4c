# Top-1 of scikit-learn's logistic regression on what `bench -- teach-reference` wrote.
# Usage: sklearn_reference.py FOLDER [STRENGTH]   (Debian: python3-sklearn)
import sys

import numpy
from sklearn.linear_model import LogisticRegression

folder, strength = sys.argv[1], float(sys.argv[2]) if len(sys.argv) > 2 else 1e-3
x, y, u, v = (numpy.load(f"{folder}/{name}.npy") for name in ("train_x", "train_y", "test_x", "test_y"))
model = LogisticRegression(C=1 / (strength * len(x)), max_iter=1000, tol=1e-4).fit(x, y.ravel().astype(int))
print(f"scikit-learn: {len(x)} training, {len(u)} test, strength {strength:g}: top-1 {model.score(u, v.ravel().astype(int)):.4f}")
