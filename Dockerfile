# The build context is a folder in which Vigie is installed, so that nothing is fetched while the image is built:
#   npm install --prefix image vigie && docker build --file image/node_modules/vigie/Dockerfile image
# Any base will do that has Node 24 or newer as `node` and a shell.
ARG BASE=node:26-bookworm-slim
FROM ${BASE}

COPY node_modules /opt/vigie/node_modules
RUN mkdir -p /config /data && chown 1000:1000 /data

USER 1000:1000
WORKDIR /config
VOLUME ["/data"]
ENV NODE_ENV=production
EXPOSE 8470
STOPSIGNAL SIGTERM

# Looks from within, where the server always listens.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "require('http').get({ host: '127.0.0.1', port: 8470, path: '/-/healthy', timeout: 4000 }, (answer) => process.exit(answer.statusCode === 200 ? 0 : 1)).on('timeout', () => process.exit(1)).on('error', () => process.exit(1))"]

ENTRYPOINT ["node", "/opt/vigie/node_modules/vigie/bin/vigie.js"]
CMD ["up", "--config", "/config/vigie.config.ts", "--data", "/data"]
