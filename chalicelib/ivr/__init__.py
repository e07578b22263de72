"""Flows: what a caller hears and may choose before a person answers.

Owns the flow documents (versioned, validated, published, rolled back) and the interpreter that walks them. Promises:
the interpreter is pure and total – whatever the document, the stored state and the caller's keys are, it returns a
step and never raises – and a call finishes on the version with which it began.
"""
