"""Reading what brands write: a comment's HTML, its lines, labels and values in seven languages."""
