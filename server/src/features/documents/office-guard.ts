import { workerData } from 'node:worker_threads'

const mostBytes: unknown = workerData

setInterval(() => {
  if (typeof mostBytes === 'number' && process.memoryUsage.rss() > mostBytes) process.kill(process.pid, 'SIGKILL')
}, 200)
