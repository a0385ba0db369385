// A button with data-share hands a link to the phone's own sharing, or copies it.
import { toast } from './toasts.js'

document.addEventListener('click', async (event) => {
  const button = event.target.closest('[data-share]')
  if (!button) return
  if (navigator.share) return navigator.share({ url: button.dataset.share }).catch(() => {})
  await navigator.clipboard.writeText(button.dataset.share)
  toast({ text: button.dataset.shareDone })
})
