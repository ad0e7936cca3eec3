"""The only package that knows nameko, kombu and eventlet."""
