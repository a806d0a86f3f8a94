import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'

test('what is no longer needed is given back once there is nothing to do', async () => {
  const program = `
    const { giveBackAtRest } = await import(${JSON.stringify(new URL('./rest.ts', import.meta.url).href)})
    giveBackAtRest(100)
    const held = Array.from({ length: 200_000 }, (_, at) => ({ at, words: [at, at, at, at] }))
    const full = process.memoryUsage().heapTotal
    held.length = 0
    const look = setInterval(() => {
      if (process.memoryUsage().heapTotal > full / 2) return
      console.log('given back')
      process.exit()
    }, 20)`
  const node = spawn(process.execPath, ['--input-type=module', '--eval', program], { timeout: 25_000 })
  expect((await text(node.stdout)).trim()).toBe('given back')
})
