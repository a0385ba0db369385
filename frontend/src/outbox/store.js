// Field work that waits on this phone: IndexedDB, each record's contents under a key that never leaves the browser.
import { openDB } from 'idb'

const NAME = 'tiejun-outbox'
const encoder = new TextEncoder()
const decoder = new TextDecoder()
let opened

const database = () => (opened ??= openDB(NAME, 1, {
  upgrade(db) {
    db.createObjectStore('records', { keyPath: 'id' }).createIndex('sequence', 'sequence')
    db.createObjectStore('facts')
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
  const write = db.transaction('facts', 'readwrite')
  const first = await write.store.get('key')
  if (!first) await write.store.put(made, 'key')
  await write.done
  return first ?? made
}

async function sealed(value) {
  const iv = crypto.getRandomValues(new Uint8Array(12))
  return { iv, data: await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, await secret(), encoder.encode(JSON.stringify(value))) }
}

async function unsealed({ iv, data }) {
  return JSON.parse(decoder.decode(await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, await secret(), data)))
}

export async function device() {
  const db = await database()
  const write = db.transaction('facts', 'readwrite')
  const known = await write.store.get('device')
  const id = known ?? crypto.randomUUID()
  if (!known) await write.store.put(id, 'device')
  await write.done
  return id
}

/** Add a record; its sequence number counts up per device and is never given twice. */
export async function add({ id, owner, action, title, fields }) {
  const db = await database()
  const from = await device()
  const recordedAt = new Date().toISOString()
  const write = db.transaction('facts', 'readwrite')
  const sequence = ((await write.store.get('sequence')) ?? 0) + 1
  await write.store.put(sequence, 'sequence')
  await write.done
  const body = [...fields, ['sequence', String(sequence)], ['device', from], ['recorded_at', recordedAt]]
  const contents = await sealed({ title, body })
  await db.put('records', { id, owner, action, sequence, recordedAt, contents, state: 'waiting', status: 0, message: '', tries: 0 })
  return sequence
}

export const all = async () => (await database()).getAllFromIndex('records', 'sequence')
export const one = async (id) => (await database()).get('records', id)
export const contentsOf = ({ contents }) => unsealed(contents)
export const remove = async (id) => (await database()).delete('records', id)

export async function change(id, values) {
  const db = await database()
  const write = db.transaction('records', 'readwrite')
  const record = await write.store.get(id)
  if (record) await write.store.put({ ...record, ...values })
  await write.done
}

/** Forget everything, the key too: at sign-out. */
export async function wipe() {
  if (!isAvailable()) return
  const db = await database()
  const write = db.transaction(['records', 'facts'], 'readwrite')
  await write.objectStore('records').clear()
  await write.objectStore('facts').delete('key')
  await write.done
  await caches.delete('tiejun-forms')
}
