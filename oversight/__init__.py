"""The supervision of social prescribing link workers: exports in, dashboard out."""
