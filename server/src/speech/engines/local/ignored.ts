import type { RecognitionOptions, RecognitionStream, StreamEvent, Warning } from '../../port.ts'

/** What was asked for and has no effect here, said in one sentence; `more` names what only this call can not do. */
export function ignoredOptions(asked: RecognitionOptions, more: (string | false | undefined)[] = []): Warning[] {
  const names = [
    asked.vocabulary?.length && 'vocabulary',
    asked.prompt && 'prompt',
    asked.temperature && 'temperature',
    ...more,
  ].filter((it) => typeof it === 'string' && it !== '')
  if (names.length === 0) return []
  return [{ code: 'option_ignored', message: `The built-in engine does not use: ${names.join(', ')}.` }]
}

/** A stream that says what is to be doubted before it says anything else. */
export function beginningWith(warnings: readonly Warning[], stream: RecognitionStream): RecognitionStream {
  if (warnings.length === 0) return stream
  async function* events(): AsyncGenerator<StreamEvent> {
    for (const warning of warnings) yield { type: 'warning', warning }
    yield* stream
  }
  return { ...stream, [Symbol.asyncIterator]: events }
}
