"""An implementation of the profile format that shares nothing with the Swift one."""
