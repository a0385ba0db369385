// Charts are saved as pictures (c-picture); the drawing is loaded when the first one is wanted.
import { toast } from './toasts.js'

document.addEventListener('click', async ({ target }) => {
  const button = target.closest?.('[data-picture]')
  if (!button) return
  const { picture, ...words } = button.closest('[data-words]').dataset, kind = button.dataset.picture
  button.closest('[popover]')?.hidePopover()
  const { save } = await import('../picture.js')
  try {
    await save(button.closest('[data-chart]') ?? document.getElementById(words.of), kind, words)
  } catch {
    toast({ tone: 'danger', text: words.failed })
  }
})
