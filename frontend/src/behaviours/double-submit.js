// A form that is on its way is not sent again; the server's client key is the second guard.
const busyButton = (form, submitter) => submitter ?? form.querySelector('button:not([type=button])')

document.addEventListener('submit', (event) => {
  const form = event.target
  if (event.defaultPrevented && !form.matches('[hx-post],[hx-put],[hx-patch],[hx-delete]')) return
  if (form.method === 'dialog' || form.method === 'get') return
  if (form.dataset.sending) return event.preventDefault()
  const button = busyButton(form, event.submitter)
  // After this turn of the loop, so that the button's own name and value are still sent.
  setTimeout(() => {
    form.dataset.sending = '1'
    button?.setAttribute('aria-busy', 'true')
  })
})

const free = (form) => {
  delete form.dataset.sending
  for (const button of form.querySelectorAll('[aria-busy]')) button.removeAttribute('aria-busy')
}
document.addEventListener('htmx:afterRequest', ({ detail }) => {
  const form = detail.elt.closest?.('form')
  if (form) free(form)
})
addEventListener('pageshow', () => document.querySelectorAll('form[data-sending]').forEach(free))
