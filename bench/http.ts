import { mkdtemp, rm } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import autocannon from 'autocannon'
import { account, enter } from './http/account.ts'
import { seed } from './http/seed.ts'
import { freePort, startMina } from './http/server.ts'
import { measureUpload } from './http/upload.ts'
import { cpuOf, memoryOf } from './processes.ts'

// Starts, memory and requests of the whole server on a data folder of its own: see README.md.
const { values: asked } = parseArgs({
  options: {
    conversations: { type: 'string', default: '1000' },
    segments: { type: 'string', default: '10000' },
    seconds: { type: 'string', default: '5' },
    connections: { type: 'string', default: '10' },
    starts: { type: 'string', default: '3' },
    only: { type: 'string' },
    upload: { type: 'string', default: '100' },
    node: { type: 'string', default: '--max-semi-space-size=8' },
  },
})
const flags = asked.node.split(' ').filter(Boolean)

const say = (name: string, told: string) => console.log(`${name.padEnd(28)} ${told}`)

async function measureStarts(dataDir: string, port: number) {
  for (let at = 0; at <= Number(asked.starts); at += 1) {
    const mina = await startMina(dataDir, port, flags)
    await pause(3_000)
    const { server_mb, tree_mb } = await memoryOf(mina.pid)
    const idle = `idle: server ${server_mb.toFixed(0)} MB resident, whole tree ${tree_mb.toFixed(0)} MB`
    const cpu = `${(await cpuOf(mina.pid)).toFixed(1)} CPU s`
    say(at === 0 ? 'cold start' : 'warm start', `${mina.seconds.toFixed(2)} s, ${cpu}; ${idle}`)
    await mina.stop()
  }
}

async function measureRequests(dataDir: string, port: number) {
  const mina = await startMina(dataDir, port, flags)
  try {
    const { id, headers } = await enter(mina.base)
    const began = performance.now()
    const size = { conversations: Number(asked.conversations), segments: Number(asked.segments) }
    const long = await seed(dataDir, id, size)
    say('seeded', `${size.conversations} conversations, ${((performance.now() - began) / 1000).toFixed(1)} s`)

    const json = { ...headers, 'content-type': 'application/json' }
    const segment = (idx: number) => ({
      ...{ idx, start_ms: idx * 4_000, end_ms: idx * 4_000 + 3_900 },
      ...{ text: 'What was said, said again.', is_final: true },
    })
    const requests = {
      healthz: { path: '/healthz' },
      login: {
        path: '/api/auth/login',
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: account,
      },
      me: { path: '/api/auth/me', headers },
      list: { path: '/api/conversations?limit=20', headers },
      open: { path: `/api/conversations/${long}`, headers },
      segment: {
        path: `/api/conversations/${long}/segments`,
        method: 'POST',
        headers: json,
        body: segment(0),
        // Each connection in turn, as from several programs that tell what they hear.
        requests: Array.from({ length: 64 }, (_, idx) => ({ body: JSON.stringify(segment(idx)) })),
      },
      search: { path: '/api/search?q=harbour%20invoice', headers },
      everywhere: { path: '/api/search?q=number%20', headers },
      rare: { path: '/api/search?q=%22number%20777%22', headers },
      nowhere: { path: '/api/search?q=zyzzyva%20', headers },
    } as const
    for (const [name, request] of Object.entries(requests)) {
      if (asked.only && !asked.only.split(',').includes(name)) continue
      const { path, ...rest } = request
      const shot = {
        url: mina.base + path,
        connections: Number(asked.connections),
        ...rest,
        ...('body' in rest && { body: JSON.stringify(rest.body) }),
      }
      await autocannon({ ...shot, body: shot.body as string, duration: 1 })
      const before = await cpuOf(mina.pid)
      const {
        requests: count,
        latency,
        non2xx,
        errors,
      } = await autocannon({
        ...shot,
        body: shot.body as string,
        duration: Number(asked.seconds),
      })
      const cpu = ((await cpuOf(mina.pid)) - before) / (count.total / 1000)
      const bad = non2xx + errors > 0 ? `, ${non2xx + errors} FAILED` : ''
      const times = `p50 ${latency.p50} ms, p99 ${latency.p99} ms`
      say(name, `${count.average.toFixed(0)}/s, ${times}, ${cpu.toFixed(2)} CPU s per 1,000${bad}`)
    }
    if (!asked.only || asked.only.split(',').includes('upload'))
      say(`upload of ${asked.upload} MB`, await measureUpload(mina, headers, Number(asked.upload)))
    const { server_mb, tree_mb } = await memoryOf(mina.pid)
    say('after it', `server ${server_mb.toFixed(0)} MB resident, whole tree ${tree_mb.toFixed(0)} MB`)
  } finally {
    await mina.stop()
  }
}

const dataDir = await mkdtemp(join(tmpdir(), 'mina-bench-'))
try {
  const port = await freePort()
  say(
    'load at the beginning',
    loadavg()
      .map((it) => it.toFixed(1))
      .join(' '),
  )
  await measureStarts(dataDir, port)
  await measureRequests(dataDir, port)
  say(
    'load at the end',
    loadavg()
      .map((it) => it.toFixed(1))
      .join(' '),
  )
} finally {
  await rm(dataDir, { recursive: true, force: true })
}
