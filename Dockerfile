# Convivio in a container: the same locked packages as bin/serve installs; everything written goes to /data.
FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_DISABLE_PIP_VERSION_CHECK=1 \
    INSTANCE_DIR=/data HOST=0.0.0.0 PORT=8000

RUN useradd --create-home --uid 1000 convivio && mkdir /data && chown convivio /data
WORKDIR /convivio
COPY requirements.txt requirements-s3.txt ./
RUN pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements.txt \
    && pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements-s3.txt
COPY . .
RUN python -m compileall -q app config.py wsgi.py

USER convivio
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=90s CMD \
    ["python", "-c", "import http.client as h, os; c = h.HTTPConnection('127.0.0.1', int(os.environ['PORT']), timeout=4); c.request('GET', '/healthz'); exit(c.getresponse().status != 200)"]

# Web and jobs together, as bin/serve runs them; compose.yaml runs them apart.
CMD ["bin/together"]
