/**
 * Pack what was built once, as small as it goes: beside each text file FILE lie FILE.br and FILE.gz.
 *
 * Usage: node compress.mjs FOLDER …. What is packed already and not older than its file is left.
 */
import { readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

const TEXT = /\.(js|mjs|css|html|svg|json|txt|map)$/
const LEAST = 1024

// On threads of their own, as many as the machine has processors for.
const [inBrotli, inGzip] = [promisify(brotliCompress), promisify(gzip)]

const brotli = (content) =>
  inBrotli(content, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
    },
  })
const WAYS = { '.br': brotli, '.gz': (content) => inGzip(content, { level: 9 }) }

const changed = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0

async function pack(path) {
  const ways = Object.entries(WAYS).filter(([ending]) => changed(path + ending) < changed(path))
  if (!ways.length) return
  const content = readFileSync(path)
  if (content.length < LEAST) return
  for (const [ending, way] of ways) {
    writeFileSync(`${path}${ending}.part`, await way(content))
    renameSync(`${path}${ending}.part`, path + ending)
  }
}

const packing = []
for (const folder of process.argv.slice(2))
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile() && TEXT.test(entry.name)) packing.push(pack(join(entry.parentPath ?? entry.path, entry.name)))
await Promise.all(packing)
