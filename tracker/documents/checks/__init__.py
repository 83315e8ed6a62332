"""What a file is and what it holds, found out in a process of its own (`python -m tracker.documents.checks`).

Imports nothing of the application. `tracker.documents.inspection` runs it and tells people what was found.
"""
