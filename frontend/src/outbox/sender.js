// Sends what waits: in order, one at a time, over all tabs. A record leaves only when the server has said 200 or 201.
import { csrfToken, keepCsrfToken } from '../behaviours/csrf.js'
import * as store from './store.js'

const KEPT = new Set([408, 425, 429])
const STILL_RUNNING = 'still_running' // an earlier try of the same record, which the next one will find done
const PAGE_IS_OLD = 'page_is_old' // its token is of an earlier session; a fresh one is fetched, the record stays
const FIRST_PAUSE = 2000
const LONGEST_PAUSE = 120000
let pause = FIRST_PAUSE
let timer
let again = false

let remembered = '' // whose phone this is, on the page that is there without a connection
export const owner = () => document.querySelector('meta[name=person]')?.content || remembered
const mine = (record) => record.owner === owner()

export async function tell(sending = false) {
  const records = (await store.all()).filter(mine)
  const attention = records.filter((record) => record.state === 'attention').length
  const detail = { waiting: records.length - attention, attention, sending }
  document.dispatchEvent(new CustomEvent('outbox-changed', { detail }))
  return detail
}

/** Send all that waits. Resolves when this round is over, whatever came of it. */
export async function flush() {
  clearTimeout(timer)
  if (!owner()) return
  if (!navigator.onLine) { await tell(); return }
  const ran = await navigator.locks.request('tiejun-outbox', { ifAvailable: true }, async (lock) => lock && ((await drain()) || true))
  const { waiting } = await tell()
  if (!ran || again) {
    again = false
    timer = setTimeout(flush, 400)
  } else if (waiting) {
    pause = Math.min(pause * 2, LONGEST_PAUSE)
    timer = setTimeout(flush, pause * (0.75 + Math.random() / 2))
  } else pause = FIRST_PAUSE
}

async function drain() {
  for (const record of await store.all()) {
    if (!mine(record) || record.state !== 'waiting') continue
    await tell(true)
    if (!(await send(record))) return
  }
}

async function send(record, mayRefresh = true) {
  const body = await store.bodyOf(record)
  let answer
  try {
    answer = await fetch(record.action, {
      method: 'POST',
      redirect: 'manual',
      signal: AbortSignal.timeout(record.hasFile ? 90000 : 20000),
      headers: { Accept: 'application/json', 'Idempotency-Key': record.id, 'X-CSRFToken': csrfToken(), 'X-Sent-At': new Date().toISOString() },
      body,
    })
  } catch {
    await store.change(record.id, { tries: record.tries + 1 })
    return false
  }
  if (answer.status === 200 || answer.status === 201) {
    pause = FIRST_PAUSE
    await store.remove(record.id)
    announce(record, { sent: true, ...(await said(answer)) })
    return true
  }
  return kept(record, answer, mayRefresh)
}

async function kept(record, answer, mayRefresh) {
  // The sign-in page instead of an answer: the session has ended, the record stays.
  if (answer.type === 'opaqueredirect' || answer.status === 401) {
    document.dispatchEvent(new CustomEvent('session-ended'))
    return false
  }
  const words = await said(answer)
  const isOld = answer.status === 403 && (!words.code || words.code === PAGE_IS_OLD)
  if (isOld && mayRefresh && (await refreshToken())) return send(record, false)
  const refused = answer.status >= 400 && answer.status < 500 && !KEPT.has(answer.status) && words.code !== STILL_RUNNING && !isOld
  if (!refused) {
    await store.change(record.id, { tries: record.tries + 1, status: answer.status })
    pause = Math.max(pause, 1000 * Number(answer.headers.get('Retry-After') ?? 0) || 0)
    return false
  }
  const message = words.detail ?? words.message ?? ''
  await store.change(record.id, { state: 'attention', status: answer.status, message })
  announce(record, { sent: false, message })
  return true
}

async function said(answer) {
  try {
    return (await answer.json()) ?? {}
  } catch {
    return {}
  }
}

async function refreshToken() {
  const answer = await fetch('/', { headers: { Accept: 'text/html' } }).catch(() => null)
  if (!answer?.ok) return false
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
  const token = page.querySelector('meta[name=csrf-token]')?.content
  keepCsrfToken(token)
  return Boolean(token)
}

const announce = (record, detail) => document.dispatchEvent(new CustomEvent('outbox-answered', { detail: { ...detail, id: record.id } }))

async function rememberOwner() {
  if (owner()) return store.keepFact('owner', owner())
  remembered = (await store.fact('owner')) ?? ''
}

export async function start() {
  await rememberOwner()
  addEventListener('online', () => { again = true; pause = FIRST_PAUSE; flush() })
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && flush())
  document.addEventListener('signed-in-again', () => flush())
  flush()
}
