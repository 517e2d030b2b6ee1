"""The program: the command line, the settings, and the watcher that lives beside the editor."""
