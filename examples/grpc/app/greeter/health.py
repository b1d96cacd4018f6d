"""For the container's health check: exit code 0 where the server says that it serves."""

import sys

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from greeter.server import PORT

with grpc.insecure_channel(f"127.0.0.1:{PORT}") as channel:
    answer = health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(), timeout=3)
sys.exit(answer.status != health_pb2.HealthCheckResponse.SERVING)
