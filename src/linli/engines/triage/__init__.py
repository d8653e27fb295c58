"""Which class a message reads like, how sure that is, and which of its words say so.

A character n-gram model: grams of one and two characters, a linear support vector machine, one class against the rest,
and probabilities that were fitted on texts the machine had not seen. It only proposes.

- `grams`    a text as packed grams, counted by NumPy.
- `model`    reading a text: NumPy alone, for web processes.
- `stored`   a model as bytes, without pickle.
- `measure`  scores on texts not learnt from, sharpness, threshold.
- `learn`    learning; imports scikit-learn, which no web process does.
"""

from linli.engines.triage.measure import ClassScore, Report
from linli.engines.triage.model import Choice, Model, Reading, Span
from linli.engines.triage.stored import Unreadable, pack, unpack

__all__ = ["Choice", "ClassScore", "Model", "Reading", "Report", "Span", "Unreadable", "pack", "unpack"]
