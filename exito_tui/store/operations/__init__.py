"""What can be done to the sessions of a root, by the app and the command line alike."""
