import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { defineConfig } from 'vite'

const root = import.meta.dirname
const outDir = process.env.TIEJUN_FRONTEND_OUT || resolve(root, '../.build/vite')

// The precache list is the set of hashed files the shell needs: their names are their revisions.
const manifest = JSON.parse(readFileSync(resolve(outDir, 'manifest.json'), 'utf8'))
const files = new Set()
const collect = (key) => {
  const entry = manifest[key]
  if (!entry || files.has(entry.file)) return
  files.add(entry.file)
  for (const css of entry.css ?? []) files.add(css)
  for (const asset of entry.assets ?? []) if (/inter-latin-wght/.test(asset)) files.add(asset)
  for (const imported of entry.imports ?? []) collect(imported)
}
collect('src/app.js')

const precache = [...files].map((file) => ({ url: `/static/${file}`, revision: null }))
const shellVersion = [...files].sort().join('|')

export default defineConfig({
  root,
  publicDir: false,
  define: {
    __PRECACHE__: JSON.stringify(precache),
    __SHELL_VERSION__: JSON.stringify(shellVersion),
    'process.env.NODE_ENV': '"production"',
  },
  build: {
    outDir,
    emptyOutDir: false,
    target: 'es2022',
    rolldownOptions: {
      input: { sw: resolve(root, 'src/sw.js') },
      output: { entryFileNames: 'sw.js', format: 'iife' },
    },
  },
})
