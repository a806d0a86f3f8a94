let files: File[] = []

/** Files that were dropped elsewhere in the app wait here for the upload page. */
export const handOver = (more: Iterable<File>) => {
  files = [...files, ...more]
}

export const takeHanded = () => files.splice(0)
