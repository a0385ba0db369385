// A button with data-share hands a link to the phone's own sharing, or copies it; one with data-copy copies what a field holds.
import { toast } from './toasts.js'

document.addEventListener('click', async (event) => {
  const button = event.target.closest('[data-share],[data-copy]')
  if (!button) return
  if (button.dataset.copy) {
    const field = document.getElementById(button.dataset.copy)
    field.select()
    // Without https a browser has no clipboard for pages; the old way still works there.
    if (navigator.clipboard) await navigator.clipboard.writeText(field.value)
    else document.execCommand('copy')
    return toast({ text: button.dataset.copyDone })
  }
  if (navigator.share) return navigator.share({ url: button.dataset.share }).catch(() => {})
  await navigator.clipboard.writeText(button.dataset.share)
  toast({ text: button.dataset.shareDone })
})
