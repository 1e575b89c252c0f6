"""The recipe of the Perhaps starter model: pictures, questions, training, export and evaluation."""
