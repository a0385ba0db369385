// <form data-kanban><input name="move" disabled> with [data-column] that hold <article data-card="id" draggable="true">:
// a card that is dropped on another column is sent as "id:FROM:TO"; what is refused, or asks for a form first, goes back.
let dragged
let home

const cardOf = (target) => target.closest?.('[data-card][draggable=true]')
const columnOf = (target) => target.closest?.('[data-column]')

document.addEventListener('dragstart', (event) => {
  dragged = cardOf(event.target)
  if (!dragged) return
  event.dataTransfer.effectAllowed = 'move'
  event.dataTransfer.setData('text/plain', '')
  dragged.classList.add('opacity-50')
})

document.addEventListener('dragover', (event) => {
  const column = dragged && columnOf(event.target)
  if (!column) return
  event.preventDefault()
  mark(column)
})

document.addEventListener('drop', (event) => {
  const column = dragged && columnOf(event.target)
  if (!column) return
  event.preventDefault()
  const from = columnOf(dragged)
  if (column !== from) send(dragged, from, column)
})

document.addEventListener('dragend', () => {
  dragged?.classList.remove('opacity-50')
  dragged = undefined
  mark()
})

function mark(column) {
  for (const marked of document.querySelectorAll('[data-column][data-over]')) if (marked !== column) delete marked.dataset.over
  if (column) column.dataset.over = ''
}

function send(card, from, to) {
  const form = document.querySelector('form[data-kanban]')
  if (!form || form.dataset.sending) return
  home = { card, parent: card.parentElement, next: card.nextElementSibling }
  to.querySelector('[data-cards]').prepend(card)
  form.elements.move.value = `${card.dataset.card}:${from.dataset.column}:${to.dataset.column}`
  form.elements.move.disabled = false
  form.requestSubmit()
}

document.addEventListener('htmx:afterRequest', ({ detail }) => {
  if (!detail.elt.matches?.('form[data-kanban]')) return
  detail.elt.elements.move.disabled = true
  const isDone = detail.xhr.status >= 200 && detail.xhr.status < 300 && !detail.xhr.getResponseHeader('X-Asks-First')
  if (!isDone && home?.card.isConnected) home.parent.insertBefore(home.card, home.next)
  home = undefined
})

// The server answers a move that needs a fact with the address of the form that asks for it.
document.addEventListener('ask-first', ({ detail }) => window.htmx.ajax('GET', detail.value, '#modal-body'))
