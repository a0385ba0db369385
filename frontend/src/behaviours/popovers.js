// Popovers open by the browser (popovertarget); this places them beside what opened them.
const GAP = 8
const EDGE = 12

document.addEventListener('toggle', (event) => {
  const pop = event.target
  if (!(pop instanceof HTMLElement) || !pop.classList.contains('t-pop') || event.newState !== 'open') return
  const opener = document.querySelector(`[popovertarget="${CSS.escape(pop.id)}"]:is(:focus, :hover)`) ??
    document.querySelector(`[popovertarget="${CSS.escape(pop.id)}"]`)
  if (opener) place(pop, opener.getBoundingClientRect())
}, true)

function place(pop, at) {
  const { offsetWidth: width, offsetHeight: height } = pop
  const room = { below: innerHeight - at.bottom, above: at.top }
  const above = pop.dataset.anchorSide === 'top' ? room.above > height + EDGE : room.below < height + GAP && room.above > room.below
  const top = above ? at.top - height - GAP : at.bottom + GAP
  const left = Math.min(Math.max(EDGE, at.left + at.width / 2 - width / 2), innerWidth - width - EDGE)
  pop.style.top = `${Math.max(EDGE, Math.min(top, innerHeight - height - EDGE))}px`
  pop.style.left = `${left}px`
}

addEventListener('scroll', () => {
  for (const pop of document.querySelectorAll('.t-pop:popover-open')) if (pop.id !== 'user-menu') pop.hidePopover()
}, { passive: true })
