// Forms with data-outbox: what they say goes to the phone's outbox first, and is sent from there.
import { toast } from '../behaviours/toasts.js'
import { keepBuilding } from '../field/day.js'
import { forgetPhotos, photosOf } from './photos.js'
import { flush, owner } from './sender.js'
import * as store from './store.js'

const PATIENCE = 6000
const words = () => document.getElementById('outbox')?.dataset ?? {}

export function watchForms() {
  document.addEventListener('submit', (event) => {
    const form = event.target
    if (!form.matches('form[data-outbox]') || event.defaultPrevented || !owner()) return
    event.preventDefault()
    if (form.dataset.sending) return
    form.dataset.sending = '1'
    keep(form, event.submitter).catch(() => {
      // No storage (a private window, a full phone): the plain post is still there.
      HTMLFormElement.prototype.submit.call(form)
    }).finally(() => delete form.dataset.sending)
  })
  document.addEventListener('htmx:afterSwap', ({ detail }) => renewKeys(detail.target))
  renewKeys(document)
}

// A page that comes from the cache has an old key: each opening of a form is a new record.
export function renewKeys(root) {
  for (const form of root.querySelectorAll('form[data-outbox]')) renewKey(form)
}

function renewKey(form) {
  const field = form.elements.namedItem('client_key')
  if (field) field.value = crypto.randomUUID()
}

async function keep(form, submitter) {
  const data = new FormData(form, submitter)
  const id = data.get('client_key') || crypto.randomUUID()
  data.set('client_key', id)
  const photos = photosOf(form).map((photo) => ({ id: crypto.randomUUID(), parent: id, action: form.dataset.photoAction, title: form.dataset.photoTitle, fields: [['record', id]], file: photo.blob }))
  for (const photo of photosOf(form)) data.append('photo_digest', photo.digest)
  const fields = [...data].filter(([name, value]) => typeof value === 'string' && name !== 'csrfmiddlewaretoken')
  const title = filledIn(form.dataset.outboxTitle ?? document.title, data)
  submitter?.setAttribute('aria-busy', 'true')
  try {
    await store.add(owner(), [{ id, action: form.action, title, fields }, ...photos])
    await noteRunning(form, id, data)
    if (form.dataset.outbox === 'building') await keepBuilding(id, data.get('name'), data.get('address'))
    const answer = answered(id)
    flush()
    await finish(form, data, id, await answer)
  } finally {
    submitter?.removeAttribute('aria-busy')
  }
}

const filledIn = (words, data) => words?.replace(/\{(\w+)\}/g, (_, name) => data.get(name) ?? '')

// Where one is now, for the page without a connection: begun by a check-in, ended by its record.
async function noteRunning(form, id, data) {
  if (form.dataset.outbox === 'check-in') await store.keepFact('running', { key: id, company: data.get('company'), at: new Date().toISOString() })
  if (form.dataset.outbox === 'visit') await store.forgetFact('running')
}

function answered(id) {
  return new Promise((resolve) => {
    const listen = ({ detail }) => {
      if (detail.id !== id) return
      document.removeEventListener('outbox-answered', listen)
      resolve(detail)
    }
    document.addEventListener('outbox-answered', listen)
    setTimeout(() => resolve(null), navigator.onLine ? PATIENCE : 0)
  })
}

async function finish(form, data, id, answer) {
  if (answer && !answer.sent) {
    // The person is still here: the form stays as it is, to be corrected, and nothing waits in the background.
    await store.removeAll(id)
    if (form.dataset.outbox === 'check-in') await store.forgetFact('running')
    renewKey(form)
    toast({ tone: 'warning', text: answer.message || words().refused })
    return
  }
  form.dispatchEvent(new CustomEvent('draft-done', { bubbles: true }))
  form.dispatchEvent(new CustomEvent('outbox-kept', { bubbles: true, detail: { answer } }))
  const next = answer ? (answer.href ?? form.dataset.outboxDone) : filledIn(form.dataset.outboxAway, data)
  if (next) {
    if (!answer) toast({ text: words().kept, tone: 'info', key: 'outbox' })
    return location.assign(next)
  }
  toast({ text: answer ? answer.message || words().sent : words().kept, tone: answer ? 'success' : 'info', key: 'outbox' })
  form.reset()
  forgetPhotos(form)
  renewKey(form)
}
