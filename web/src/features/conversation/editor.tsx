import { type KeyboardEvent, useLayoutEffect, useRef } from 'react'
import { useWords } from '../../i18n/index.ts'
import { conversationMessages } from './messages/index.ts'

export interface EditorActions {
  /** Keeps the text; nothing is sent where it is as it was. */
  onSave: (text: string) => void
  onCancel: () => void
  onSplit: (text: string, at: number) => void
  onMerge: (text: string) => void
}

/** The text of one passage, in place and in the same letters, so that nothing moves when editing begins. */
export function Editor({
  text,
  at,
  label,
  ...actions
}: EditorActions & { text: string; at: number | undefined; label: string }) {
  const words = useWords(conversationMessages)
  const area = useRef<HTMLTextAreaElement>(null)
  const done = useRef(false)

  const fit = () => {
    const it = area.current
    if (!it) return
    it.style.height = 'auto'
    it.style.height = `${it.scrollHeight}px`
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it opens
  useLayoutEffect(() => {
    fit()
    const it = area.current
    it?.focus({ preventScroll: true })
    it?.setSelectionRange(at ?? text.length, at ?? text.length)
  }, [])

  const once = (run: () => void) => {
    if (done.current) return
    done.current = true
    run()
  }
  const key = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.nativeEvent.isComposing) return
    const { value, selectionStart, selectionEnd } = event.currentTarget
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      if (value.slice(0, selectionStart).trim() && value.slice(selectionStart).trim())
        once(() => actions.onSplit(value, selectionStart))
    } else if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault()
      once(() => actions.onSave(value))
    } else if (event.key === 'Escape') {
      event.preventDefault()
      once(actions.onCancel)
    } else if (event.key === 'Backspace' && selectionStart === 0 && selectionEnd === 0) {
      event.preventDefault()
      once(() => actions.onMerge(value))
    }
  }
  return (
    <div className="tx editing">
      <textarea
        ref={area}
        rows={1}
        aria-label={label}
        aria-describedby="editor-hint"
        dir="auto"
        defaultValue={text}
        maxLength={10_000}
        onInput={fit}
        onKeyDown={key}
        onBlur={(event) => {
          const { value } = event.currentTarget
          once(() => actions.onSave(value))
        }}
      />
      <p className="editor-hint" id="editor-hint">
        {words('segment.hint')}
      </p>
    </div>
  )
}
