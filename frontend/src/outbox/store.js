// Field work that waits on this phone, and the day that it may need: IndexedDB, contents under a key that never leaves the browser.
import { openDB } from 'idb'

const NAME = 'tiejun-outbox'
const SAFE = { durability: 'strict' }
const encoder = new TextEncoder()
const decoder = new TextDecoder()
let opened

const database = () => (opened ??= openDB(NAME, 2, {
  upgrade(db, before) {
    if (before < 1) {
      db.createObjectStore('records', { keyPath: 'id' }).createIndex('sequence', 'sequence')
      db.createObjectStore('facts')
    }
    // Photos lie apart: the list of what waits is read often and stays small.
    db.createObjectStore('files')
  },
  terminated() { opened = undefined },
}))

export const isAvailable = () => isSecureContext && 'indexedDB' in window && 'locks' in navigator && Boolean(crypto.subtle)

async function secret() {
  const db = await database()
  const known = await db.get('facts', 'key')
  if (known) return known
  const made = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
  // Another tab may have been faster: the first key stays.
  const write = db.transaction('facts', 'readwrite', SAFE)
  const first = await write.store.get('key')
  if (!first) await write.store.put(made, 'key')
  await write.done
  return first ?? made
}

async function sealedBytes(bytes) {
  const iv = crypto.getRandomValues(new Uint8Array(12))
  return { iv, data: await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, await secret(), bytes) }
}

const unsealedBytes = async ({ iv, data }) => crypto.subtle.decrypt({ name: 'AES-GCM', iv }, await secret(), data)
const sealed = (value) => sealedBytes(encoder.encode(JSON.stringify(value)))
const unsealed = async (box) => JSON.parse(decoder.decode(await unsealedBytes(box)))

/** Keep a small thing beside the records, sealed: the day, the visit in progress. */
export async function keepFact(name, value) {
  const box = await sealed(value)
  await (await database()).put('facts', box, name)
}

/** Read what `keepFact` kept; nothing where there is none, or where it can no longer be opened. */
export async function fact(name) {
  const box = await (await database()).get('facts', name)
  return box ? unsealed(box).catch(() => undefined) : undefined
}

export const forgetFact = async (name) => (await database()).delete('facts', name)

/** Add records that belong together, all or none; sequence numbers count up per device and are never given twice. */
export async function add(owner, records) {
  const db = await database()
  const ready = await Promise.all(records.map(async ({ id, parent, action, title, fields, file }) => ({
    row: { id, parent: parent ?? '', owner, action, recordedAt: new Date().toISOString(), contents: await sealed({ title, fields, type: file?.type ?? '' }), state: 'waiting', status: 0, message: '', tries: 0, hasFile: Boolean(file) },
    file: file && (await sealedBytes(await file.arrayBuffer())),
  })))
  const write = db.transaction(['facts', 'records', 'files'], 'readwrite', SAFE)
  const facts = write.objectStore('facts')
  let sequence = (await facts.get('sequence')) ?? 0
  const device = (await facts.get('device')) ?? crypto.randomUUID()
  for (const { row, file } of ready) {
    sequence += 1
    write.objectStore('records').put({ ...row, sequence, device })
    if (file) write.objectStore('files').put(file, row.id)
  }
  facts.put(sequence, 'sequence')
  facts.put(device, 'device')
  await write.done
  navigator.storage?.persist?.().catch(() => {})
}

export const all = async () => (await database()).getAllFromIndex('records', 'sequence')
export const contentsOf = ({ contents }) => unsealed(contents)

/** The body of a record's request: the same whenever and however often it is asked for. */
export async function bodyOf(record) {
  const { fields, type } = await contentsOf(record)
  const told = [['sequence', String(record.sequence)], ['device', record.device], ['recorded_at', record.recordedAt]]
  if (!record.hasFile) return new URLSearchParams([...fields, ...told])
  const body = new FormData()
  for (const [name, value] of [...fields, ...told]) body.append(name, value)
  const box = await (await database()).get('files', record.id)
  body.append('photo', new Blob([await unsealedBytes(box)], { type }), 'photo')
  return body
}

/** Take a record out, with its file. */
export async function remove(id) {
  const write = (await database()).transaction(['records', 'files'], 'readwrite', SAFE)
  write.objectStore('records').delete(id)
  write.objectStore('files').delete(id)
  await write.done
}

/** Take a record out with what belongs to it (its photos). */
export async function removeAll(id) {
  for (const record of await all()) if (record.id === id || record.parent === id) await remove(record.id)
}

export async function change(id, values) {
  const write = (await database()).transaction('records', 'readwrite', SAFE)
  const record = await write.store.get(id)
  if (record) await write.store.put({ ...record, ...values })
  await write.done
}

/** Forget everything, the key too: at sign-out. */
export async function wipe() {
  if (!isAvailable()) return
  const write = (await database()).transaction(['records', 'facts', 'files'], 'readwrite', SAFE)
  write.objectStore('records').clear()
  write.objectStore('files').clear()
  for (const name of ['key', 'day', 'running', 'owner']) write.objectStore('facts').delete(name)
  await write.done
}
