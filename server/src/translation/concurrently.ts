/** Runs tasks a few at a time; answers in order. The first failure aborts the others and is thrown. */
export async function concurrently<Item, Result>(
  items: readonly Item[],
  limit: number,
  signal: AbortSignal | undefined,
  task: (item: Item, signal: AbortSignal, index: number) => Promise<Result>,
): Promise<Result[]> {
  const abort = new AbortController()
  const either = signal ? AbortSignal.any([signal, abort.signal]) : abort.signal
  const results = new Array<Result>(items.length)
  let next = 0
  const worker = async () => {
    while (next < items.length) {
      either.throwIfAborted()
      const index = next
      next += 1
      results[index] = await task(items[index]!, either, index)
    }
  }
  let failure: { error: unknown } | undefined
  const guarded = async () => {
    try {
      await worker()
    } catch (error) {
      failure ??= { error }
      abort.abort(error)
    }
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, guarded))
  if (failure) throw signal?.aborted ? signal.reason : failure.error
  return results
}
