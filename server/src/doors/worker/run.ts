import type { JobDefinition, JobHandler } from '../../platform/queue/job.ts'
import type { Queue } from '../../platform/queue/queue.ts'

/** A kind of work that nobody carries out, or that two do, must not start. */
export function requireOneHandlerEach(definitions: readonly JobDefinition[], handlers: readonly JobHandler[]) {
  for (const { name } of definitions) {
    const count = handlers.filter((it) => it.definition.name === name).length
    if (count !== 1) throw new Error(`The job ${name} has ${count} handlers; it needs exactly one.`)
  }
  const unknown = handlers.find((it) => !definitions.some(({ name }) => name === it.definition.name))
  if (unknown) throw new Error(`The job ${unknown.definition.name} has a handler but no definition in the list.`)
}

/** Puts the handlers to work. */
export async function startWorker(queue: Queue, handlers: readonly JobHandler[]) {
  for (const it of handlers) await queue.work(it)
}
