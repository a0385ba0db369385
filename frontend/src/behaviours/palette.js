// The command palette: Ctrl or Cmd and K; arrows choose, Enter opens.
const palette = document.getElementById('palette')
const input = palette?.querySelector('input')
const results = palette?.querySelector('[role=listbox]')
const options = () => [...(results?.querySelectorAll('[role=option]') ?? [])]

function open() {
  if (!palette || palette.open) return
  palette.showModal()
  input.select()
  if (!results.hasChildNodes()) window.htmx.trigger(input, 'palette-opened')
}

function mark(option) {
  for (const other of options()) other.setAttribute('aria-selected', String(other === option))
  if (!option) return input.removeAttribute('aria-activedescendant')
  option.id ||= `palette-option-${options().indexOf(option)}`
  input.setAttribute('aria-activedescendant', option.id)
  option.scrollIntoView({ block: 'nearest' })
}

function step(by) {
  const all = options()
  if (!all.length) return
  const at = all.findIndex((option) => option.getAttribute('aria-selected') === 'true')
  mark(all[(at + by + all.length) % all.length])
}

document.addEventListener('click', (event) => event.target.closest('[data-palette-open]') && open())
document.addEventListener('keydown', (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
    event.preventDefault()
    open()
  }
})
input?.addEventListener('keydown', (event) => {
  if (event.isComposing) return
  // A search field would only be emptied by the first Escape.
  if (event.key === 'Escape') {
    event.preventDefault()
    palette.close()
  }
  if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    event.preventDefault()
    step(event.key === 'ArrowDown' ? 1 : -1)
  }
  if (event.key === 'Enter') {
    event.preventDefault()
    const option = options().find((one) => one.getAttribute('aria-selected') === 'true') ?? options()[0]
    const link = option?.matches('a, button') ? option : option?.querySelector('a, button')
    link?.click()
  }
})
results?.addEventListener('click', (event) => event.target.closest('a, button') && palette.close())
document.addEventListener('htmx:afterSwap', ({ detail }) => detail.target === results && mark(options()[0]))

if (/Mac|iPhone|iPad/.test(navigator.platform)) {
  for (const key of document.querySelectorAll('[data-modifier]')) key.textContent = key.textContent.replace('Ctrl', '⌘')
}
