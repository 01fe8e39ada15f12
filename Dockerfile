# docker build -t batchscape . && docker run --rm -p 8000:8000 batchscape
# It needs no write at run time: docker run --read-only … works as well. With --build-arg EXTRAS=fast
# loops are compiled by numba, which is 208 MB.

FROM python:3.11-slim AS build
WORKDIR /source
RUN python3 -m venv /opt/build && python3 -m venv /opt/batchscape
COPY .lock.txt .lock-build.txt .lock-fast.txt .lock-digits.txt ./
ARG EXTRAS=
RUN /opt/build/bin/pip install --no-cache-dir --require-hashes -r .lock-build.txt \
    && /opt/batchscape/bin/pip install --no-cache-dir --require-hashes -r .lock.txt \
        ${EXTRAS:+-r .lock-$EXTRAS.txt}
COPY pyproject.toml README.md ./
COPY app app
COPY static static
COPY templates templates
# Bytecode is compiled now, so that the process starts quickly and writes nothing.
RUN /opt/build/bin/python3 -m hatchling build -t wheel -d /wheels \
    && /opt/batchscape/bin/pip install --no-cache-dir --no-deps --no-index /wheels/*.whl \
    && /opt/batchscape/bin/pip uninstall --yes pip setuptools \
    && /opt/batchscape/bin/python3 -m compileall -q -j 0 /opt/batchscape/lib

FROM python:3.11-slim
LABEL org.opencontainers.image.title="Batchscape" \
      org.opencontainers.image.description="See what batch size does: real gradient noise, on exact finite sums"
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin batchscape
COPY --from=build /opt/batchscape /opt/batchscape
ENV PATH="/opt/batchscape/bin:$PATH" \
    BATCHSCAPE_LOG_LEVEL=info \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER 10001
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=15s \
    CMD ["python3", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["batchscape", "--host", "0.0.0.0"]
