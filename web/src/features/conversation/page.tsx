import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { lazy, Suspense, useCallback, useMemo, useRef, useState } from 'react'
import { libraryCounts } from '../../app/frame.tsx'
import { Main } from '../../app/main-area.tsx'
import { named } from '../../app/named.ts'
import { useWords } from '../../i18n/index.ts'
import { useAudioPlayer } from '../../ui/audio-player.ts'
import { useMediaKeys } from '../../ui/media-keys.ts'
import { useShortcuts } from '../../ui/shortcuts.ts'
import { Skeleton } from '../../ui/skeleton.tsx'
import { FailedPart } from '../../ui/states.tsx'
import { toast } from '../../ui/toast.ts'
import type { VirtualListControl } from '../../ui/virtual-list.tsx'
import { useDialogues } from '../library/dialogues.tsx'
import { downloadAudio } from '../shares/download.ts'
import { useTranslated } from '../understanding/query.ts'
import { Bar } from './bar.tsx'
import { useEditorKeys } from './editor.tsx'
import { useEdits, useTurns } from './edits.ts'
import { FindBar, useFind } from './find-bar.tsx'
import { useFollowing, useHeard, useSpokenWord } from './following.ts'
import { HighlightsPanel } from './highlights-panel.tsx'
import { LostTexts } from './lost-texts.tsx'
import { conversationMessages } from './messages/index.ts'
import { highlightsQuery } from './notes.ts'
import { AskPanel, InsightsPanel, Panel, type PanelName, panels, TranslationPanel, useNarrow } from './panel.tsx'
import { lookedAt, usePlaces } from './places.ts'
import { audioAddress, Player } from './player.tsx'
import { usePrinting } from './printing.ts'
import { conversationQuery, type Opened } from './query.ts'
import { passageOf, segmentAtFocus, useSegmentActions } from './segment-actions.ts'
import { type Passage, useSelected } from './selected.ts'
import { useSelectionActions } from './selection-actions.ts'
import { SelectionBar } from './selection-bar.tsx'
import { State } from './state.tsx'
import { TasksPanel } from './tasks-panel.tsx'
import { Heading } from './title.tsx'
import { Transcript } from './transcript.tsx'
import { useConversationEvents } from './use-events.ts'
import { huesOf, voicesOf } from './voices.ts'
import { useWatching } from './watching.ts'
import { useWhole } from './whole.ts'
import '../../style/conversation.css'
import '../../style/transcript.css'
import '../../style/notes.css'

const HistoryDialogue = lazy(async () => ({ default: (await import('./history-dialogue.tsx')).HistoryDialogue }))
const route = getRouteApi('/inside/conversation/$id')
const none: readonly never[] = []

