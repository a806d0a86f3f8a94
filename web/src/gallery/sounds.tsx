import { hueOf } from '@mina/contract'
import { Inbox, MailCheck, Play, RotateCcw, RotateCw } from 'lucide-react'
import { useState } from 'react'
import { apiError } from '../api/failure.ts'
import { OfflineLine, Saved } from '../app/saved.tsx'
import { Avatar, Avatars } from '../ui/avatar.tsx'
import { Button, IconButton } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { ListRow } from '../ui/list-row.tsx'
import { Meter } from '../ui/meter.tsx'
import { Skeleton, SkeletonRows } from '../ui/skeleton.tsx'
import { Badge, FailedPart, Notice, Progress, Told } from '../ui/states.tsx'
import { VirtualList } from '../ui/virtual-list.tsx'
import { Waveform } from '../ui/waveform.tsx'

const duration = 2_538_000
/** A plausible loudness: syllables in sentences, with pauses. */
const peaks = Array.from({ length: 1000 }, (_, at) => {
  const sentence = Math.sin(at / 17) + Math.sin(at / 5.3)
  return sentence < -1.2
    ? 0
    : 0.15 + 0.4 * Math.abs(Math.sin(at * 1.7) * Math.sin(at / 9)) + 0.2 * Math.abs(Math.sin(at * 0.31))
})
const voices = Array.from({ length: 14 }, (_, at) => ({
  start_ms: (at * duration) / 14,
  end_ms: ((at + 1) * duration) / 14,
  hue: hueOf([0, 1, 2, 1, 0, 3][at % 6] ?? 0),
}))
const spans = [
  { start_ms: 0, end_ms: 300_000, kind: 'transcribed' },
  { start_ms: 300_000, end_ms: 330_000, kind: 'silent' },
  { start_ms: 330_000, end_ms: 1_900_000, kind: 'transcribed' },
  { start_ms: 1_900_000, end_ms: 2_000_000, kind: 'failed' },
  { start_ms: 2_000_000, end_ms: 2_400_000, kind: 'transcribed' },
] as const
const markers = [{ at_ms: 250_000 }, { at_ms: 727_000 }, { at_ms: 1_400_000, kind: 'note' as const }]

function position(at: number) {
  const listeners = new Set<() => void>()
  return {
    now: () => at,
    set(to: number) {
      at = to
      for (const listener of listeners) listener()
    },
    subscribe(listener: () => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

const level = (listener: (it: number) => void) => {
  const timer = setInterval(() => listener(0.1 + 0.1 * Math.random()), 100)
  return () => clearInterval(timer)
}

export function Sounds() {
  const [at] = useState(() => position(727_000))
  return (
    <section className="grid grid-cols-1 gap-4">
      <h2>Sound</h2>
      <div className="flex flex-wrap items-center gap-4">
        <span className="dot" />
        <Meter subscribe={level} />
        <Saved />
      </div>
      {/* On a phone the real one docks above the tabs; here it stays in the page. */}
      <div className="player !static">
        <div className="transport">
          <IconButton icon={RotateCcw} label="Back 10 seconds" keys="J" />
          <button type="button" className="play" aria-label="Play">
            <Icon of={Play} className="solid" />
          </button>
          <IconButton icon={RotateCw} label="On 10 seconds" keys="L" />
        </div>
        <Waveform
          peaks={peaks}
          duration_ms={duration}
          voices={voices}
          whole={spans}
          markers={markers}
          position={at}
          onSeek={at.set}
          legend
        />
        <Button look="line" className="rate">
          1.25×
        </Button>
      </div>
    </section>
  )
}

const many = Array.from({ length: 100_000 }, (_, at) => at + 1)

export function States() {
  const [long, show] = useState(false)
  return (
    <section className="grid grid-cols-1 gap-5">
      <h2>States</h2>
      <OfflineLine />
      <div className="flex flex-wrap gap-2">
        <Badge>final</Badge>
        <Badge kind="accent">pro</Badge>
        <Badge kind="good">Installed</Badge>
        <Badge kind="warn">Needs a look</Badge>
        <Badge kind="record">Live</Badge>
      </div>
      <div className="grid max-w-sm gap-4">
        <Progress part={0.61} label="Transcribing interview.m4a" />
        <Progress label="Waiting" />
      </div>
      <Told icon={MailCheck} kind="good">
        If ada@example.org has an account here, the link is on its way.
      </Told>
      <FailedPart failure={apiError({ code: 'offline', status: 0, message: '' })} retry={() => {}} />
      <FailedPart failure={apiError({ code: 'unavailable', status: 503, message: 'Set OPENAI_API_KEY to use it.' })} />
      <ul>
        <li>
          <ListRow
            before={<Avatar name="Fatima" hue={3} />}
            lead="Residents’ association, extraordinary general meeting on the courtyard, the bicycles, the heating contract"
            sub="…eleven in favour, two against, and the bicycles stay where they are until spring"
            end={
              <>
                <Avatars
                  people={[
                    { name: 'Rosa', hue: 5 },
                    { name: 'Henk', hue: 7 },
                  ]}
                />{' '}
                2:14:09
              </>
            }
          />
        </li>
        <li>
          <ListRow lead="مقابلة مع الدكتورة ليلى حداد" sub="كان السوق يبدأ قبل الفجر" end="36:51" />
        </li>
      </ul>
      <Skeleton />
      <SkeletonRows rows={3} />
      <Notice
        icon={Inbox}
        title="Nothing here yet"
        text="Record ten seconds, drop a file, or open the sample."
        tools={
          <Button look="go" big>
            Record
          </Button>
        }
      />
      <Button look="line" onClick={() => show(!long)} className="justify-self-start">
        A hundred thousand rows
      </Button>
      {long && (
        <VirtualList
          label="Many"
          items={many}
          keyOf={(it) => String(it)}
          estimate={() => 64}
          draw={(it) => <ListRow lead={`Conversation ${it}`} sub="It was said" end="1:00" />}
        />
      )}
    </section>
  )
}
