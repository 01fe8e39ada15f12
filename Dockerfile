# docker build -t batchscape . && docker run --rm -p 8000:8000 batchscape

FROM python:3.11-slim AS build
WORKDIR /source
COPY pyproject.toml README.md ./
COPY app app
COPY static static
COPY templates templates
RUN python3 -m venv /opt/batchscape \
    && /opt/batchscape/bin/pip install --no-cache-dir .

FROM python:3.11-slim
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin batchscape
COPY --from=build /opt/batchscape /opt/batchscape
ENV PATH="/opt/batchscape/bin:$PATH" \
    PYTHONUNBUFFERED=1
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=15s \
    CMD ["python3", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["batchscape", "--host", "0.0.0.0"]
