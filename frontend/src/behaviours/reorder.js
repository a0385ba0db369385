// <ol data-reorder="form-id"> of <li data-stop draggable="true"> with a disabled <input data-order form="form-id">:
// a stop is dragged to its place, also from one list to another, and the form is sent with the whole order.
let dragged

const stopOf = (target) => target.closest?.('[data-stop][draggable=true]')
const listOf = (target) => target.closest?.('[data-reorder]')

document.addEventListener('dragstart', (event) => {
  dragged = stopOf(event.target)
  if (!dragged) return
  event.dataTransfer.effectAllowed = 'move'
  event.dataTransfer.setData('text/plain', '')
  dragged.classList.add('opacity-50')
})

document.addEventListener('dragover', (event) => {
  const list = dragged && listOf(event.target)
  if (!list || list.dataset.reorder !== listOf(dragged)?.dataset.reorder) return
  event.preventDefault()
  const over = event.target.closest('[data-stop]')
  if (!over || over === dragged) return
  const { top, height } = over.getBoundingClientRect()
  over[event.clientY < top + height / 2 ? 'before' : 'after'](dragged)
})

document.addEventListener('drop', (event) => {
  if (!dragged || !listOf(event.target)) return
  event.preventDefault()
  const form = document.getElementById(listOf(dragged).dataset.reorder)
  for (const field of document.querySelectorAll(`[data-order][form="${form.id}"]`)) field.disabled = false
  form.requestSubmit()
})

document.addEventListener('dragend', () => {
  dragged?.classList.remove('opacity-50')
  dragged = undefined
})
