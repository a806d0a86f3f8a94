import { language } from '../../i18n/index.ts'

document.documentElement.lang = language()
const place = document.getElementById('share')
// What the server wrote is read at once; the script adds the sound, the comments and live words.
if (place) void import('./open.tsx').then(({ open }) => open(place))
