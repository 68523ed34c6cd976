# The one image of api, worker and projector: they differ only in the file that is started.
# The embedded event store and the supervisor are in it too, but production does not start them.

FROM node:24-bookworm-slim AS packages
WORKDIR /carnet
COPY package.json package-lock.json .npmrc ./
RUN npm ci --include=dev --include=optional

FROM packages AS build
COPY .swcrc ./
COPY apps apps
COPY libs libs
COPY bench bench
RUN npm run --silent build

# The pinned Node among the packages is for machines without one; this image brings its own.
FROM packages AS runtime-packages
RUN npm prune --omit=dev && rm -rf node_modules/node-linux-*

FROM node:24-bookworm-slim AS runtime
ENV NODE_ENV=production DATA_DIR=/data CARNET_API_HOST=0.0.0.0
WORKDIR /carnet
RUN install --directory --owner=node --group=node /data
COPY --from=runtime-packages /carnet/node_modules node_modules
COPY --from=build /carnet/dist dist
COPY package.json LICENSE ./
COPY docker/check-health.mjs docker/
USER node
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "docker/check-health.mjs", "http://127.0.0.1:3000/health/ready"]
CMD ["node", "dist/apps/api/src/main.js"]
