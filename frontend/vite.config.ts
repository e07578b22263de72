import react from '@vitejs/plugin-react'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

// The one origin of the laptop stack; `npm run dev` serves the pages itself and passes the rest on to it.
const stack = process.env.ZHIYIN_PUBLIC_URL ?? 'http://127.0.0.1:8080'

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  server: {
    host: '127.0.0.1',
    proxy: {
      '/api': stack,
      '/sim': { target: stack, ws: true },
      '/ws': { target: stack, ws: true },
    },
  },
  // Beside what is served; scripts/publish.mjs puts it there when it is whole.
  build: { outDir: 'dist.next', target: 'es2023', sourcemap: false, chunkSizeWarningLimit: 900, manifest: true },
  test: {
    environment: 'jsdom',
    setupFiles: ['tests/setup.ts'],
    include: ['src/**/*.test.{ts,tsx}', 'tests/**/*.test.{ts,tsx}'],
    restoreMocks: true,
    testTimeout: 20_000,
  },
})
