"""The way to the services: RPC over AMQP, on asyncio."""

from .client import RpcClient

__all__ = ["RpcClient"]
