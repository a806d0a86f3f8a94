# syntax=docker/dockerfile:1
FROM node:24-bookworm-slim AS base
RUN apt-get update && apt-get install -y --no-install-recommends ffmpeg bubblewrap tini \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /mina

FROM base AS build
COPY . .
# What `npm start` makes sure of: packages, the built server and web app. The image has a Node of its own, so npm's goes.
RUN node scripts/ensure.mjs && rm -rf node_modules/node-linux-* node_modules/.bin/node && node scripts/ensure.mjs

FROM base
RUN useradd --create-home --uid 10001 mina && mkdir /data && chown mina /data
COPY --from=build --chown=root:root /mina /mina
USER mina
ENV NODE_ENV=production MINA_DATA_DIR=/data HOST=0.0.0.0 PORT=8080
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s \
  CMD node -e "fetch('http://127.0.0.1:'+(process.env.PORT||8080)+'/readyz').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"
ENTRYPOINT ["tini", "--"]
CMD ["node", "--max-semi-space-size=8", "server/dist/main.js"]
