// Forms with data-draft="name" keep what is typed in this tab until they are sent; a reload or a lost session loses nothing.
const KEPT = 'draft:'
const SECRET = new Set(['password', 'file', 'hidden'])

const key = (form) => `${KEPT}${location.pathname}:${form.dataset.draft}`
const fields = (form) => [...form.elements].filter((field) => field.name && !SECRET.has(field.type) && field.name !== 'csrfmiddlewaretoken')

function keep(form) {
  const values = fields(form).filter((field) => !['checkbox', 'radio'].includes(field.type) || field.checked).map((field) => [field.name, field.value])
  sessionStorage.setItem(key(form), JSON.stringify(values))
}

function restore(form) {
  const stored = sessionStorage.getItem(key(form))
  if (!stored || form.dataset.draftRestored) return
  form.dataset.draftRestored = '1'
  const values = JSON.parse(stored)
  for (const field of fields(form)) {
    const own = values.filter(([name]) => name === field.name).map(([, value]) => value)
    if (['checkbox', 'radio'].includes(field.type)) field.checked = own.includes(field.value)
    else if (own.length && !field.value) field.value = own[0]
  }
  form.dispatchEvent(new CustomEvent('draft-restored', { bubbles: true }))
}

let waiting
document.addEventListener('input', (event) => {
  const form = event.target.closest?.('form[data-draft]')
  if (!form) return
  clearTimeout(waiting)
  waiting = setTimeout(() => keep(form), 300)
})
document.addEventListener('submit', (event) => {
  if (!event.target.matches('form[data-draft]')) return
  clearTimeout(waiting) // else it may keep again what the server has taken meanwhile
  keep(event.target)
})
// The draft goes when the server has taken it: htmx says so, a plain post leads to another page.
document.addEventListener('htmx:afterRequest', ({ detail }) => {
  const form = detail.elt.closest?.('form[data-draft]')
  if (form && detail.successful) sessionStorage.removeItem(key(form))
})
document.addEventListener('draft-done', ({ target }) => target.matches?.('form[data-draft]') && sessionStorage.removeItem(key(target)))
document.querySelectorAll('form[data-sign-out]').forEach((form) => form.addEventListener('submit', () => sessionStorage.clear()))

const all = (root) => root.querySelectorAll?.('form[data-draft]').forEach(restore)
document.addEventListener('htmx:afterSwap', ({ detail }) => all(detail.target))
all(document)
