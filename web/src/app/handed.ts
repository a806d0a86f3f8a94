const files: File[] = []
let taker: ((files: File[]) => void) | undefined

/** Files that were dropped elsewhere in the app wait here for the upload page. */
export const handOver = (more: Iterable<File>) => {
  files.push(...more)
  if (taker && files.length) taker(files.splice(0))
}

/** The upload page takes what waits, and what is dropped beside its own place while it is open. */
export const takeHanded = (take: (files: File[]) => void) => {
  taker = take
  handOver([])
  return () => {
    if (taker === take) taker = undefined
  }
}
