import { catalogue } from '../catalogue.ts'

/** Words of the frame, the kit and of failures: needed on every page. */
export const shell = catalogue({ en: () => import('./en.ts'), it: () => import('./it.ts') })
