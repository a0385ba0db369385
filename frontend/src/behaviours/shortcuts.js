// J and K walk the rows of the page's list, Enter opens; E and S press the page's edit and sign buttons; ? shows the list.
import { step } from './neighbours.js'

const typing = (target) => target.closest?.('input, textarea, select, [contenteditable]')
const rows = () => [...document.querySelectorAll('[data-rows] > *, [data-rows] tbody > tr')].filter((row) => row.matches('tr, li, a, article') && row.offsetParent)
const marked = () => rows().find((row) => row.getAttribute('aria-selected') === 'true')
const found = (name, within = document) => within.querySelector(`[data-shortcut="${name}"]:not([aria-disabled="true"])`)

// A field is written in, everything else is pressed.
function press(name) {
  const place = found(name)
  if (place?.matches('input, textarea, select')) place.focus()
  else place?.click()
}

function walk(by) {
  const all = rows()
  if (!all.length) return step(by)
  const at = all.indexOf(marked())
  const next = all[Math.min(Math.max(at + by, 0), all.length - 1)]
  for (const row of all) row.setAttribute('aria-selected', String(row === next))
  next.scrollIntoView({ block: 'nearest' })
  const link = next.matches('a') ? next : next.querySelector('a, button')
  link?.focus({ preventScroll: true })
  // In the evening the drawer follows the mark: no page between two people.
  if (document.getElementById('drawer')?.open || next.closest('[data-follow]')) link?.click()
}

const DEEDS = {
  j: () => walk(1),
  k: () => walk(-1),
  e: () => press('edit'),
  s: () => press('sign'),
  '/': () => document.querySelector('[data-page-search]')?.focus(),
  '?': () => document.getElementById('shortcuts')?.showModal(),
}

// The drawer's own buttons walk as the keys do.
document.addEventListener('click', ({ target }) => {
  const button = target.closest?.('[data-walk]')
  if (button) walk(Number(button.dataset.walk))
})

// Out of a field: Escape leaves it for the keys above, Ctrl or Command with Enter finishes what its form is for.
document.addEventListener('keydown', (event) => {
  const { target } = event
  if (event.isComposing || event.defaultPrevented || !typing(target) || document.querySelector('dialog:modal')) return
  if (event.key === 'Escape') target.blur()
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && target.form) found('sign', target.form)?.click()
})

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return
  const modal = document.querySelector('dialog:modal')
  if (modal && modal.id !== 'drawer') return
  const deed = DEEDS[event.key.toLowerCase()]
  if (!deed) return
  event.preventDefault()
  deed()
})
