"""What cases.py is made of: marts as declared, figures, case files, raw rows."""
