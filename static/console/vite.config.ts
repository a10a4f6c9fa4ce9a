import { fileURLToPath, URL } from 'node:url'
import vue from '@vitejs/plugin-vue'
import Components from 'unplugin-vue-components/vite'
import { TDesignResolver } from 'unplugin-vue-components/resolvers'
import { defineConfig } from 'vitest/config'
import { straightImports } from './straight-imports'

/** Where the dev server finds the API: a server that `make run` has started. */
const api = process.env.ANBAN_API ?? 'http://127.0.0.1:8000'

export default defineConfig({
  base: '/console/',
  plugins: [
    vue(),
    Components({ dirs: [], dts: false, resolvers: [TDesignResolver({ library: 'vue-next' })] }),
    straightImports(),
  ],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: {
    outDir: fileURLToPath(new URL('../dist/console', import.meta.url)),
    emptyOutDir: true,
    target: 'es2020',
    chunkSizeWarningLimit: 700,
    reportCompressedSize: false, // scripts/setup packs them anyway
    // The chat sandbox (L07) is a page of its own, served by the sandbox's own server.
    rollupOptions: {
      input: ['index', 'sandbox'].map((page) => fileURLToPath(new URL(`./${page}.html`, import.meta.url))),
    },
  },
  server: {
    host: '127.0.0.1',
    proxy: { '/api': { target: api, ws: true } },
  },
  test: { include: ['tests/**/*.test.ts'], environment: 'node', testTimeout: 30_000 },
})
