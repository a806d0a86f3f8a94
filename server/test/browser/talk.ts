import { finalizeConversation, putSegment } from '@mina/contract'
import type { Page } from 'playwright-core'
import type { TestPerson } from '../app.ts'

/** A finished conversation of ten seconds a line. */
export async function talk(person: TestPerson, title: string, lines: [speaker: string, text: string][]) {
  const { id } = await person.conversation(title)
  for (const [idx, [speaker, text]] of lines.entries()) {
    const start_ms = idx * 10_000
    const body = { idx, start_ms, end_ms: start_ms + 9000, text, speaker, is_final: true }
    await person.call(putSegment, { params: { id }, body })
  }
  await person.call(finalizeConversation, { params: { id } })
  return id
}

/** Selects a text as a person does who draws over it. As text, because Node's types know no document. */
export const select = (page: Page, text: string) =>
  page.evaluate(`{
    const wanted = ${JSON.stringify(text)}
    const walk = document.createTreeWalker(document.querySelector('.transcript'), NodeFilter.SHOW_TEXT)
    let node = walk.nextNode()
    while (node && !node.nodeValue.includes(wanted)) node = walk.nextNode()
    const at = node.nodeValue.indexOf(wanted)
    getSelection().setBaseAndExtent(node, at, node, at + wanted.length)
  }`)
