"""Types, protocols, errors and the component resolver: standard library only, imported by every room."""
