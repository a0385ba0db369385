// Native dialogs: the browser keeps the focus inside and gives it back. Drawer and modal open when something is swapped into them.
const opened = (id) => {
  const dialog = document.getElementById(id)
  if (dialog && !dialog.open) dialog.showModal()
  return dialog
}

document.addEventListener('click', (event) => {
  const opener = event.target.closest('[data-dialog-open]')
  if (opener) {
    opener.closest('[popover]')?.hidePopover()
    opened(opener.dataset.dialogOpen)
    return
  }
  const closer = event.target.closest('[data-dialog-close]')
  if (closer) {
    event.preventDefault()
    closer.closest('dialog')?.close()
    return
  }
  // A click on the backdrop has the dialog itself as its target, outside of its box.
  const dialog = event.target
  if (!(dialog instanceof HTMLDialogElement) || !('lightDismiss' in dialog.dataset)) return
  const box = dialog.getBoundingClientRect()
  const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom
  if (!inside) dialog.close()
})

document.addEventListener('htmx:afterSwap', ({ detail }) => {
  const target = detail.target
  if (target.id === 'drawer-body') nameAndOpen('drawer', target)
  if (target.id === 'modal-body') nameAndOpen('modal', target)
  openAtOnce(target)
})

function nameAndOpen(id, body) {
  if (!body.hasChildNodes()) return document.getElementById(id)?.close()
  const dialog = opened(id)
  const heading = body.querySelector('h1, h2, h3')
  if (heading) dialog.setAttribute('aria-label', heading.textContent.trim())
  dialog.scrollTop = 0
}

function openAtOnce(root) {
  for (const dialog of root.querySelectorAll('dialog[data-open-now]')) if (!dialog.open) dialog.showModal()
}

// The server closes what is open with HX-Trigger: close-dialog.
document.addEventListener('close-dialog', () => {
  for (const dialog of document.querySelectorAll('dialog[open]')) dialog.close()
})

openAtOnce(document)

// On a phone a folded row leads to the page itself: there is no room beside the list, and the way back is the browser's.
const narrow = matchMedia('(width < 48rem)')
document.addEventListener(
  'click',
  (event) => {
    if (narrow.matches && event.target.closest?.('.t-fold a[hx-target="#drawer-body"]')) event.stopPropagation()
  },
  true,
)
