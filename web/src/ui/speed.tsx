import { useFormats, useWords } from '../i18n/index.ts'
import { shell } from '../i18n/shell/index.ts'
import { type AudioPlayer, playerKey, speeds } from './audio-player.ts'
import { Button } from './button.tsx'
import { Menu } from './menu.tsx'
import { useShortcuts } from './shortcuts.ts'

/** How fast it is heard, by its button or by `<` and `>`. */
export function Speed({ player }: { player: AudioPlayer }) {
  const words = useWords(shell)
  const say = useFormats()
  const now = say.number(player.speed())
  const label = words('player.speed', { speed: now })
  const group = words('keys.sound')
  const key = (keys: string, label: string) => ({ keys, label, group, run: () => playerKey(keys)?.(player) })
  useShortcuts([key('<', words('player.slower')), key('>', words('player.faster'))])
  return (
    <Menu
      label={label}
      opener={(it) => (
        <Button {...it} look="line" className="rate" aria-label={label}>
          {now}×
        </Button>
      )}
      choices={speeds.map((speed) => ({
        label: `${say.number(speed)}×`,
        chosen: Math.abs(speed - player.speed()) < 0.01,
        onChoose: () => player.setSpeed(speed),
      }))}
    />
  )
}
