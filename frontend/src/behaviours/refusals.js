// A grey button says why when it is clicked, and does nothing else.
import { toast } from './toasts.js'

document.addEventListener('click', (event) => {
  const button = event.target.closest('[aria-disabled="true"]')
  if (!button) return
  event.preventDefault()
  event.stopImmediatePropagation()
  if (button.dataset.refusal) toast({ tone: 'info', text: button.dataset.refusal, key: 'refusal' })
}, true)
