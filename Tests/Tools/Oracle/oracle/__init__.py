"""An implementation of the profile format that shares no code with the Swift one."""
