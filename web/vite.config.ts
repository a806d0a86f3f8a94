import { fileURLToPath } from 'node:url'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { VitePWA } from 'vite-plugin-pwa'
import { addresses } from './build/addresses.ts'
import { budget } from './build/budget.ts'
import { contractData } from './build/contract-data.ts'
import { parts } from './build/parts.ts'
import { precompress } from './build/precompress.ts'

const server = 'http://127.0.0.1:8080'
const root = fileURLToPath(new URL('.', import.meta.url))
const page = (name: string) => `${root}${name}.html`

export default defineConfig({
  root,
  // React's interface, Preact's size: half of the first load. See docs/decisions on the first load.
  resolve: {
    alias: [
      { find: /^react-dom\/client$/, replacement: 'preact/compat/client' },
      { find: /^react-dom$/, replacement: 'preact/compat' },
      { find: /^react\/jsx-(dev-)?runtime$/, replacement: 'preact/jsx-runtime' },
      { find: /^react$/, replacement: 'preact/compat' },
    ],
  },
  plugins: [
    contractData(),
    addresses(),
    parts(`${root}parts`),
    react(),
    tailwindcss(),
    VitePWA({
      injectRegister: false,
      // A new version waits until the person agrees or the last tab closes: it must not pull the pages away from a recording.
      registerType: 'prompt',
      manifest: {
        id: '/app',
        name: 'Mina',
        short_name: 'Mina',
        description: 'Writes down what is said, while it is said.',
        start_url: '/app',
        scope: '/',
        display: 'standalone',
        background_color: '#fbfaf7',
        theme_color: '#fbfaf7',
        icons: [
          { src: '/icon-192.png', sizes: '192x192', type: 'image/png' },
          { src: '/icon-512.png', sizes: '512x512', type: 'image/png' },
          { src: '/icon-maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
        ],
        shortcuts: [
          { name: 'Record', url: '/app#/live' },
          { name: 'Upload', url: '/app#/upload' },
        ],
      },
      workbox: {
        // The app and what it loads; welcome, terms and shared pages always come from the server.
        globPatterns: ['app.html', 'theme.js', 'icon.svg', 'assets/*.{js,css}'],
        manifestTransforms: [
          (entries) => ({
            manifest: entries.map((entry) => (entry.url === 'app.html' ? { ...entry, url: '/app' } : entry)),
            warnings: [],
          }),
        ],
        navigateFallback: '/app',
        navigateFallbackAllowlist: [/^\/app\/?$/],
        cleanupOutdatedCaches: true,
        clientsClaim: false,
        // One file: loading a second one is what `require-trusted-types-for` refuses, and then nothing would be cached.
        inlineWorkboxRuntime: true,
      },
    }),
    budget([/\/web\/app\.html$/, /features\/library\/page\.tsx$/, /i18n\/shell\/en\.ts$/], 120_000),
    precompress(`${root}dist`),
  ],
  build: {
    outDir: `${root}dist`,
    emptyOutDir: true,
    target: 'es2022',
    // data: addresses and inline scripts are refused by the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: {
        app: page('app'),
        share: page('share'),
        index: page('index'),
        terms: page('terms'),
        privacy: page('privacy'),
        missing: page('missing'),
        'index-it': page('index.it'),
        'terms-it': page('terms.it'),
        'privacy-it': page('privacy.it'),
        'missing-it': page('missing.it'),
      },
    },
  },
  worker: { format: 'es' },
  server: {
    host: '127.0.0.1',
    proxy: {
      ...Object.fromEntries(['/api', '/health', '/openapi.json', '/docs'].map((path) => [path, { target: server }])),
      '/socket.io': { target: server, ws: true },
    },
  },
})
