# The server, and under the name casetrail the operator's commands. How to run it: docs/operations.md.
ARG NODE_IMAGE=node:26-slim

# No install scripts in either stage: the only one that is allowed brings Node 26, which is here already.
FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY nest-cli.json tsconfig.json tsconfig.build.json ./
COPY docs/reference/openapi.json docs/reference/
COPY apps apps
COPY libs libs
RUN npm run build && chmod 755 dist/apps/cli/src/main.js

FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --omit=dev

FROM ${NODE_IMAGE} AS runtime
ENV NODE_ENV=production \
    CASETRAIL_HOST=0.0.0.0 \
    CASETRAIL_PORT=3000 \
    CASETRAIL_DATA_FOLDER=/var/lib/casetrail \
    CASETRAIL_KEY_FILE=/run/secrets/root.key
WORKDIR /app
COPY package.json ./
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/dist dist
# A volume that is mounted here for the first time takes the owner over.
RUN ln -s /app/dist/apps/cli/src/main.js /usr/local/bin/casetrail \
 && install --directory --owner=1000 --group=1000 --mode=700 /var/lib/casetrail
# The user `node` of the base image, by number, so that whoever runs it can see that it is not root.
USER 1000:1000
EXPOSE 3000
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
    CMD ["node", "--eval", "fetch(`http://127.0.0.1:${process.env.CASETRAIL_PORT}/health/ready`, { signal: AbortSignal.timeout(4000) }).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Node itself is the first process, and so is told of the end.
ENTRYPOINT []
CMD ["node", "--enable-source-maps", "dist/apps/server/src/main.js"]
