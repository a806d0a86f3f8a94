import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What was measured stays true while the machine stays the same, so it lies beside the models. */
export function speedBook(modelsDir: string) {
  const path = join(modelsDir, 'speeds.json')
  const read = () =>
    readFile(path, 'utf8').then(
      (text) => JSON.parse(text) as Record<string, number>,
      (): Record<string, number> => ({}),
    )
  return {
    read,
    async write(name: string, speed: number) {
      await mkdir(modelsDir, { recursive: true })
      const draft = `${path}.${randomUUID()}`
      await writeFile(draft, JSON.stringify({ ...(await read()), [name]: speed }))
      await rename(draft, path)
    },
  }
}
