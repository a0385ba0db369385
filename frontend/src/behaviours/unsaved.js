// Forms with data-guard ask before the page is left with changes in them.
const changed = new Set()

document.addEventListener('input', (event) => {
  const form = event.target.closest?.('form[data-guard]')
  if (form) changed.add(form)
})
document.addEventListener('submit', (event) => changed.delete(event.target))
document.addEventListener('reset', (event) => changed.delete(event.target))
addEventListener('beforeunload', (event) => {
  if ([...changed].some((form) => form.isConnected)) event.preventDefault()
})
