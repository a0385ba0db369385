// The list behind the sync pill: what waits, what needs attention and why.
import { flush, owner, tell } from './sender.js'
import * as store from './store.js'

const panel = () => document.getElementById('outbox')

export function watchPanel() {
  document.addEventListener('click', async (event) => {
    if (event.target.closest('[data-sync-pill]')) return open()
    const button = event.target.closest('[data-outbox-act]')
    if (!button) return
    const { id } = button.closest('[data-record]')?.dataset ?? {}
    if (button.dataset.outboxAct === 'drop') await store.removeAll(id)
    if (button.dataset.outboxAct === 'again') await store.change(id, { state: 'waiting' })
    if (button.dataset.outboxAct !== 'drop') flush()
    await tell()
  })
  document.addEventListener('outbox-changed', () => panel()?.open && draw())
  watchSignOut()
}

async function open() {
  await draw()
  if (!panel().open) panel().showModal()
  flush()
}

async function draw() {
  const list = panel().querySelector('[data-outbox-list]')
  const records = (await store.all()).filter((record) => record.owner === owner())
  const rows = await Promise.all(records.map(row))
  list.replaceChildren(...rows)
  const summary = panel().querySelector('[data-outbox-summary]')
  const waiting = records.filter((record) => record.state === 'waiting').length
  summary.hidden = waiting === 0
  summary.textContent = waiting === 1 ? summary.dataset.one : summary.dataset.many.replace('{n}', waiting)
  panel().querySelector('[data-outbox-empty]').hidden = records.length > 0
  panel().querySelector('[data-outbox-all]').hidden = records.length === 0
}

async function row(record) {
  const { title } = await store.contentsOf(record)
  const made = document.getElementById('outbox-row').content.firstElementChild.cloneNode(true)
  const needsCare = record.state === 'attention'
  made.dataset.id = record.id
  made.querySelector('[data-title]').textContent = title
  made.querySelector('[data-note]').textContent = needsCare ? record.message || panel().dataset.refused : panel().dataset.waiting
  made.querySelector('time').textContent = new Date(record.recordedAt).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })
  for (const act of made.querySelectorAll('[data-attention-only]')) act.hidden = !needsCare
  return made
}

// Signing out empties the phone. With work waiting it is refused, until the person has read what would be lost and gives it up.
function watchSignOut() {
  document.addEventListener('submit', async (event) => {
    const form = event.target
    if (!form.matches('form[data-sign-out]') || form.dataset.wiped) return
    event.preventDefault()
    event.stopImmediatePropagation()
    const waits = (await store.all()).some((record) => record.owner === owner())
    if (waits && form.dataset.signOut !== 'sure') return location.assign(form.action)
    if (waits && !form.elements.namedItem('give_up')?.checked) return tellUnsent()
    await store.wipe()
    form.dataset.wiped = '1'
    form.requestSubmit()
  }, true)
  document.addEventListener('outbox-changed', () => tellUnsent())
}

async function tellUnsent() {
  const place = document.querySelector('[data-unsent]')
  if (!place) return
  const records = (await store.all()).filter((record) => record.owner === owner())
  const titles = await Promise.all(records.map(async (record) => (await store.contentsOf(record)).title))
  place.querySelector('[data-unsent-list]').replaceChildren(...titles.map((title) => Object.assign(document.createElement('li'), { textContent: title })))
  place.classList.toggle('hidden', !records.length)
  const consent = document.querySelector('[data-give-up]')
  consent.classList.toggle('hidden', !records.length)
  consent.classList.toggle('flex', records.length > 0)
  consent.querySelector('input').required = records.length > 0
}
