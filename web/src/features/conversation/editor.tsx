import { type KeyboardEvent, type PointerEvent, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { useWords } from '../../i18n/index.ts'
import { keyNames, useShortcuts } from '../../ui/shortcuts.ts'
import { conversationMessages } from './messages/index.ts'

/** What somebody wrote, and the text over which it was written: that one may have changed meanwhile. */
export interface Written {
  text: string
  base: string
}

export interface EditorActions {
  /** Keeps the text; nothing is sent where it is as it was. */
  onSave: (it: Written) => void
  onCancel: () => void
  onSplit: (it: Written, at: number) => void
  onMerge: (it: Written) => void
  /** The caret left the text at its beginning or its end: writing goes on in the passage before or after. */
  onCross: (it: Written, by: 1 | -1) => void
  /** Whether there is a passage before, or after: at either end of the text the caret stays. */
  isFirst: boolean
  isLast: boolean
  /** Plays, or stops, what is being written down. */
  onListen: (() => void) | undefined
}

const fit = (it: HTMLTextAreaElement) => {
  it.style.height = 'auto'
  it.style.height = `${it.scrollHeight}px`
}

/** There the browser takes the arrows up and down for the way to its beginning and its end. */
const isOneLine = (it: HTMLTextAreaElement) => it.clientHeight < 2 * Number.parseFloat(getComputedStyle(it).lineHeight)

/** Tells the help what the editor's keys do. */
export function useEditorKeys(canEdit: boolean, hasSound: boolean) {
  const words = useWords(conversationMessages)
  const told = (keys: string, label: string) => ({ keys, label, group: words('keys.editing') })
  const keys = [
    told('Enter', words('segment.save')),
    told('Escape', words('segment.cancel')),
    told('mod+Enter', words('segment.splitHere')),
    told('Backspace', words('keys.join')),
    told('ArrowDown', words('keys.next')),
    ...(hasSound ? [told('Shift+ ', words('segment.listen'))] : []),
  ]
  useShortcuts(canEdit ? keys : [])
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
  const written = useRef<Written>({ text, base: text })
  // What comes from elsewhere meanwhile must not move the caret.
  const [opened] = useState(text)
  const done = useRef(false)
  const newest = useRef(actions)
  newest.current = actions

  const once = (run: () => void) => {
    if (done.current) return
    done.current = true
    run()
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it opens
  useLayoutEffect(() => {
    const it = area.current
    if (!it) return
    fit(it)
    it.focus({ preventScroll: true })
    it.setSelectionRange(at ?? text.length, at ?? text.length)
    it.scrollIntoView({ block: 'nearest' })
  }, [])
  // Far out of sight the passage is not drawn any more: what was written is kept, not forgotten.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it goes
  useEffect(() => () => once(() => newest.current.onSave(written.current)), [])

  const save = () => once(() => actions.onSave(written.current))
  const cancel = () => once(actions.onCancel)
  const split = () => {
    const place = area.current?.selectionStart ?? 0
    const now = written.current
    if (now.text.slice(0, place).trim() && now.text.slice(place).trim()) once(() => actions.onSplit(now, place))
  }
  const cross = (by: 1 | -1) => once(() => actions.onCross(written.current, by))

  const key = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.nativeEvent.isComposing) return
    const it = event.currentTarget
    const { selectionStart: place, selectionEnd } = it
    const by = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : undefined
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) split()
    else if (event.key === 'Enter' && !event.shiftKey) save()
    else if (event.key === 'Escape') cancel()
    else if (event.key === ' ' && event.shiftKey && actions.onListen) actions.onListen()
    else if (event.key === 'Backspace' && place === 0 && selectionEnd === 0 && !actions.isFirst)
      once(() => actions.onMerge(written.current))
    else {
      // Where the caret can go no further it goes on in the neighbour; sideways that depends on the script.
      const onwards = event.key === 'ArrowLeft' || event.key === 'ArrowRight' ? (place === 0 ? -1 : 1) : by
      const isEnd = onwards === -1 ? actions.isFirst : actions.isLast
      if (!onwards || !plain || isEnd || place !== selectionEnd) return
      if (!by || !isOneLine(it)) {
        setTimeout(() => {
          if (it.selectionStart === place) cross(onwards)
        })
        return
      }
      cross(onwards)
    }
    event.preventDefault()
  }
  const tool = (text: string, keys: string, run: () => void) => (
    <button type="button" onClick={run}>
      {text}
      <kbd>{keys}</kbd>
    </button>
  )
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: leaving the field by its tools is no leaving
    <div
      className="tx editing"
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) save()
      }}
    >
      <textarea
        ref={area}
        rows={1}
        aria-label={label}
        dir="auto"
        defaultValue={opened}
        maxLength={10_000}
        onInput={(event) => {
          written.current = { ...written.current, text: event.currentTarget.value }
          fit(event.currentTarget)
        }}
        onKeyDown={key}
      />
      {/* Pressing a tool must not take the caret away that it is about. */}
      <div className="editor-tools" onPointerDown={(event: PointerEvent) => event.preventDefault()}>
        {tool(words('segment.save'), 'Enter', save)}
        {tool(words('segment.splitHere'), keyNames('mod+Enter').join(' '), split)}
        {actions.onListen && tool(words('segment.listen'), `Shift ${words('segment.space')}`, actions.onListen)}
        {tool(words('segment.cancel'), 'Esc', cancel)}
      </div>
    </div>
  )
}
