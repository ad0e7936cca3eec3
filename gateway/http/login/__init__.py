"""Signing in and out with a browser."""

from .routes import login_routes

__all__ = ["login_routes"]
