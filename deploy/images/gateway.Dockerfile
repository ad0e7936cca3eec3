# The GraphQL gateway. It holds no nameko, no eventlet and no pymongo, and of the services only what it may import.
#
#   docker build --file deploy/images/gateway.Dockerfile --tag iccar/gateway:local .
#
# A release names the bases by digest: --build-arg PYTHON_IMAGE=docker.io/library/python@sha256:... and NODE_IMAGE.
ARG PYTHON_IMAGE=docker.io/library/python:3.11-slim-bookworm
ARG NODE_IMAGE=docker.io/library/node:24-bookworm-slim

FROM ${NODE_IMAGE} AS graphiql
WORKDIR /build
COPY deploy/graphiql/package.json deploy/graphiql/package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY deploy/graphiql/ ./
RUN node build.mjs dist

FROM ${PYTHON_IMAGE} AS dependencies
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1
WORKDIR /build
RUN python -m venv /opt/venv
COPY pyproject.toml constraints.txt deploy/images/requirements.py ./
RUN python requirements.py gateway > requirements.txt \
    && /opt/venv/bin/pip install --requirement requirements.txt --constraint constraints.txt

FROM ${PYTHON_IMAGE}
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
COPY --from=dependencies /opt/venv /opt/venv
WORKDIR /app
COPY services/__init__.py services/
COPY services/chassis/__init__.py services/chassis/
COPY services/chassis/kernel/ services/chassis/kernel/
COPY services/chassis/protocol/ services/chassis/protocol/
COPY services/chassis/observability/ services/chassis/observability/
COPY services/rights/ services/rights/
COPY gateway/ gateway/
COPY --from=graphiql /build/dist/ gateway/http/graphiql/dist/
# The root is read-only at run time: the bytecode is written now or never.
RUN python -m compileall -q services gateway \
    && python -c "import importlib.util as i; found = [m for m in ('nameko', 'kombu', 'eventlet', 'pymongo') if i.find_spec(m)]; assert not found, found"
USER 10001:10001
CMD ["python", "-m", "gateway"]
