"""The commands: arguments in, one step done, a line on each thing that took time."""
