/** Works on up to `limit` items at once and gives the results in the items' order, each as soon as it and all before it are there. */
export async function* inOrder<Item, Result>(
  items: AsyncGenerator<Item>,
  limit: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const pending: { result: Promise<Result>; done: boolean }[] = []
  let pulling: Promise<void> | undefined
  let over = false
  const pull = async () => {
    const next = await items.next()
    if (next.done) {
      over = true
      return
    }
    const entry = { result: work(next.value), done: false }
    const settled = () => {
      entry.done = true
    }
    entry.result.then(settled, settled)
    pending.push(entry)
  }
  try {
    for (;;) {
      if (pending[0]?.done) {
        yield await pending.shift()!.result
        continue
      }
      if (!over && !pulling && pending.length < limit) {
        pulling = pull().finally(() => {
          pulling = undefined
        })
        pulling.catch(() => {})
      }
      if (over && pending.length === 0) return
      await Promise.race([...(pulling ? [pulling] : []), ...(pending[0] ? [pending[0].result] : [])])
    }
  } finally {
    await pulling?.catch(() => {})
    await items.return(undefined)
  }
}
