"""The commands under `chassis admin`, one module per thing administered."""
