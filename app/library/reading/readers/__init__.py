"""What runs in the limited child process: one file for each kind of document. Nothing of the house is set up there."""
