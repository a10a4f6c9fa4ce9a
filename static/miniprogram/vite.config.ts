import { defineConfig, type Plugin } from 'vite'
import * as uniModule from '@dcloudio/vite-plugin-uni'

type Uni = () => Plugin[]
// The plugin is CommonJS: under "type": "module" its function sits one or two levels down.
const outer = uniModule as unknown as { default: Uni | { default: Uni } }
const uni = typeof outer.default === 'function' ? outer.default : outer.default.default

const h5 = process.env.UNI_PLATFORM === 'h5'

export default defineConfig({
  plugins: [uni()],
  worker: { format: 'iife' },
  build: h5
    ? {
        target: 'es2017',
        cssCodeSplit: false,
        assetsInlineLimit: 0,
        // One file for all pages: a page that must first be fetched is a white page when the signal is gone.
        rollupOptions: { output: { inlineDynamicImports: true } },
      }
    : {},
})
