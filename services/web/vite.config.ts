import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const product = process.env['PLUMBLINE_URL'] ?? 'http://127.0.0.1:8484';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [react()],
  build: {
    outDir: process.env['PLUMBLINE_WEB_OUT'] ?? fileURLToPath(new URL('../../dist-web', import.meta.url)),
    emptyOutDir: true,
    target: 'es2022',
    sourcemap: false,
    // A font within a script would be read by whoever never shows it.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 900,
  },
  server: { proxy: { '/api': product, '/health': product, '/metrics': product } },
});
