import { resolve } from 'node:path'
import tailwindcss from '@tailwindcss/vite'
import { defineConfig } from 'vite'

const root = import.meta.dirname
const source = (path) => resolve(root, 'src', path)

export default defineConfig({
  root,
  base: '/static/',
  plugins: [tailwindcss()],
  publicDir: resolve(root, 'public'),
  build: {
    outDir: process.env.TIEJUN_FRONTEND_OUT || resolve(root, '../.build/vite'),
    emptyOutDir: true,
    manifest: 'manifest.json',
    target: 'es2022',
    assetsInlineLimit: 0,
    cssMinify: 'lightningcss',
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: {
        app: source('app.js'),
        entrance: source('entrance.js'),
      },
    },
  },
})