function Reading({ id, data: { conversation, segments } }: { id: string; data: Opened }) {
  const words = useWords(conversationMessages)
  const navigate = useNavigate()
  const { t, panel } = route.useSearch()
  const { data: counts } = useQuery(libraryCounts)
  const [tries, setTries] = useState(0)
  const [history, showHistory] = useState(false)
  const [sheet, openSheet] = useState(false)
  const [translation, setTranslation] = useState<{ language?: string; under: boolean }>({ under: false })
  const list = useRef<VirtualListControl>(null)
  const printing = usePrinting()
  const isNarrow = useNarrow()
  const whole = useWhole(id)
  const edits = useEdits(id)
  const turns = useTurns(id, edits)
  const { data: marked } = useQuery(highlightsQuery(id))
  const highlights = marked?.items ?? (none as never)
  const hues = useMemo(() => huesOf(segments), [segments])
  const voices = useMemo(() => voicesOf(segments, hues), [segments, hues])
  const people = useMemo(() => [...hues.keys()], [hues])
  const duration = Math.max(conversation.duration_ms, segments.at(-1)?.end_ms ?? 0)
  const canEdit = conversation.status !== 'live'
  useWatching(id, !canEdit)
  const sound = conversation.has_audio && conversation.status !== 'live'
  const player = useAudioPlayer(sound ? `${audioAddress(id)}${tries ? `?again=${tries}` : ''}` : null, duration)
  useMediaKeys(player, conversation.title)
  const heard = useHeard(player, segments)
  useSpokenWord(player, segments, heard)
  const find = useFind(segments, () => lookedAt(list.current, player?.playing() ? heard : -1))
  const { selected, clear } = useSelected(segments)
  const { share, exportIt, dialogues } = useDialogues()
  const translated = useTranslated(id, translation.under ? translation.language : undefined)
  const translations = useMemo(
    () =>
      new Map(translation.under ? translated.data?.segments.map((it) => [it.segment_id, it.text] as const) : undefined),
    [translation.under, translated.data],
  )
  const chosen: PanelName = panels.find((it) => it === panel) ?? 'highlights'
  const choose = useCallback(
    (name: PanelName) =>
      void navigate({ to: '.', search: (now) => ({ ...now, panel: name }), replace: true, resetScroll: false }),
    [navigate],
  )

  const goTo = usePlaces({ segments, player, hasSound: sound, list, t, found: find.chosen })
  const show = useCallback(
    (ms: number) => {
      openSheet(false)
      goTo(ms)
    },
    [goTo],
  )
  const openPanel = (name: PanelName) => {
    choose(name)
    if (isNarrow) openSheet(true)
  }
  const selection = useSelectionActions(
    id,
    (name) => !isNarrow && choose(name),
    (ms) => share(conversation, ms),
    clear,
  )
  const { editing, actions } = useSegmentActions(segments, player, edits, selection)
  const { follows, follow } = useFollowing(player, heard, list, editing !== null)
  /** Where the keyboard stands, else what is heard. */
  const inHand = () => segmentAtFocus(segments) ?? segments[heard]
  const withPassage = (run: (it: Passage) => void) => () => {
    const segment = inHand()
    if (selected) run(selected)
    else if (segment) run(passageOf(segment))
  }
  const group = words('keys.group')
  useShortcuts([
    { keys: 'h', label: words('keys.highlight'), group, run: withPassage(selection.highlight) },
    { keys: 't', label: words('keys.task'), group, run: withPassage(selection.task) },
    {
      keys: 'e',
      label: words('keys.edit'),
      group,
      run: () => {
        const segment = inHand() ?? segments[0]
        if (segment && canEdit) actions.edit({ id: segment.id })
      },
    },
    { keys: 'mod+f', label: words('keys.find'), group, always: true, run: () => find.begin() },
    {
      keys: 'mod+z',
      label: words('keys.undo'),
      group,
      run: (event) => void (event.shiftKey ? turns.redo : turns.undo)?.(),
    },
    { keys: 'f', label: words('keys.follow'), group, run: () => follow(!follows) },
  ])
  useEditorKeys(canEdit, player !== null)

  const empty =
    conversation.status === 'live'
      ? words('empty.live')
      : conversation.status === 'processing'
        ? words('empty.working')
        : conversation.status === 'failed'
          ? null
          : words('empty.none')
  return (
    <div className={`conv ${player ? 'with-player' : ''}`}>
      <div className="read">
        <div className="read-in">
          <header className="conv-head">
            <div className="conv-top">
              <Bar
                conversation={conversation}
                actions={{
                  undo: turns.undo,
                  redo: turns.redo,
                  share: () => share(conversation),
                  find: () => find.begin(),
                  exportIt: () => exportIt(conversation),
                  downloadAudio: () => void downloadAudio(id, conversation.title),
                  history: () => showHistory(true),
                  remove: () => whole.remove(),
                  openPanel: () => openPanel(chosen),
                }}
              />
              {find.open && (
                <FindBar
                  find={find}
                  canEdit={canEdit}
                  onReplace={({ segment: place, start, end }, replacement) => {
                    const it = segments[place]
                    const text = it && it.text.slice(0, start) + replacement + it.text.slice(end)
                    if (it && text?.trim()) edits.editText(it.id, text)
                    else if (it) void edits.change({ kind: 'delete', segment: it.id })
                  }}
                  onReplaceAll={({ find: text, ...how }) => void edits.change({ kind: 'replace', find: text, ...how })}
                />
              )}
              <LostTexts edits={edits} />
            </div>
            <Heading
              conversation={conversation}
              speakers={people.length}
              knownTags={counts?.tags.map((it) => it.name) ?? none}
              onChange={whole.change}
            />
            <State conversation={conversation} />
          </header>
          {segments.length ? (
            <Transcript
              segments={segments}
              hues={hues}
              highlights={highlights}
              found={find.found}
              chosen={find.chosen}
              heard={heard}
              canEdit={canEdit}
              editing={editing}
              hasSound={player !== null}
              conflicts={edits.conflicts}
              translations={translations}
              actions={actions}
              control={list}
              whole={printing}
            />
          ) : (
            <p className="no-words">{empty}</p>
          )}
        </div>
      </div>
      <Panel
        sheet={isNarrow}
        open={sheet}
        onClose={() => openSheet(false)}
        chosen={chosen}
        onChoose={choose}
        bodies={{
          highlights: <HighlightsPanel id={id} segments={segments} hues={hues} goTo={show} />,
          tasks: <TasksPanel id={id} people={people} goTo={show} />,
          insights: <InsightsPanel id={id} segments={segments} hues={hues} goTo={show} />,
          translation: (
            <TranslationPanel
              id={id}
              spoken={conversation.language}
              heard={segments[heard]?.id}
              under={translation.under}
              chosen={translation.language}
              onChoose={(language) => setTranslation((now) => ({ ...now, language }))}
              onUnder={(under) => setTranslation((now) => ({ ...now, under }))}
              goTo={show}
            />
          ),
          ask: <AskPanel id={id} goTo={show} />,
        }}
      />
      {player && (
        <Player
          id={id}
          player={player}
          duration_ms={duration}
          voices={voices}
          highlights={highlights}
          follows={follows}
          onFollow={(on) => {
            follow(on)
            if (on && heard >= 0) list.current?.reveal(heard)
          }}
          onRetry={() => setTries((now) => now + 1)}
          growing={conversation.status === 'processing'}
        />
      )}
      {selected && !editing && <SelectionBar selected={selected} actions={selection} />}
      {dialogues}
      <Suspense>
        {history && (
          <HistoryDialogue id={id} hasAudio={conversation.has_audio} edits={edits} onClose={() => showHistory(false)} />
        )}
      </Suspense>
    </div>
  )
}

export function ConversationPage() {
  const words = useWords(conversationMessages)
  const navigate = useNavigate()
  const { id } = route.useParams()
  const opened = useQuery(conversationQuery(id))
  useConversationEvents(id, () => {
    toast(words('gone'))
    void navigate({ to: '/library' })
  })
  const title = named(opened.data?.conversation.title) || words('untitled')
  if (opened.data)
    return (
      <Main title={title} className="conv-main">
        <Reading key={id} id={id} data={opened.data} />
      </Main>
    )
  return (
    <Main title={words('library')} className="conv-main">
      <div className="conv">
        <div className="read">
          <div className="read-in waiting">
            {opened.isError ? (
              <FailedPart failure={opened.error} retry={() => void opened.refetch()} />
            ) : (
              <Skeleton lines={8} />
            )}
          </div>
        </div>
      </div>
    </Main>
  )
}
