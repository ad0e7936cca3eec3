"""The way to the services: RPC over AMQP, on asyncio."""

from .client import RpcClient
from .together import Question, Together

__all__ = ["Question", "RpcClient", "Together"]
