"""Checks of the exercises, a file per chapter. They never raise: a blank, a right answer or the
likely mistake, in one line. What is tested is what an answer does, on inputs made for the purpose.
The reader's settings and random states stay as they were.
"""
